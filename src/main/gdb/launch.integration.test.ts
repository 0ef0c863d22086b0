import { readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../testing/compile.ts';
import type { DebuggerLaunch } from '../target/debugger.ts';
import { eventually, startRig, statusField } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { echoProgram, tickerProgram } from './testing/programs.ts';

let rig: Rig | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  rig = undefined;
});

function spec(program: string, over: Partial<DebuggerLaunch> = {}): DebuggerLaunch {
  return { program, args: [], cwd: '', env: {}, stopAt: '', ...over };
}

async function startedRig(): Promise<Rig> {
  rig = await startRig();
  return rig;
}

describe('launch', () => {
  it('stops where told, and the program talks and listens on its own terminal', async () => {
    const { gdb, ...seen } = await startedRig();
    const { pid, stop } = await gdb.launch(spec(echoProgram(), { args: ['read'], stopAt: 'stop_here' }));
    expect(stop).toMatchObject({ reason: 'breakpoint', frame: { function: 'stop_here' } });
    expect(gdb.pid).toBe(pid);
    // Its own terminal three times, and nothing of gdb's or ours.
    expect(readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))).toEqual(Array.from({ length: 3 }, () => gdb.program?.ptyName));
    expect(statusField(pid, 'TracerPid')).toBe(String(gdb.gdbPid));
    await eventually('it printed', () => seen.programText().includes('tty='));
    expect(seen.programText()).toContain(`tty=${gdb.program?.ptyName}`);
    expect(seen.consoleText()).not.toContain('tty=');
    await gdb.resume('continue', undefined);
    const exited = seen.next('exited');
    gdb.program?.write(Buffer.from('hello there\n'));
    expect((await exited).words).toBe('exited with status 0');
    await eventually('it answered', () => seen.programText().includes('said:hello there'));
    expect(gdb.runState).toBe('none');
    expect(gdb.pid).toBeUndefined();
  });

  it('hands over arguments, working directory and environment exactly', async () => {
    const { gdb, ...seen } = await startedRig();
    const args = ['plain', 'two words', `it's "quoted"`, 'back\\slash $HOME `date` *', 'naïve €', '', '-x', 'a;b|c>d&'];
    const cwd = realpathSync(scratchFolder());
    const exited = seen.next('exited');
    await gdb.launch(spec(echoProgram(), { args, cwd, env: { GREETING: 'good = "day", naïve $X' } }));
    await exited;
    await eventually('it printed all', () => seen.programText().includes('tty='));
    const text = seen.programText().replaceAll('\r\n', '\n');
    for (const [at, arg] of args.entries()) expect(text).toContain(`arg${at + 1}=<${arg}>\n`);
    expect(text).toContain(`cwd=${cwd}\n`);
    expect(text).toContain('GREETING=<good = "day", naïve $X>\n');
    const own = (name: string): string => `${name}=<${process.env[name] ?? 'unset'}>\n`;
    for (const name of ['LC_ALL', 'DEBUGINFOD_URLS', 'SHELL']) expect(text).toContain(own(name));
    expect(text).toContain('LINES=<unset>\n');
    expect(text).toContain('COLUMNS=<unset>\n');
  });

  it.each([['three', 'exited with status 3'], ['crash', 'killed by SIGABRT (Aborted)']])('says how it ended: %s', async (how, words) => {
    const { gdb, ...seen } = await startedRig();
    const exited = seen.next('exited');
    await gdb.launch(spec(echoProgram(), { args: [how] }));
    if (how === 'crash') {
      await eventually('it stopped', () => gdb.runState === 'stopped');
      expect(seen.events.findLast((event) => event.type === 'stopped')).toMatchObject({ stop: { reason: 'signal', words: 'Stopped by SIGABRT', signal: { name: 'SIGABRT', meaning: 'Aborted' } } });
      await gdb.resume('continue', undefined);
    }
    expect((await exited).words).toBe(words);
  });

  it('a stripped program stops at its entry point', async () => {
    const { gdb } = await startedRig();
    const { stop } = await gdb.launch(spec(echoProgram(['-O2', '-s']), { stopAt: 'main' }));
    expect(stop?.words).toContain('entry point');
    const { address } = await gdb.evaluateAddress('$pc', { threadId: 1, frameLevel: undefined });
    expect(stop?.frame?.pc).toBe(address);
  });

  it('a program that ends before the stop', async () => {
    const { gdb } = await startedRig();
    const { pid, stop } = await gdb.launch(spec(tickerProgram(), { stopAt: 'second' }));
    expect(pid).toBeGreaterThan(1);
    expect(stop?.frame?.function).toBe('second');
    await gdb.kill();
    expect(gdb.runState).toBe('none');
    await eventually('it is gone', () => statusField(pid, 'State') === undefined);
    const again = await gdb.launch(spec(echoProgram(), { args: ['x'], stopAt: '' }));
    expect(again.stop).toBeUndefined();
  });

  it('the layout is the system\'s: address space randomisation stays on', async () => {
    const { gdb, ...seen } = await startedRig();
    const { pid } = await gdb.launch(spec(tickerProgram(), { stopAt: 'main' }));
    // ADDR_NO_RANDOMIZE of personality(2).
    expect(Number.parseInt(readFileSync(`/proc/${pid}/personality`, 'utf8'), 16) & 0x0040000).toBe(0);
    expect(seen.events.some((event) => event.type === 'target-changed' && event.pid === pid)).toBe(true);
  });
});

describe('launches that cannot be', () => {
  it.each([
    ['/nowhere/at/all', 'executable-missing'],
    ['no-program-of-that-name', 'executable-missing'],
    ['/etc/passwd', 'launch-failed'],
    ['/tmp', 'launch-failed'],
  ])('%s: %s', async (program, code) => {
    const { gdb } = await startedRig();
    await expect(gdb.launch(spec(program))).rejects.toMatchObject({ code });
    expect(gdb.runState).toBe('none');
  });

  it('a script, a broken ELF file, a missing folder, an unknown place', async () => {
    const { gdb } = await startedRig();
    const script = join(scratchFolder(), 'script.sh');
    writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
    await expect(gdb.launch(spec(script))).rejects.toMatchObject({ code: 'launch-failed', message: expect.stringContaining('script') as string });
    const torn = join(scratchFolder(), 'torn');
    writeFileSync(torn, Buffer.from('\x7fELF\x02\x01\x01torn', 'latin1'), { mode: 0o755 });
    await expect(gdb.launch(spec(torn))).rejects.toMatchObject({ evidence: expect.stringContaining('not in executable format') as string });
    await expect(gdb.launch(spec(echoProgram(), { cwd: '/nowhere' }))).rejects.toMatchObject({ code: 'launch-failed' });
    await expect(gdb.launch(spec(echoProgram(), { stopAt: 'no_such_function' }))).rejects.toMatchObject({ code: 'unknown-location' });
    // And after all that it still works.
    const { stop } = await gdb.launch(spec(echoProgram(), { stopAt: 'main' }));
    expect(stop?.frame?.function).toBe('main');
  });
});
