import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from '../../shared/address/address.ts';
import { toAddress } from '../../shared/address/address.ts';
import type { ResumeKind, StopInfo } from '../../shared/model/debug.ts';
import type { WatchAccess } from '../../shared/model/run-control.ts';
import { compileC } from '../testing/compile.ts';
import { eventually, startRig, statusField } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { lineOf, phasesProgram } from '../testing/phases.ts';

let rig: Rig | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  rig = undefined;
});

const file = (): string => `${basename(phasesProgram())}.c`;
const at = (mark: string): string => `${file()}:${lineOf(mark)}`;
const plainBreak = { condition: undefined, temporary: false, hardware: false } as const;

/** Launched and stopped in main, with what it printed of itself not yet there. */
async function inMain(mode = ''): Promise<Rig> {
  rig = await startRig();
  await rig.gdb.launch({ program: phasesProgram(), args: mode === '' ? [] : [mode], cwd: '', env: {}, stopAt: 'main' });
  return rig;
}

async function go(kind: ResumeKind = 'continue', thread: number | undefined = 1): Promise<StopInfo> {
  const stopped = rig?.next('stopped');
  await rig?.gdb.resume(kind, thread);
  return (await stopped)?.stop as StopInfo;
}

async function valueOf(expression: string): Promise<bigint> {
  return (await rig?.gdb.evaluateAddress(expression, { threadId: 1, frameLevel: 0 }))?.address ?? -1n;
}

const line = (stop: StopInfo): number | undefined => stop.frame?.source?.line;
const range = (start: bigint, length: number): { start: Address; end: Address } => ({ start: toAddress(start), end: toAddress(start + BigInt(length)) });
const watchRange = (start: bigint, length: number, access: WatchAccess = 'write') =>
  ({ subject: { kind: 'range', range: range(start, length) }, access, condition: undefined, ignoreCount: 0 }) as const;
const watchExpression = (expression: string, frameLevel?: number) =>
  ({ subject: { kind: 'expression', expression, threadId: frameLevel === undefined ? undefined : 1, frameLevel }, access: 'write', condition: undefined, ignoreCount: 0 }) as const;

