import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import { compileRust, hasRust } from '../testing/compile.ts';
import { runProgram } from '../testing/run-program.ts';
import type { RunningProgram } from '../testing/run-program.ts';
import { eventually, runsFree, startRig } from './testing/gdb-rig.ts';
import type { Rig } from './testing/gdb-rig.ts';
import { recursionProgram, tickerProgram } from './testing/programs.ts';

let rig: Rig | undefined;
let program: RunningProgram | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  await program?.stop();
  [rig, program] = [undefined, undefined];
});

/** Stopped in tick, called by main, on the main thread. */
async function inTick(): Promise<{ readonly rig: Rig; readonly program: RunningProgram; readonly thread: number }> {
  program = await runProgram(tickerProgram());
  rig = await startRig();
  await rig.gdb.attach(program.pid);
  await rig.gdb.insertBreakpoint({ location: 'tick', condition: undefined, temporary: false, hardware: false });
  const stopped = rig.next('stopped');
  await rig.gdb.resume('continue', undefined);
  return { rig, program, thread: (await stopped).stop.threadId };
}

const at = (thread: number, frameLevel = 0) => ({ threadId: thread, frameLevel });

describe('threads and frames', () => {
  it('threads have the kernel\'s ids', async () => {
    const { rig: { gdb }, program: held, thread } = await inTick();
    const { threads, selected } = await gdb.threads();
    expect(threads).toHaveLength(3);
    expect(selected).toBe(thread);
    expect(threads.find(({ id }) => id === thread)).toMatchObject({ tid: held.pid, name: expect.stringContaining('ticker') as string, state: 'stopped', frame: { function: 'tick' } });
  });

  it('each frame ends where its caller\'s stack pointer was; the outermost has no end', async () => {
    const { rig: { gdb }, thread } = await inTick();
    const { frames, more } = await gdb.frames(thread, 0, 20);
    expect(more).toBe(false);
    expect(frames.map((frame) => frame.function)).toEqual(['tick', 'main']);
    const [tick, main] = frames;
    expect(tick?.sp).toBe((await gdb.evaluateAddress('$sp', at(thread))).address);
    expect(tick?.cfa).toBe(main?.sp);
    expect(main?.cfa).toBeUndefined();
    // The return address lies just below the end of the frame: gdb's own word for where main goes on.
    const { address: slot } = await gdb.evaluateAddress('*(unsigned long *)($sp - 8)', at(thread, 1));
    expect(slot).toBe(main?.pc);
    expect(await gdb.frames(thread, 1, 1)).toEqual({ frames: [main], more: false });
    expect((await gdb.frames(thread, 0, 0)).more).toBe(true);
    expect(await gdb.frames(thread, 50, 60)).toEqual({ frames: [], more: false });
  });

  it('a recursion of 100,000 frames is answered in bounded pieces, also past gdb\'s limit', async () => {
    program = await runProgram('/bin/sh', ['-c', `ulimit -s unlimited; exec ${recursionProgram()}`]);
    rig = await startRig();
    const { gdb } = rig;
    const { threadId } = await gdb.attach(program.pid);
    const top = await gdb.frames(threadId, 0, 63);
    expect(top.frames).toHaveLength(64);
    expect(top.more).toBe(true);
    const deep = await gdb.frames(threadId, 990, 1010);
    expect(deep.more).toBe(true);
    expect(deep.frames.map(({ level }) => level)).toEqual(Array.from({ length: 21 }, (_, step) => 990 + step));
    const sizes = deep.frames.map(({ sp, cfa }) => (cfa ?? 0n) - sp);
    expect(new Set(sizes).size).toBe(1);
    expect(deep.frames.every((frame) => frame.function === 'descend')).toBe(true);
    // Every frame of descend is of the same size, so the distance is known without gdb.
    const innermost = top.frames.find((frame) => frame.function === 'descend');
    expect(innermost).toBeDefined();
    const first = deep.frames[0];
    expect((first?.sp ?? 0n) - (innermost?.sp ?? 0n)).toBe((sizes[0] ?? 0n) * BigInt(990 - (innermost?.level ?? 0)));
    // The user's own backtrace keeps its limit.
    rig.type('bt -1\n');
    await eventually('bt ends', () => rig?.consoleText().includes('#511 ') === true);
  });
});

