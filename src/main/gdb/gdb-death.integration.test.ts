import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { runProgram } from '../testing/run-program.ts';
import type { RunningProgram } from '../testing/run-program.ts';
import { eventually, runsFree, startRig, statusField } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { tickerProgram } from './testing/programs.ts';

let rig: Rig | undefined;
let program: RunningProgram | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  await program?.stop();
  [rig, program] = [undefined, undefined];
});

function memory(pid: number, address: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  readSync(fd, bytes, 0, length, Number(address));
  closeSync(fd);
  return bytes;
}

/** Every executable mapping of a file: what memory holds, and what the file does. */
function textDifferences(pid: number): string[] {
  const differences: string[] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r-xp ([0-9a-f]+) \S+ [1-9]\d* +(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, start = '', end = '', offset = '', path = ''] = match;
    const length = Number(BigInt(`0x${end}`) - BigInt(`0x${start}`));
    const file = readFileSync(path).subarray(Number.parseInt(offset, 16)).subarray(0, length);
    const now = memory(pid, BigInt(`0x${start}`), file.length);
    for (let at = 0; at < file.length; at++) if (now[at] !== file[at]) differences.push(`${path}+${at}: ${now[at]} for ${file[at]}`);
  }
  return differences;
}

async function attached(): Promise<{ readonly rig: Rig; readonly program: RunningProgram }> {
  program = await runProgram(tickerProgram());
  rig = await startRig();
  await rig.gdb.attach(program.pid);
  return { rig, program };
}

/** Waits until the program runs free and ticks on; what is wrong with its text then. */
async function damage(held: RunningProgram): Promise<string[]> {
  await eventually('it runs free', () => runsFree(held.pid));
  const ticks = (): bigint => memory(held.pid, held.address('ticks'), 8).readBigUInt64LE();
  const before = ticks();
  await eventually('it ticks on', () => ticks() > before + 100n);
  return textDifferences(held.pid);
}

/** A place that the ticker passes rarely or never, so that the program is running, and not stopped there, when gdb dies. */
const RARE = 'tick if n == 0xffffffffffff';