describe('breakpoints', () => {
  it('at a function, a line and an address', async () => {
    const { gdb } = await inMain();
    const leaf = await valueOf('&leaf');
    const byLine = await gdb.insertBreakpoint({ ...plainBreak, location: at('work-first') });
    const byAddress = await gdb.insertBreakpoint({ ...plainBreak, location: `*0x${leaf.toString(16)}` });
    const byName = await gdb.insertBreakpoint({ ...plainBreak, location: 'leaf' });
    expect(byAddress.locations[0]?.address).toBe(leaf);
    expect(await go()).toMatchObject({ reason: 'breakpoint', breakpoint: byLine.number, frame: { function: 'work', source: { line: lineOf('work-first') } } });
    expect(await go()).toMatchObject({ breakpoint: byAddress.number, frame: { pc: leaf } });
    expect(await go()).toMatchObject({ breakpoint: byName.number, frame: { function: 'leaf' } });
    expect((await gdb.breakpoints()).map(({ hits }) => hits)).toEqual([1, 1, 1]);
  });

  it('a condition, an ignore count, both edited; a condition that is none is refused in words', async () => {
    const { gdb } = await inMain();
    const made = await gdb.insertBreakpoint({ ...plainBreak, location: at('leaf-store'), condition: 'n == 1' });
    await go();
    expect(await valueOf('n')).toBe(1n);
    expect(await gdb.control.editBreakpoint(made.number, { condition: '', ignoreCount: 1 })).toMatchObject({ condition: undefined, ignoreCount: 1 });
    await go();
    expect(await valueOf('n')).toBe(3n);
    expect(await gdb.control.editBreakpoint(made.number, { condition: 'doubled > 7' })).toMatchObject({ condition: 'doubled > 7' });
    await expect(gdb.control.editBreakpoint(made.number, { condition: 'nonsense +' })).rejects.toMatchObject({ code: 'invalid-argument', evidence: expect.stringContaining('nonsense') as string });
    expect((await gdb.breakpoints())[0]?.condition).toBe('doubled > 7');
    await go();
    expect(await valueOf('n')).toBe(4n);
    await expect(gdb.control.editBreakpoint('99', { ignoreCount: 1 })).rejects.toThrow(/99/);
  });

  it('set with an ignore count; temporary; disabled; for one thread', async () => {
    const { gdb } = await inMain();
    const counted = await gdb.insertBreakpoint({ ...plainBreak, location: 'leaf', ignoreCount: 2 });
    expect(counted.ignoreCount).toBe(2);
    const oneTime = await gdb.insertBreakpoint({ ...plainBreak, location: 'work', temporary: true });
    expect(oneTime.temporary).toBe(true);
    expect(await go()).toMatchObject({ reason: 'breakpoint', breakpoint: oneTime.number, words: `Stopped at temporary breakpoint ${oneTime.number}` });
    expect((await gdb.breakpoints()).map(({ number }) => number)).toEqual([counted.number]);
    await go();
    expect(await valueOf('n')).toBe(2n);
    await gdb.enableBreakpoint(counted.number, false);
    const own = await gdb.insertBreakpoint({ ...plainBreak, location: at('work-after'), threadId: 1 });
    expect(own.threadId).toBe(1);
    expect(await go()).toMatchObject({ breakpoint: own.number });
  });

  it('a hardware breakpoint changes no byte; a fifth is refused with a remedy and leaves nothing', async () => {
    const { gdb } = await inMain();
    const hardware = { ...plainBreak, hardware: true };
    const first = await gdb.insertBreakpoint({ ...hardware, location: 'leaf' });
    expect(first.kind).toBe('hardware');
    await gdb.insertBreakpoint({ ...hardware, location: at('leaf-store') });
    await gdb.insertBreakpoint({ ...hardware, location: at('work-after') });
    await gdb.insertBreakpoint({ ...hardware, location: at('main-end') });
    await expect(gdb.insertBreakpoint({ ...hardware, location: at('leaf-return') })).rejects.toMatchObject({ code: 'no-debug-register', remedy: expect.stringContaining('Delete or disable') as string });
    expect(await gdb.breakpoints()).toHaveLength(4);
    expect(await go()).toMatchObject({ breakpoint: first.number, frame: { function: 'leaf' } });
    expect(gdb.patchedBytes().map(({ breakpoint }) => breakpoint)).toEqual([]);
  });

  it('too many that were made in the console: the program does not go on, and everybody knows', async () => {
    const { gdb, type, next } = await inMain();
    for (const mark of ['leaf-first', 'leaf-store', 'leaf-return', 'work-first', 'work-after']) type(`hbreak ${at(mark)}\n`);
    await eventually('five breakpoints', () => (rig?.consoleText().match(/Hardware assisted breakpoint/g) ?? []).length === 5);
    const stopped = next('stopped');
    await expect(gdb.resume('continue', 1)).rejects.toMatchObject({ code: 'no-debug-register', evidence: expect.stringContaining('too many hardware') as string });
    expect((await stopped).stop.words).toContain('could not');
    expect(gdb.runState).toBe('stopped');
    await gdb.removeBreakpoint('2');
    expect(await go()).toMatchObject({ reason: 'breakpoint' });
    for (const mark of ['leaf-first']) type(`hbreak ${at(mark)}\n`);
    await eventually('again five', () => (rig?.consoleText().match(/Hardware assisted breakpoint/g) ?? []).length === 6);
    const typed = next('stopped');
    type('continue\n');
    expect((await typed).stop.words).toContain('could not');
    expect(gdb.runState).toBe('stopped');
  });
});

