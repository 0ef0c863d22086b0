import { afterEach, describe, expect, it } from 'vitest';
import { runProgram } from '../testing/run-program.ts';
import type { RunningProgram } from '../testing/run-program.ts';
import { MiStream } from './mi-parser/mi-stream.ts';
import { eventually, runsFree, startRig } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { echoProgram, tickerProgram } from './testing/programs.ts';

let rig: Rig | undefined;
let program: RunningProgram | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  await program?.stop();
  [rig, program] = [undefined, undefined];
});

async function held(...args: string[]): Promise<Rig & { readonly pid: number }> {
  program = await runProgram(tickerProgram(), args);
  rig = await startRig();
  await rig.gdb.attach(program.pid);
  return { ...rig, pid: program.pid };
}

describe('what the user types in the console', () => {
  it('break: the breakpoint is listed, and its byte is known', async () => {
    const { gdb, type, next } = await held();
    const changed = next('breakpoints-changed');
    type('break tick if n == 0\n');
    await changed;
    expect(await gdb.breakpoints()).toMatchObject([{ number: '1', kind: 'software', enabled: true, condition: 'n == 0', locations: [{ function: 'tick' }] }]);
    type('watch watched\n');
    await next('breakpoints-changed');
    expect((await gdb.breakpoints()).map(({ kind }) => kind)).toEqual(['software', 'watch-write']);
  });

  it('continue and Ctrl-C', async () => {
    const { gdb, type, next } = await held('block');
    for (let turn = 0; turn < 2; turn++) {
      const running = next('running');
      type('continue\n');
      await running;
      expect(gdb.runState).toBe('running');
      const stopped = next('stopped');
      type('\x03');
      expect((await stopped).stop.words).toBe('Stopped on request');
      expect(gdb.runState).toBe('stopped');
    }
  });

  it('Ctrl-C stops what we resumed, too', async () => {
    const { gdb, type, next } = await held();
    await gdb.resume('continue', undefined);
    const stopped = next('stopped');
    type('\x03');
    await stopped;
    expect(gdb.runState).toBe('stopped');
  });

  it('detach, then attach', async () => {
    const { gdb, type, next, pid } = await held();
    const gone = next('target-changed');
    type('detach\n');
    expect((await gone).pid).toBeUndefined();
    expect(gdb.runState).toBe('none');
    await eventually('it runs free', () => runsFree(pid));
    const back = next('target-changed');
    const stopped = next('stopped');
    type(`attach ${pid}\n`);
    expect((await back).pid).toBe(pid);
    await stopped;
    expect(gdb.runState).toBe('stopped');
    expect(gdb.pid).toBe(pid);
  });

  it('run, kill, and quit', async () => {
    rig = await startRig();
    const { gdb, type, next, events } = rig;
    type(`file ${echoProgram()}\n`);
    type('break stop_here\n');
    const stopped = next('stopped');
    type('run\n');
    expect((await stopped).stop).toMatchObject({ reason: 'breakpoint', frame: { function: 'stop_here' } });
    expect(gdb.runState).toBe('stopped');
    const { pid } = gdb;
    expect(events).toContainEqual({ type: 'target-changed', pid });
    const gone = next('target-changed');
    type('kill\n');
    await eventually('it asks', () => rig?.consoleText().includes('Kill the program') === true);
    type('y\n');
    expect((await gone).pid).toBeUndefined();
    const ended = next('ended');
    type('quit\n');
    expect((await ended).error).toBeUndefined();
  });

  it('quit while attached lets the process go', async () => {
    const { type, next, pid, consoleText } = await held();
    const ended = next('ended');
    type('quit\n');
    await eventually('it asks', () => consoleText().includes('Quit anyway'));
    type('y\n');
    expect((await ended).error).toBeUndefined();
    await eventually('it runs free', () => runsFree(pid));
  });

  it('a program that runs to its end', async () => {
    rig = await startRig();
    const { gdb, type, next } = rig;
    type(`file ${echoProgram()}\n`);
    const exited = next('exited');
    type('run three\n');
    expect((await exited).words).toBe('exited with status 3');
    expect(gdb.runState).toBe('none');
  });

  it('up and thread tell the selection; our questions leave it alone', async () => {
    const { gdb, type, next, consoleText } = await held();
    type('break tick\n');
    const stopped = next('stopped');
    type('continue\n');
    const { threadId } = (await stopped).stop;
    const selected = next('selected');
    type('up\n');
    expect(await selected).toMatchObject({ threadId, frameLevel: 1 });
    await gdb.frames(threadId, 0, 5);
    await gdb.registers(threadId, 0);
    await gdb.evaluateAddress('ticks', { threadId, frameLevel: 0 });
    const { threads } = await gdb.threads();
    for (const { id } of threads) await gdb.frames(id, 0, 5);
    type('frame\necho done-now\\n\n');
    await eventually('it answered', () => /done-now\r?\n/.test(consoleText()));
    // eslint-disable-next-line no-control-regex
    expect(consoleText().replaceAll(/\u001b\[[0-9;?]*[a-z]/g, '').split('frame\r\n').at(-1)).toContain('#1 ');
  });

  it('set var tells what changed in memory', async () => {
    const { type, next, pid } = await held();
    const changed = next('memory-changed');
    type('set var table[1] = 77\n');
    const { start, lengthBytes } = await changed;
    expect(start).toBe((program?.address('table') ?? 0n) + 4n);
    expect(lengthBytes).toBe(4n);
    expect(pid).toBe(program?.pid);
  });
});

it('everything that a live gdb says is MI to the parser', async () => {
  const chunks: Uint8Array[] = [];
  program = await runProgram(tickerProgram());
  rig = await startRig({ miLog: (bytes) => chunks.push(bytes) });
  const { gdb, type, next } = rig;
  const { threadId } = await gdb.attach(program.pid);
  await gdb.insertBreakpoint({ location: 'tick', condition: undefined, temporary: false, hardware: false });
  const stopped = next('stopped');
  type('continue\n');
  await stopped;
  await Promise.all([gdb.threads(), gdb.frames(threadId, 0, 63), gdb.registers(threadId, 0), gdb.breakpoints(), gdb.evaluateAddress('odd', { threadId, frameLevel: 0 }), gdb.completeExpression('p', 200)]);
  type('print odd\nprint pair\nno such command\ninfo registers\n');
  await eventually('it answered', () => rig?.consoleText().includes('rflags') === true || rig?.consoleText().includes('eflags') === true);
  await gdb.detach();
  const stream = new MiStream();
  const records = chunks.flatMap((chunk) => stream.push(chunk));
  expect(records.filter(({ kind }) => kind === 'malformed')).toEqual([]);
  expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['result', 'async', 'stream', 'prompt']));
  // Byte by byte it is the same.
  const slow = new MiStream();
  expect(chunks.flatMap((chunk) => [...chunk].flatMap((byte) => slow.push(Uint8Array.of(byte))))).toEqual(records);
});