describe('registers', () => {
  it('are named, grouped and decoded, and changes are marked', async () => {
    const { rig: { gdb, next }, thread } = await inTick();
    const first = await gdb.registers(thread, 0);
    const named = new Map(first.map((register) => [register.name, register]));
    expect(first.slice(0, 17).map(({ name }) => name)).toEqual(['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip']);
    for (const name of ['rsp', 'rip', 'rbp']) expect(named.get(name)?.value).toBe((await gdb.evaluateAddress(`$${name}`, at(thread))).address);
    const flags = named.get('eflags');
    expect(flags?.group).toBe('flags');
    // IF is set in every user program.
    expect(flags?.flags).toContain('IF');
    expect(flags?.flags?.includes('ZF')).toBe((((flags?.value ?? 0n) >> 6n) & 1n) === 1n);
    expect(named.get('fs_base')?.group).toBe('segment');
    expect(first.some(({ group, value, text }) => group === 'vector' && value === undefined && text.startsWith('{'))).toBe(true);
    expect(first.every(({ changed }) => !changed)).toBe(true);
    expect((await gdb.registers(thread, 0)).every(({ changed }) => !changed)).toBe(true);

    const stopped = next('stopped');
    await gdb.resume('step-instruction', thread);
    await stopped;
    const changed = (await gdb.registers(thread, 0)).filter((register) => register.changed).map(({ name }) => name);
    expect(changed).toContain('rip');
    expect(changed).not.toContain('rbx');
    // Asking twice in one stop does not wash the marks away.
    expect((await gdb.registers(thread, 0)).filter((register) => register.changed).map(({ name }) => name)).toEqual(changed);
    const caller = await gdb.registers(thread, 1);
    expect(caller.find(({ name }) => name === 'rip')?.value).toBe((await gdb.frames(thread, 1, 1)).frames[0]?.pc);
  });

  it('are refused while the program runs', async () => {
    const { rig: { gdb }, thread } = await inTick();
    for (const { number } of await gdb.breakpoints()) await gdb.removeBreakpoint(number);
    await gdb.resume('continue', undefined);
    await expect(gdb.registers(thread, 0)).rejects.toMatchObject({ code: 'target-running' });
    await expect(gdb.frames(thread, 0, 5)).rejects.toMatchObject({ code: 'target-running' });
    expect((await gdb.evaluateAddress('&ticks', { threadId: undefined, frameLevel: undefined })).address).toBe(program?.address('ticks'));
  });
});

describe('stepping', () => {
  it.each([
    ['step-out', 'main'], ['step-over', 'tick'], ['step-into', 'tick'], ['next-instruction', 'tick'],
  ] as const)('%s ends in %s', async (kind, where) => {
    const { rig: { gdb, next }, thread } = await inTick();
    for (const { number } of await gdb.breakpoints()) await gdb.removeBreakpoint(number);
    const stopped = next('stopped');
    await gdb.resume(kind, thread);
    const { stop } = await stopped;
    expect(stop).toMatchObject({ reason: 'step', threadId: thread, frame: { function: where } });
  });
});

describe('expressions', () => {
  it('have the addresses that the program says', async () => {
    const { rig: { gdb }, program: held, thread } = await inTick();
    const address = async (expression: string): Promise<bigint> => (await gdb.evaluateAddress(expression, at(thread))).address;
    for (const name of ['ticks', 'table', 'pair']) expect(await address(`&${name}`)).toBe(held.address(name));
    for (const name of ['tick', 'main', 'table', 'pair']) expect(await address(name)).toBe(held.address(name));
    expect(await address('table + 1')).toBe(held.address('table') + 4n);
    expect(await address('&table[2]')).toBe(held.address('table') + 8n);
    expect(await address('&pair.b')).toBe(held.address('pair') + 8n);
    expect(await address('number')).toBe(await address('&number'));
    expect(await address('0x1234 + 1')).toBe(0x1235n);
    expect(await address('(char)65')).toBe(65n);
    expect(await address('-1')).toBe(0xffff_ffff_ffff_ffffn);
    expect(await address('n')).toBe(await address('*&n'));
    expect(await address('odd[3] & 0xff')).toBe(0xe9n);
    expect((await gdb.evaluateAddress('odd', at(thread))).text).toContain(String.raw`\351`);
  });

  it('errors keep gdb\'s words', async () => {
    const { rig: { gdb }, thread } = await inTick();
    await expect(gdb.evaluateAddress('no_such_thing', at(thread))).rejects.toMatchObject({ code: 'unknown-location', evidence: expect.stringContaining('No symbol "no_such_thing" in current context') as string });
    await expect(gdb.evaluateAddress('1 +', at(thread))).rejects.toMatchObject({ code: 'gdb-error' });
    await expect(gdb.evaluateAddress('3.5', at(thread))).rejects.toThrow(/not located in memory/);
    await expect(gdb.evaluateAddress('"a \\"quoted\\" naïve\nline', at(thread))).rejects.toThrow(VmatlasError);
  });

  it('change nothing in the program', async () => {
    const { rig: { gdb, events }, thread } = await inTick();
    for (const expression of ['ticks = 7', 'ticks++', 'table[0] += 1', 'tick(5)', '"a string literal makes gdb call malloc"']) {
      await expect(gdb.evaluateAddress(expression, at(thread))).rejects.toThrow(VmatlasError);
    }
    expect(events.filter(({ type }) => type === 'memory-changed')).toEqual([]);
    expect((await gdb.evaluateAddress('n == ticks + 1', at(thread))).address).toBe(1n);
    // The console may still call functions.
    rig?.type('print tick(3) , 41+1\n');
    await eventually('it answers', () => rig?.consoleText().includes('= 42') === true || rig?.consoleText().includes('Breakpoint 1') === true);
  });

  it('are completed', async () => {
    const { rig: { gdb } } = await inTick();
    expect(await gdb.completeExpression('tic', 10)).toContain('tick');
    expect(await gdb.completeExpression('&tick', 10)).toContain('&ticks');
    expect(await gdb.completeExpression('pair.', 10)).toEqual(['pair.a', 'pair.b']);
    expect((await gdb.completeExpression('m', 3)).length).toBeLessThanOrEqual(3);
  });
});