describe('watchpoints', () => {
  it.each<readonly [WatchAccess, string, string]>([['write', 'leaf-return', 'watch-write'], ['access', 'leaf-return', 'watch-access'], ['read', 'main-read', 'watch-read']])('for %s of a range', async (access, mark, kind) => {
    const { gdb } = await inMain();
    const plain = await valueOf('&plain');
    // Past the write of 0 over 0: the processor cannot watch reads alone, and gdb takes a value that did not change for read.
    const there = rig?.next('stopped');
    await gdb.control.runTo(at('leaf-return'), 1);
    await there;
    const made = await gdb.control.insertWatchpoint(watchRange(plain, 8, access));
    expect(made).toMatchObject({ kind, watched: range(plain, 8), enabled: true });
    const stop = await go();
    expect(stop).toMatchObject({ reason: 'watchpoint', breakpoint: made.number });
    // The trap comes after the instruction: still in the same line, or at the next.
    expect([lineOf(mark), lineOf(mark) + 1]).toContain(line(stop));
    expect((await gdb.breakpoints())[0]).toMatchObject({ hits: 1, watched: range(plain, 8) });
  });

  it('on bytes that take several registers, and only on those', async () => {
    const { gdb } = await inMain();
    const table = await valueOf('&table');
    // table[3] is the last 8 of these 32.
    await gdb.control.insertWatchpoint(watchRange(table, 32));
    const stop = await go();
    expect(stop).toMatchObject({ reason: 'watchpoint' });
    expect(line(stop)).toBe(lineOf('work-after') + 1);
    expect(await valueOf('table[3]')).toBe(20n);
  });

  it('on an expression: a global follows its name, a local ends with its scope', async () => {
    const { gdb } = await inMain();
    const plain = await valueOf('&plain');
    expect(await gdb.control.insertWatchpoint(watchExpression('plain'))).toMatchObject({ original: 'plain', watched: range(plain, 8) });
    await go();
    expect(await valueOf('plain')).toBe(2n);
    for (const { number } of await gdb.breakpoints()) await gdb.removeBreakpoint(number);
    // Asked for first: the stop may be here before the answer is.
    const there = rig?.next('stopped');
    await gdb.control.runTo(at('work-call'), 1);
    await there;
    const local = await gdb.control.insertWatchpoint(watchExpression('sum', 0));
    expect(await go()).toMatchObject({ reason: 'watchpoint', breakpoint: local.number });
    expect(await valueOf('sum')).toBe(6n);
    await gdb.enableBreakpoint(local.number, true);
    let stop = await go();
    while (stop.reason === 'watchpoint' && !stop.words.includes('scope')) stop = await go();
    expect(stop.words).toBe(`Watchpoint ${local.number} went out of scope`);
  });

  it('with a condition', async () => {
    const { gdb } = await inMain();
    await gdb.control.insertWatchpoint({ ...watchExpression('plain'), condition: 'plain == 6' });
    await go();
    expect(await valueOf('plain')).toBe(6n);
    await expect(gdb.control.insertWatchpoint({ ...watchExpression('handled'), condition: 'nowhere + 1' })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await gdb.breakpoints()).toHaveLength(1);
  });

  it('what does not fit is refused in words, with what would', async () => {
    const { gdb } = await inMain();
    const table = await valueOf('&table');
    await expect(gdb.control.insertWatchpoint(watchRange(table, 33))).rejects.toMatchObject({ code: 'cannot-watch', remedy: expect.stringContaining('32') as string });
    await expect(gdb.control.insertWatchpoint(watchRange(table + 1n, 32))).rejects.toMatchObject({ code: 'cannot-watch', message: expect.stringContaining('begin') as string });
    await expect(gdb.control.insertWatchpoint(watchExpression('$rax', 0))).rejects.toMatchObject({ code: 'cannot-watch', remedy: expect.stringContaining('console') as string });
    await expect(gdb.control.insertWatchpoint(watchExpression('table', 0))).rejects.toMatchObject({ code: 'cannot-watch' });
    await expect(gdb.control.insertWatchpoint(watchExpression('17', 0))).rejects.toMatchObject({ code: 'cannot-watch' });
    await expect(gdb.control.insertWatchpoint(watchExpression('nowhere', 0))).rejects.toMatchObject({ code: 'unknown-location' });
    await gdb.control.insertWatchpoint(watchRange(table, 24));
    await expect(gdb.control.insertWatchpoint(watchRange(table + 64n, 16))).rejects.toMatchObject({ code: 'no-debug-register' });
    expect(await gdb.breakpoints()).toHaveLength(1);
    expect(await gdb.control.insertWatchpoint(watchRange(table + 64n, 8))).toMatchObject({ kind: 'watch-write' });
  });

  it('made in the console is listed with its bytes', async () => {
    const { gdb, type } = await inMain();
    const table = await valueOf('&table');
    type('watch table[2]\n');
    await eventually('the watchpoint', () => rig?.consoleText().includes('atchpoint 2: table[2]') === true);
    await expect.poll(async () => (await gdb.breakpoints()).at(-1)?.watched).toEqual(range(table + 16n, 8));
  });
});

