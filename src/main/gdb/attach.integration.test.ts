import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, openSync, readdirSync, readlinkSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compileC, scratchFolder } from '../testing/compile.ts';
import { runProgram } from '../testing/run-program.ts';
import type { RunningProgram } from '../testing/run-program.ts';
import { GdbDebugger } from './gdb-debugger.ts';
import { eventually, runsFree, startRig, statusField } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { tickerProgram, tickerSource } from './testing/programs.ts';

let rig: Rig | undefined;
const programs: RunningProgram[] = [];

afterEach(async () => {
  await rig?.gdb.dispose();
  rig = undefined;
  for (const program of programs.splice(0)) await program.stop();
});

async function start(path: string, ...args: string[]): Promise<RunningProgram> {
  const program = await runProgram(path, args);
  programs.push(program);
  return program;
}

/** 64 bytes of a function, in memory and as they were before anything was attached. */
function textAt(program: RunningProgram, key: string): Buffer {
  const bytes = Buffer.alloc(64);
  const fd = openSync(`/proc/${program.pid}/mem`, 'r');
  readSync(fd, bytes, 0, bytes.length, Number(program.address(key)));
  closeSync(fd);
  return bytes;
}

describe('attach and detach', () => {
  it('stops the process, and lets it go untraced with its own text', async () => {
    const program = await start(tickerProgram());
    const before = textAt(program, 'tick');
    rig = await startRig();
    const stop = await rig.gdb.attach(program.pid);
    expect(stop).toMatchObject({ reason: 'attached', signal: undefined });
    expect(rig.gdb.runState).toBe('stopped');
    expect(rig.gdb.pid).toBe(program.pid);
    expect(statusField(program.pid, 'TracerPid')).toBe(String(rig.gdb.gdbPid));
    await rig.gdb.insertBreakpoint({ location: 'tick', condition: undefined, temporary: false, hardware: false });
    const stopped = rig.next('stopped');
    await rig.gdb.resume('continue', undefined);
    expect((await stopped).stop).toMatchObject({ reason: 'breakpoint', breakpoint: '1', words: 'Stopped at breakpoint 1', frame: { function: 'tick' } });
    await rig.gdb.detach();
    expect(rig.gdb.runState).toBe('none');
    await eventually('it runs free', () => runsFree(program.pid));
    expect(textAt(program, 'tick')).toEqual(before);
  });

  it('detaches from a running process, breakpoints and all', async () => {
    const program = await start(tickerProgram());
    const before = textAt(program, 'main');
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    await rig.gdb.insertBreakpoint({ location: 'main', condition: undefined, temporary: false, hardware: false });
    await rig.gdb.resume('continue', undefined);
    expect(rig.gdb.runState).toBe('running');
    await rig.gdb.detach();
    await eventually('it runs free', () => runsFree(program.pid));
    expect(textAt(program, 'main')).toEqual(before);
    // The same debugger can attach again.
    await rig.gdb.attach(program.pid);
    expect(rig.gdb.runState).toBe('stopped');
  });

  it('leaves nothing of the symbol reading behind: one inferior, libraries loaded', async () => {
    const program = await start(tickerProgram());
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    rig.type('info inferiors\ninfo sharedlibrary\n');
    await eventually('libraries are listed', () => rig?.consoleText().includes('libc.so') === true);
    expect(rig.consoleText()).toMatch(/\* 1 +process/);
    expect(rig.consoleText()).not.toMatch(/^ {2}2 /m);
    expect(rig.consoleText()).toMatch(/Yes.*libc\.so/);
  });

  it('interrupts a program that blocks every signal, more than once, and detaches without a trace', async () => {
    const program = await start(tickerProgram(), 'block');
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    for (let turn = 0; turn < 3; turn++) {
      await rig.gdb.resume('continue', undefined);
      expect(rig.gdb.runState).toBe('running');
      const stopped = rig.next('stopped');
      await rig.gdb.interrupt();
      expect((await stopped).stop).toMatchObject({ reason: 'interrupted', words: 'Stopped on request' });
    }
    await rig.gdb.detach();
    await eventually('it runs free', () => runsFree(program.pid));
  });

  it('survives interrupts that race with a breakpoint', async () => {
    const program = await start(tickerProgram());
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    await rig.gdb.insertBreakpoint({ location: 'tick', condition: undefined, temporary: false, hardware: false });
    for (let turn = 0; turn < 15; turn++) {
      await rig.gdb.resume('continue', undefined);
      if (rig.gdb.runState === 'running') await rig.gdb.interrupt();
      await eventually('it is stopped', () => rig?.gdb.runState === 'stopped');
    }
    await rig.gdb.detach();
    await eventually('it runs free', () => runsFree(program.pid));
    // A SIGSTOP left behind would show as state T.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(runsFree(program.pid)).toBe(true);
  });
});