describe('breakpoints', () => {
  it('are made, switched off and on, and removed; their bytes are shown only while they are in memory', async () => {
    const { rig: { gdb }, program: held } = await inTick();
    const made = await gdb.insertBreakpoint({ location: `*0x${held.address('main').toString(16)}`, condition: 'ticks > 5 && "x" != 0', temporary: true, hardware: false });
    expect(made).toMatchObject({ kind: 'software', temporary: true, enabled: true, locations: [{ address: held.address('main') }] });
    // gdb takes its bytes out while the program is stopped.
    expect(gdb.patchedBytes()).toEqual([]);
    await gdb.enableBreakpoint('1', false);
    expect((await gdb.breakpoints()).find(({ number }) => number === '1')?.enabled).toBe(false);
    await gdb.resume('continue', undefined);
    await eventually('it is in', () => gdb.patchedBytes().length === 1);
    expect(gdb.patchedBytes()).toEqual([{ address: held.address('main'), original: expect.any(Number) as number, breakpoint: made.number }]);
    expect(gdb.patchedBytes()[0]?.original).not.toBe(0xcc);
    await gdb.removeBreakpoint(made.number);
    await eventually('it is out', () => gdb.patchedBytes().length === 0);
    expect((await gdb.breakpoints()).map(({ number }) => number)).toEqual(['1']);
    await expect(gdb.insertBreakpoint({ location: 'nothing_here', condition: undefined, temporary: false, hardware: false })).rejects.toMatchObject({ code: 'unknown-location' });
  });
});

describe.skipIf(!hasRust())('a Rust program', () => {
  it('has frames, and C casts work in them', async () => {
    const path = compileRust(
      `use std::io::Read;
#[inline(never)] fn hold(value: &u64, words: &str) -> usize { println!("value {:p}\\nready", value); let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap(); s.len() + words.len() }
fn main() { let value = 42u64; std::process::exit(hold(&value, "na\u{ef}ve") as i32) }`,
      { name: 'rusty', flags: ['-g'] },
    );
    program = await runProgram(path);
    rig = await startRig();
    const { gdb } = rig;
    const { threadId } = await gdb.attach(program.pid);
    const { frames } = await gdb.frames(threadId, 0, 63);
    const hold = frames.find((frame) => frame.function?.endsWith('::hold'));
    expect(hold).toBeDefined();
    expect(frames.some((frame) => frame.function?.endsWith('::main'))).toBe(true);
    const context = at(threadId, hold?.level);
    expect((await gdb.evaluateAddress('value', context)).address).toBe(program.address('value'));
    // `unsigned long` is no Rust type.
    expect((await gdb.evaluateAddress('(unsigned long)value', context)).address).toBe(program.address('value'));
    expect((await gdb.evaluateAddress('*value', context)).address).toBe(42n);
  });
});

it('a program that exits, and one that is killed from outside, are told', async () => {
  const { rig: { gdb, next }, program: held } = await inTick();
  const exited = next('exited');
  process.kill(held.pid, 'SIGKILL');
  expect((await exited).words).toBe('killed by SIGKILL (Killed)');
  expect(gdb.pid).toBeUndefined();
  const victim = spawn('sleep', ['60']);
  await gdb.attach(victim.pid ?? 0);
  await gdb.resume('continue', undefined);
  const second = next('exited');
  victim.kill('SIGTERM');
  const stopped = next('stopped');
  expect((await stopped).stop.words).toBe('Stopped by SIGTERM');
  await gdb.resume('continue', undefined);
  expect((await second).words).toBe('killed by SIGTERM (Terminated)');
  expect(runsFree(held.pid)).toBe(false);
});