describe('catchpoints', () => {
  it('fork: once, with the new process', async () => {
    const { gdb } = await inMain('fork');
    const made = await gdb.control.insertCatchpoint({ kind: 'fork', what: [], temporary: false });
    expect(made).toMatchObject({ kind: 'catch', catching: 'fork', original: 'fork' });
    const stop = await go();
    expect(stop).toMatchObject({ reason: 'catchpoint', breakpoint: made.number });
    expect(stop.words).toMatch(/fork, new process \d+$/);
  });

  it('exec', async () => {
    const { gdb } = await inMain('exec');
    await gdb.control.insertCatchpoint({ kind: 'exec', what: [], temporary: false });
    const stop = await go();
    expect(stop.reason).toBe('exec');
    expect(stop.words).toContain('/true');
  });

  it('a breakpoint after a signal that passed: the stop is the breakpoint’s, and the end is the end', async () => {
    const { gdb, next } = await inMain('signal');
    await gdb.control.handleSignal('SIGUSR1', { stop: false });
    const made = await gdb.insertBreakpoint({ ...plainBreak, location: 'work', temporary: true });
    expect(await go()).toMatchObject({ reason: 'breakpoint', breakpoint: made.number, signal: undefined });
    const ended = next('exited');
    await gdb.resume('continue', 1);
    expect((await ended).words).toContain('status 3');
  });

  it('a signal, which gdb does not name in its stop', async () => {
    const { gdb } = await inMain('signal');
    const made = await gdb.control.insertCatchpoint({ kind: 'signal', what: ['SIGUSR1'], temporary: false });
    expect(await go()).toMatchObject({ reason: 'catchpoint', breakpoint: made.number, words: `Stopped at catchpoint ${made.number}: signal SIGUSR1` });
  });

  it('a system call, before and after; unknown names are refused', async () => {
    const { gdb } = await inMain();
    await gdb.control.insertCatchpoint({ kind: 'syscall', what: ['write'], temporary: false });
    expect((await go()).words).toContain('about to call write');
    expect((await go()).words).toContain('returned from write');
    await expect(gdb.control.insertCatchpoint({ kind: 'syscall', what: ['no_such_call'], temporary: false })).rejects.toThrow(/no_such_call/);
    await expect(gdb.control.insertCatchpoint({ kind: 'signal', what: ['SIGNOPE'], temporary: false })).rejects.toThrow(/signal/);
  });

  it('a C++ throw', async () => {
    rig = await startRig();
    const program = compileC('int main() { try { throw 7; } catch (int) {} return 0; }', { name: 'thrower', flags: ['-g', '-x', 'c++', '-Wl,--no-as-needed', '-lstdc++'] });
    const { gdb } = rig;
    await gdb.launch({ program, args: [], cwd: '', env: {}, stopAt: 'main' });
    const made = await gdb.control.insertCatchpoint({ kind: 'throw', what: [], temporary: false });
    expect(await go()).toMatchObject({ reason: 'catchpoint', breakpoint: made.number, words: `Stopped at catchpoint ${made.number}: throw` });
  });
});