describe('gdb is killed', () => {
  describe.each(['stopped', 'running'] as const)('while the process is %s', (state) => {
    it('without breakpoints', async () => {
      const { rig: { gdb, next }, program: held } = await attached();
      if (state === 'running') await gdb.resume('continue', undefined);
      const ended = next('ended');
      process.kill(gdb.gdbPid, 'SIGKILL');
      expect((await ended).error).toMatchObject({ code: 'gdb-ended' });
      expect(await damage(held)).toEqual([]);
    });

    it('with software breakpoints in the program and in a library', async () => {
      const { rig: { gdb, next }, program: held } = await attached();
      for (const location of ['main', 'abort', 'second']) await gdb.insertBreakpoint({ location, condition: undefined, temporary: false, hardware: false });
      if (state === 'running') await gdb.resume('continue', undefined);
      if (state === 'running') await eventually('they are in', () => gdb.patchedBytes().length >= 3);
      const ended = next('ended');
      process.kill(gdb.gdbPid, 'SIGKILL');
      const { error } = await ended;
      expect(error?.evidence).toContain('signal 9');
      expect(error?.evidence?.includes('were put back')).toBe(state === 'running');
      expect(await damage(held)).toEqual([]);
    });

    it('with a hardware breakpoint and a watchpoint', async () => {
      const { rig: { gdb, next, type }, program: held } = await attached();
      const changed = next('breakpoints-changed');
      type('watch watched\n');
      await changed;
      await gdb.insertBreakpoint({ location: 'main', condition: undefined, temporary: false, hardware: true });
      expect((await gdb.breakpoints()).map(({ kind }) => kind)).toEqual(['watch-write', 'hardware']);
      await gdb.resume('continue', undefined);
      await eventually('it runs', () => gdb.runState === 'running');
      if (state === 'stopped') await gdb.interrupt();
      const ended = next('ended');
      process.kill(gdb.gdbPid, 'SIGKILL');
      await ended;
      await eventually('it runs free', () => runsFree(held.pid));
      // Now two threads write what was watched.
      await held.say('touch it');
      expect(await damage(held)).toEqual([]);
      expect(memory(held.pid, held.address('watched'), 4).readInt32LE()).toBeGreaterThan(10);
    });
  });

  it('in the middle of a conditional breakpoint that is hit all the time: the process dies or its text is whole', async () => {
    const { rig: { gdb, next, type }, program: held } = await attached();
    const changed = next('breakpoints-changed');
    type(`break ${RARE}\n`);
    await changed;
    await gdb.resume('continue', undefined);
    const ended = next('ended');
    process.kill(gdb.gdbPid, 'SIGKILL');
    await ended;
    // Between gdb's death and the repair a thread may pass the place: nothing can hold it then. What lives must be whole.
    expect(runsFree(held.pid) ? textDifferences(held.pid) : []).toEqual([]);
  });

  it('mid-command: nothing stays pending, and what comes later is refused at once', async () => {
    const { rig: { gdb } } = await attached();
    const pending = [gdb.threads(), gdb.frames(1, 0, 100), gdb.registers(1, 0), gdb.breakpoints(), gdb.evaluateAddress('ticks', { threadId: 1, frameLevel: 0 }), gdb.completeExpression('m', 50)];
    process.kill(gdb.gdbPid, 'SIGKILL');
    const results = await Promise.allSettled(pending);
    const rejected = results.filter((result) => result.status === 'rejected');
    expect(rejected.length).toBeGreaterThan(0);
    for (const { reason } of rejected) expect(reason).toMatchObject({ code: 'gdb-ended' });
    await eventually('it is told', () => gdb.runState === 'none');
    await expect(gdb.threads()).rejects.toMatchObject({ code: 'gdb-ended' });
    await expect(gdb.interrupt()).rejects.toMatchObject({ code: 'not-attached' });
    await expect(gdb.detach()).rejects.toMatchObject({ code: 'not-attached' });
  });

  it('while it attaches', async () => {
    program = await runProgram(tickerProgram());
    rig = await startRig();
    const attaching = rig.gdb.attach(program.pid);
    process.kill(rig.gdb.gdbPid, 'SIGKILL');
    await expect(attaching).rejects.toMatchObject({ code: 'gdb-ended' });
    expect(await damage(program)).toEqual([]);
  });
});

describe('gdb ends otherwise', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('%s lets go of a running process with breakpoints', async (signal) => {
    const { rig: { gdb, next }, program: held } = await attached();
    await gdb.insertBreakpoint({ location: 'main', condition: undefined, temporary: false, hardware: false });
    await gdb.resume('continue', undefined);
    const ended = next('ended');
    process.kill(gdb.gdbPid, signal);
    await ended;
    expect(await damage(held)).toEqual([]);
  });

  it('dispose detaches, whether it runs or not, and may be called again', async () => {
    for (const running of [true, false]) {
      const { rig: { gdb }, program: held } = await attached();
      await gdb.insertBreakpoint({ location: 'main', condition: undefined, temporary: false, hardware: false });
      if (running) await gdb.resume('continue', undefined);
      await Promise.all([gdb.dispose(), gdb.dispose()]);
      await gdb.dispose();
      expect(statusField(gdb.gdbPid, 'State') ?? 'Z').toMatch(/^Z/);
      expect(await damage(held)).toEqual([]);
      await held.stop();
    }
  });

  it('dispose ends a launched program', async () => {
    rig = await startRig();
    const { pid } = await rig.gdb.launch({ program: tickerProgram(), args: [], cwd: '', env: {}, stopAt: 'tick' });
    await rig.gdb.resume('continue', undefined);
    await rig.gdb.dispose();
    await eventually('it is gone', () => statusField(pid, 'State') === undefined);
    expect(rig.gdb.runState).toBe('none');
  });

  it('dispose during an attach lets the process go', async () => {
    program = await runProgram(tickerProgram());
    rig = await startRig();
    const attaching = rig.gdb.attach(program.pid).catch((error: unknown) => error);
    await rig.gdb.dispose();
    await attaching;
    expect(await damage(program)).toEqual([]);
  });
});