describe('executables that are not what they were', () => {
  it.each(['deleted', 'rebuilt'])('a %s executable gives right frames', async (fate) => {
    const path = join(scratchFolder(), `ticker-${fate}`);
    copyFileSync(tickerProgram(), path);
    const program = await start(path);
    rmSync(path);
    if (fate === 'rebuilt') copyFileSync(compileC(`${tickerSource}\nint more(int n) { return n * 3; }`, { name: 'other', flags: ['-O2'] }), path);
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    await rig.gdb.insertBreakpoint({ location: `*0x${program.address('tick').toString(16)}`, condition: undefined, temporary: true, hardware: false });
    const stopped = rig.next('stopped');
    await rig.gdb.resume('continue', undefined);
    expect((await stopped).stop.frame?.function).toBe('tick');
    const { threads } = await rig.gdb.threads();
    const { frames } = await rig.gdb.frames(threads.find(({ tid }) => tid === program.pid)?.id ?? 1, 0, 10);
    expect(frames.map((frame) => frame.function)).toEqual(['tick', 'main']);
  });
});

describe('refusals, in words', () => {
  it('no such process', async () => {
    rig = await startRig();
    await expect(rig.gdb.attach(4_000_000)).rejects.toMatchObject({ code: 'no-such-process' });
  });

  it('a zombie', async () => {
    const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [data] = (await once(parent.stdout, 'data')) as [Buffer];
      const zombie = Number(data.toString());
      await eventually('it is a zombie', () => statusField(zombie, 'State')?.startsWith('Z') === true);
      rig = await startRig();
      await expect(rig.gdb.attach(zombie)).rejects.toMatchObject({ code: 'process-is-zombie' });
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('a process that another gdb holds; it names that one', async () => {
    const program = await start(tickerProgram());
    const other = await GdbDebugger.start();
    try {
      await other.attach(program.pid);
      rig = await startRig();
      await expect(rig.gdb.attach(program.pid)).rejects.toMatchObject({ code: 'already-traced', evidence: `TracerPid: ${other.gdbPid}` });
      // The refusal leaves a debugger that works.
      await other.detach();
      await rig.gdb.attach(program.pid);
      expect(rig.gdb.runState).toBe('stopped');
    } finally {
      await other.dispose();
    }
  });

  it('a second target', async () => {
    const program = await start(tickerProgram());
    rig = await startRig();
    await rig.gdb.attach(program.pid);
    await expect(rig.gdb.attach(program.pid)).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(rig.gdb.kill()).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('no gdb, an old gdb, a gdb that ends at once', async () => {
    await expect(GdbDebugger.start({ gdbPath: 'no-gdb-of-that-name' })).rejects.toMatchObject({ code: 'gdb-missing', remedy: expect.stringContaining('apt install gdb') as string });
    const old = join(scratchFolder(), 'old-gdb');
    writeFileSync(old, '#!/bin/sh\necho "GNU gdb (GDB) 7.2-92.el6"\n[ "$1" = --version ]\n', { mode: 0o755 });
    await expect(GdbDebugger.start({ gdbPath: old })).rejects.toMatchObject({ code: 'gdb-too-old', message: expect.stringContaining('7.2') as string });
    const broken = join(scratchFolder(), 'broken-gdb');
    writeFileSync(broken, '#!/bin/sh\necho "error while loading shared libraries: libfoo.so" >&2\nexit 127\n', { mode: 0o755 });
    await expect(GdbDebugger.start({ gdbPath: broken })).rejects.toMatchObject({ code: 'gdb-start-failed', evidence: expect.stringContaining('libfoo.so') as string });
    const silent = join(scratchFolder(), 'silent-gdb');
    writeFileSync(silent, '#!/bin/sh\necho starting up\nexec sleep 30\n', { mode: 0o755 });
    await expect(GdbDebugger.start({ gdbPath: silent, startTimeoutMs: 500 })).rejects.toMatchObject({ code: 'gdb-start-failed', evidence: expect.stringContaining('starting up') as string });
  });
});

it('gdb and the program inherit none of our terminals', async () => {
  const program = await start(tickerProgram());
  rig = await startRig();
  await rig.gdb.attach(program.pid);
  // The masters are /dev/ptmx; gdb has only slaves.
  const links = fdLinks(rig.gdb.gdbPid);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => link.includes('ptmx'))).toEqual([]);
});

function fdLinks(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
}