describe('running to a place', () => {
  it('stops there and leaves no breakpoint', async () => {
    const { gdb, next } = await inMain();
    const stopped = next('stopped');
    await gdb.control.runTo(at('work-after'), 1);
    expect(line((await stopped).stop)).toBe(lineOf('work-after'));
    expect(await gdb.breakpoints()).toEqual([]);
    await expect(gdb.control.runTo('nowhere.c:7', 1)).rejects.toMatchObject({ code: 'unknown-location' });
    expect(gdb.runState).toBe('stopped');
  });

  it('a breakpoint on the way ends the wish', async () => {
    const { gdb, next } = await inMain();
    await gdb.insertBreakpoint({ ...plainBreak, location: 'work' });
    const stopped = next('stopped');
    await gdb.control.runTo(at('work-after'), 1);
    expect((await stopped).stop).toMatchObject({ reason: 'breakpoint', frame: { function: 'work' } });
    await expect.poll(async () => (await gdb.breakpoints()).map(({ original }) => original)).toEqual(['work']);
  });

  it('until leaves a loop', async () => {
    const { gdb } = await inMain();
    await gdb.insertBreakpoint({ ...plainBreak, location: at('work-call'), temporary: true });
    await go();
    expect(line(await go('until'))).toBe(lineOf('work-loop'));
    expect(line(await go('until'))).toBe(lineOf('work-after'));
  });
});

describe('backwards', () => {
  it('is refused without a recording, and works with one', async () => {
    const { gdb } = await inMain();
    expect(await gdb.control.runControl()).toMatchObject({ recording: undefined, canReverse: false });
    await expect(gdb.resume('reverse-over', 1)).rejects.toMatchObject({ code: 'cannot-reverse', remedy: expect.stringContaining('Record') as string });
    expect(gdb.runState).toBe('stopped');
    await gdb.insertBreakpoint({ ...plainBreak, location: 'work', temporary: true });
    await go();
    expect(await gdb.control.record(true)).toMatchObject({ recording: { method: 'full' }, canReverse: true });
    const first = await go('step-over');
    expect(line(first)).toBe(lineOf('work-loop'));
    await go('step-into');
    expect((await go('step-into')).frame?.function).toBe('leaf');
    expect((await go('reverse-out')).frame?.function).toBe('work');
    // At the call, in the middle of its line: to the line's beginning, or the line before where there is no statement between.
    expect([lineOf('work-call'), lineOf('work-loop')]).toContain(line(await go('reverse-over')));
    const begin = await go('reverse-continue');
    expect(begin.words).toContain('recording');
    const pc = begin.frame?.pc;
    await go('step-instruction');
    expect((await go('reverse-step-instruction')).frame?.pc).toBe(pc);
    expect(await gdb.control.record(false)).toMatchObject({ recording: undefined, canReverse: false });
  });
});

describe('signals', () => {
  it('are listed with what gdb does, and changed; the console says the same', async () => {
    const { gdb, type } = await inMain('signal');
    const table = await gdb.control.signals();
    expect(table.find(({ name }) => name === 'SIGSEGV')).toEqual({ name: 'SIGSEGV', meaning: 'Segmentation fault', stop: true, print: true, pass: true });
    expect(await gdb.control.handleSignal('SIGUSR1', { stop: false, pass: false })).toMatchObject({ stop: false, print: true, pass: false });
    type('info signals SIGUSR1\n');
    await eventually('the table', () => /SIGUSR1\s+No\s+Yes\s+No/.test(rig?.consoleText() ?? ''));
    const settled = rig?.next('settled');
    type('handle SIGUSR1 stop nopass\n');
    await settled;
    expect((await gdb.control.signals()).find(({ name }) => name === 'SIGUSR1')).toMatchObject({ stop: true, pass: false });
    expect(await go()).toMatchObject({ reason: 'signal', signal: { name: 'SIGUSR1' } });
    await gdb.insertBreakpoint({ ...plainBreak, location: 'work' });
    await go();
    // It was kept from the program.
    expect(await valueOf('handled')).toBe(0n);
    await expect(gdb.control.handleSignal('SIGNOPE', { stop: true })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(gdb.control.handleSignal('SIGSTOP', { pass: true })).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('fork and exec', () => {
  it('the child is followed when chosen', async () => {
    const { gdb } = await inMain('fork');
    const parent = gdb.pid;
    expect(await gdb.control.choose({ followFork: 'child' })).toMatchObject({ choices: { followFork: 'child', detachOnFork: true } });
    await gdb.insertBreakpoint({ ...plainBreak, location: 'leaf' });
    const stop = await go();
    expect(stop.frame?.function).toBe('leaf');
    expect(gdb.pid).not.toBe(parent);
    expect(statusField(gdb.pid ?? 0, 'PPid')).toBe(String(parent));
    expect((await gdb.evaluateAddress('n', { threadId: stop.threadId, frameLevel: 0 })).address).toBe(7n);
  });

  it('both are held when chosen, and the other is there when one ends', async () => {
    const { gdb, next } = await inMain('fork');
    const parent = gdb.pid;
    await gdb.control.choose({ followFork: 'child', detachOnFork: false });
    await gdb.insertBreakpoint({ ...plainBreak, location: 'leaf' });
    const inChild = await go();
    const child = gdb.pid;
    expect((await gdb.control.runControl()).heldPids.toSorted((a, b) => a - b)).toEqual([parent, child].toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    const behind = next('stopped');
    await gdb.resume('continue', inChild.threadId);
    const { stop } = await behind;
    expect(stop.words).toContain('exited with status 4');
    expect([gdb.pid, gdb.runState]).toEqual([parent, 'stopped']);
    expect((await go('continue', stop.threadId)).frame?.function).toBe('leaf');
    expect(await valueOf('n')).toBe(9n);
  });

  it('a gdb that is killed while it holds both leaves both whole', async () => {
    const program = spawn(phasesProgram(), ['fork-later'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(program, 'exit');
    await once(program.stdout, 'data');
    rig = await startRig();
    const { gdb, next } = rig;
    await gdb.attach(program.pid ?? 0);
    await gdb.control.choose({ followFork: 'child', detachOnFork: false });
    await gdb.insertBreakpoint({ ...plainBreak, location: 'leaf' });
    await gdb.insertBreakpoint({ ...plainBreak, location: 'work' });
    const inLeaf = next('stopped');
    program.stdin.write('x');
    await gdb.resume('continue', undefined);
    expect((await inLeaf).stop.frame?.function).toBe('leaf');
    const ended = next('ended');
    process.kill(gdb.gdbPid, 'SIGKILL');
    await ended;
    // The child went through leaf and exited with 4, or the parent would say 8; the parent went through leaf and work.
    expect(await exit).toEqual([3, null]);
  });

  it('settings made in the console are the same settings', async () => {
    const { gdb, type, next } = await inMain();
    const settled = next('settled');
    type('set follow-exec-mode new\n');
    await settled;
    expect((await gdb.control.runControl()).choices).toMatchObject({ followExec: 'new', schedulerLocking: 'replay' });
    expect((await gdb.control.choose({ schedulerLocking: 'step', followExec: 'same' })).choices).toMatchObject({ followExec: 'same', schedulerLocking: 'step' });
  });
});

describe('restart', () => {
  it('begins anew with the same breakpoints, while it runs, when stopped and after the end', async () => {
    const { gdb, next } = await inMain('spin');
    const first = gdb.pid;
    const work = await gdb.insertBreakpoint({ ...plainBreak, location: 'work' });
    await go();
    const second = await gdb.control.restart();
    expect(second.pid).not.toBe(first);
    expect(second.stop?.frame?.function).toBe('main');
    expect(statusField(first ?? 0, 'State')).toBeUndefined();
    expect(await go()).toMatchObject({ breakpoint: work.number, frame: { function: 'work' } });
    await gdb.enableBreakpoint(work.number, false);
    await gdb.resume('continue', 1);
    const third = await gdb.control.restart();
    expect([second.pid, first]).not.toContain(third.pid);
    expect(gdb.runState).toBe('stopped');
    const ended = next('target-changed');
    await gdb.kill();
    await ended;
    expect((await gdb.control.restart()).stop?.frame?.function).toBe('main');
    expect((await gdb.breakpoints()).map(({ number }) => number)).toEqual([work.number]);
  });
});

describe('registers', () => {
  it('are written, whole or a vector\'s bytes, and checked first', async () => {
    const { gdb, next } = await inMain();
    const set = (name: string, value: bigint | Uint8Array, frameLevel = 0) => gdb.control.setRegister({ threadId: 1, frameLevel, name, value });
    const read = async (name: string) => (await gdb.registers(1, 0)).find((register) => register.name === name);
    const settled = next('settled');
    await set('rbx', 0xfedc_ba98_7654_3210n);
    await settled;
    expect((await read('rbx'))?.value).toBe(0xfedc_ba98_7654_3210n);
    await set('eflags', 0x247n);
    expect((await read('eflags'))?.flags).toEqual(['CF', 'PF', 'ZF', 'IF']);
    const vector = (await gdb.registers(1, 0)).find(({ group }) => group === 'vector');
    const bytes = Uint8Array.from({ length: vector?.bytes?.length ?? 0 }, (_, index) => index * 3 + 1);
    expect(bytes.length).toBeGreaterThanOrEqual(16);
    await set(vector?.name ?? '', bytes);
    expect((await read(vector?.name ?? ''))?.bytes).toEqual(bytes);
    // gdb's own word for the third byte.
    expect(await valueOf('$xmm0.v16_int8[2]')).toBe(7n);
    await expect(set('eflags', 1n << 40n)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(set('nosuch', 1n)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(set('ymm0', new Uint8Array(3))).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(set('rax', new Uint8Array(8))).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await gdb.registers(1, 0)).some(({ name, group }) => name === 'fs_base' && group === 'segment')).toBe(true);
  });

  it('changed ones are marked, vector registers too, also when they are read only now and then', async () => {
    const { gdb } = await inMain();
    const names = async (only?: 'plain'): Promise<string[]> => (await gdb.registers(1, 0, only)).filter(({ changed }) => changed).map(({ name }) => name);
    expect((await gdb.registers(1, 0, 'plain')).some(({ group }) => group === 'vector')).toBe(false);
    await gdb.registers(1, 0);
    const vector = (await gdb.registers(1, 0)).find(({ group }) => group === 'vector');
    await gdb.control.setRegister({ threadId: 1, frameLevel: 0, name: vector?.name ?? '', value: new Uint8Array(vector?.bytes?.length ?? 0).fill(7) });
    await go('step-instruction');
    expect(await names('plain')).toContain('rip');
    expect(await names()).toEqual(expect.arrayContaining(['rip', vector?.name]));
    await go('step-instruction');
    expect(await names()).not.toContain(vector?.name);
  });

  it('written in the console are told of', async () => {
    const { gdb, type, next } = await inMain();
    const settled = next('settled');
    type('set $r12 = 4711\n');
    await settled;
    expect((await gdb.registers(1, 0)).find(({ name }) => name === 'r12')?.value).toBe(4711n);
  });
});
