import { afterEach, describe, expect, it } from 'vitest';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { compileC, compileCpp, compileRust, hasRust } from '../../testing/compile.ts';
import { faults, slotAt, stackProgram, stackRig, toldPlaces, toldVariables, type StackRig, type Told } from './testing/stack-rig.ts';

let rig: StackRig | undefined;

afterEach(async () => {
  await rig?.end();
  rig = undefined;
});

async function open(path: string, args: readonly string[] = []): Promise<StackRig> {
  rig = await stackRig(path, args);
  return rig;
}

/** Every variable that the program told of is a slot of its own, with its role, its name, its bytes and its function. */
function expectVariables(given: StackRig, frames: readonly StackFrame[]): void {
  const told = toldVariables(given.program).filter((variable) => !isLost(variable, frames));
  expect(told.length).toBeGreaterThan(1);
  const found = told.map(({ start }) => {
    const at = slotAt(frames, start);
    const owner = frames.find(({ level }) => level === (at?.slot.ofLevel ?? at?.frame.level));
    return at && { role: at.slot.role, name: at.slot.name, start: at.slot.start, end: at.slot.end, function: owner?.function };
  });
  expect(found).toEqual(told.map((variable) => ({ ...variable, function: expect.stringContaining(variable.function.replace(/\d+$/, '')) })));
}

/** An optimising compiler may stop saying where an argument is. Its bytes are not called unused for that. */
function isLost({ role, name, start }: Told, frames: readonly StackFrame[]): boolean {
  const isGone = role === 'parameter' && frames.some(({ unstored }) => unstored.some((variable) => variable.name === name && variable.where === 'optimised-out'));
  if (isGone) expect(frames.flatMap(({ slots }) => slots).find((slot) => slot.start <= start && start < slot.end)?.role).toBe('spill');
  return isGone;
}

function expectReturns(given: StackRig, frames: readonly StackFrame[]): void {
  for (const [key, value] of given.program.facts) {
    if (!key.startsWith('ret:')) continue;
    const [place = '', target = ''] = value.split(' ');
    const at = slotAt(frames, BigInt(place));
    expect({ key, role: at?.slot.role, value: at?.slot.value, function: at?.frame.function, high: at?.frame.high }).toEqual({
      key, role: 'return-address', value: `0x${BigInt(target).toString(16)}`, function: key.slice(4), high: BigInt(place) + 8n,
    });
  }
}

function expectCanaries(given: StackRig, frames: readonly StackFrame[]): void {
  const told = toldPlaces(given.program, 'canary');
  for (const [name, place] of told) {
    const at = slotAt(frames, place);
    expect({ name, role: at?.slot.role, words: at?.slot.words, function: at?.frame.function }).toEqual({ name, role: 'canary', words: 'intact', function: name });
  }
  const problems = frames.flatMap((frame) => frame.problems);
  expect(problems).toEqual([]);
}

const BUILDS: readonly (readonly [string, readonly string[]])[] = [
  ['-O0', ['-O0']],
  ['-O0 without frame pointer', ['-O0', '-fomit-frame-pointer']],
  ['-O0 protected', ['-O0', '-fstack-protector-all', '-DPROTECTED']],
  ['-O2', ['-O2']],
  ['-O2 with frame pointer', ['-O2', '-fno-omit-frame-pointer']],
  ['-O2 protected', ['-O2', '-fstack-protector-all', '-DPROTECTED']],
  ['-O2 static, not relocated', ['-O2', '-static', '-no-pie']],
];

describe.each(BUILDS)('a C program, %s', (_, flags) => {
  it('variables, parameters, return addresses and canaries are where the program says', async () => {
    const given = await open(compileC(stackProgram('slots.c'), { name: 'slots', flags: ['-g', ...flags] }));
    const frames = await given.frames();
    expect(faults(frames)).toEqual([]);
    expectVariables(given, frames);
    expectReturns(given, frames);
    expectCanaries(given, frames);
    expect(frames.map((frame) => frame.cfa)).toEqual(expect.arrayContaining([...toldPlaces(given.program, 'cfa').values()]));
    const [start = '', length = ''] = given.program.facts.get('alloca:takes_alloca')?.split(' ') ?? [];
    const room = frames.flatMap(({ slots }) => slots).filter((slot) => slot.start < BigInt(start) + BigInt(length) && slot.end > BigInt(start));
    expect(room.map(({ role }) => role)).toEqual(['alloca']);
    expect(frames.find((frame) => frame.function === 'inlined')).toMatchObject({ kind: 'inline', slots: [] });
    const main = frames.find((frame) => frame.function === 'main');
    expect(main?.slots.at(-1)?.role).toBe('return-address');
    expect(frames.at(-1)?.function).toBe('_start');
  });
});

it('C++: references, objects, templates, lambdas', async () => {
  for (const flags of [['-O0'], ['-O2', '-fno-inline']]) {
    const given = await open(compileCpp(stackProgram('slots.cpp'), { name: 'slots-cpp', flags: ['-g', ...flags] }));
    const frames = await given.frames();
    expect(faults(frames)).toEqual([]);
    expectVariables(given, frames);
    expect(frames.map((frame) => frame.cfa)).toEqual(expect.arrayContaining([...toldPlaces(given.program, 'cfa').values()]));
    if (flags.includes('-O0')) {
      // A reference is drawn where its own eight bytes are, and points to what it refers to.
      const reference = frames.flatMap(({ slots }) => slots).find(({ name }) => name === 'counter');
      expect(reference).toMatchObject({ role: 'parameter', type: 'int &', pointsTo: given.program.address('refers:wait_here:counter') });
      expect((reference?.end ?? 0n) - (reference?.start ?? 0n)).toBe(8n);
    }
    await given.end();
    rig = undefined;
  }
});

it.runIf(hasRust())('Rust: structs, slices, enums, boxes', async () => {
  for (const flags of [[], ['-C', 'opt-level=2']]) {
    const given = await open(compileRust(stackProgram('slots.rs'), { name: 'slots-rs', flags: ['-g', ...flags] }));
    const frames = await given.frames();
    expect(faults(frames)).toEqual([]);
    if (flags.length === 0) expectVariables(given, frames);
    expect(frames.flatMap((frame) => frame.problems)).toEqual([]);
    await given.end();
    rig = undefined;
  }
});

it('without symbols, unwind tables still give extents, return addresses and saved registers', async () => {
  const given = await open(compileC(stackProgram('slots.c'), { name: 'stripped', flags: ['-O2', '-s', '-fstack-protector-all', '-DPROTECTED'] }));
  const frames = await given.frames();
  expect(faults(frames)).toEqual([]);
  for (const cfa of toldPlaces(given.program, 'cfa').values()) {
    const frame = frames.find((one) => one.cfa === cfa);
    expect(frame?.slots.at(-1)).toMatchObject({ role: 'return-address', end: cfa });
  }
  for (const place of toldPlaces(given.program, 'canary').values()) expect(slotAt(frames, place)?.slot).toMatchObject({ role: 'canary', words: 'intact' });
  const saved = frames.flatMap(({ slots }) => slots).filter(({ role }) => role === 'saved-register');
  expect(saved.length).toBeGreaterThan(3);
  for (const slot of saved) expect(slot.register).toMatch(/^r(?:bx|bp|1[2-5])$/);
});

describe.each(['same', 'alternate'])('a signal handler on the %s stack', (where) => {
  it('the frame that the kernel pushed is labelled part by part', async () => {
    const given = await open(compileC(stackProgram('signals.c'), { name: 'signals', flags: ['-g', '-O0'] }), [where]);
    const frames = await given.frames();
    const { program } = given;
    expect(faults(frames)).toEqual([]);
    expectVariables(given, frames);
    const signal = frames.find(({ kind }) => kind === 'signal');
    expect(signal?.low).toBe(program.address('ucontext'));
    const at = (key: string) => slotAt(frames, program.address(key))?.slot;
    expect(at('siginfo')).toMatchObject({ role: 'signal-frame', name: 'siginfo' });
    expect(at('fpstate')).toMatchObject({ role: 'signal-frame', name: 'fpstate' });
    expect(at('savedR12')).toMatchObject({ role: 'saved-register', register: 'r12' });
    expect(at('savedPc')).toMatchObject({ role: 'return-address', value: `0x${program.address('interruptedPc').toString(16)}` });
    const interrupted = frames.find((frame) => frame.function === 'interrupted');
    expect(interrupted?.sp).toBe(program.address('interruptedSp'));
    if (where === 'same') {
      expect(signal?.high).toBe(program.address('interruptedSp'));
      expect(signal?.slots.at(-1)).toMatchObject({ role: 'red-zone', end: program.address('interruptedSp') });
    } else {
      const [start = '', length = ''] = program.facts.get('alternate')?.split(' ') ?? [];
      expect(signal?.high).toBeLessThanOrEqual(BigInt(start) + BigInt(length));
    }
    expect(frames.flatMap((frame) => frame.problems)).toEqual([]);
  });
});

it('functions that were left by a jump are listed, without bytes', async () => {
  const text = String.raw`
    #include <stdio.h>
    #include <unistd.h>
    static volatile int sink;
    #define NOINLINE __attribute__((noinline, noclone))
    NOINLINE static int bottom(int x) {
      char c;
      printf("cfa:bottom %p\n", __builtin_dwarf_cfa());
      printf("ret:bottom %p %p\nready\n", (void *)((char *)__builtin_dwarf_cfa() - 8), __builtin_return_address(0));
      fflush(stdout);
      while (read(0, &c, 1) > 0) sink++;
      return x + sink;
    }
    NOINLINE static int second(int x) { sink += x; return bottom(x * 2); }
    NOINLINE static int first(int x) { sink ^= x; return second(x + 1); }
    NOINLINE static int top(int x) { int r = first(x); sink += r; return r + 1; }
    int main(int argc, char **argv) { int r = top(argc); sink += r; return r + argv[0][0]; }`;
  const given = await open(compileC(text, { name: 'tails', flags: ['-g', '-O2'] }));
  const frames = await given.frames();
  expect(faults(frames)).toEqual([]);
  expectReturns(given, frames);
  const at = frames.findIndex((frame) => frame.function === 'bottom');
  expect(frames.slice(at, at + 4).map((frame) => [frame.function, frame.kind, frame.slots.length > 0])).toEqual([
    ['bottom', 'normal', true], ['second', 'tail-call', false], ['first', 'tail-call', false], ['top', 'normal', true],
  ]);
  expect(frames[at]?.slots.at(-1)?.words).toMatch(/^top\+0x/);
});

describe('threads', () => {
  it('each has its stack; a leaf function keeps its locals in the red zone', async () => {
    const given = await open(compileC(stackProgram('threads.c'), { name: 'threads', flags: ['-g', '-O2'] }));
    const { program } = given;
    const spinner = Number(program.facts.get('spinner'));
    const blocked = Number(program.facts.get('blockedTid'));
    const leaf = await given.frames(spinner);
    expect(faults(leaf)).toEqual([]);
    const [innermost] = leaf;
    const place = BigInt(program.facts.get('local:leaf:kept')?.split(' ')[0] ?? '');
    expect(innermost).toMatchObject({ function: 'leaf', level: 0 });
    expect(place).toBeLessThan(innermost?.sp ?? 0n);
    expect(slotAt(leaf, place)?.slot).toMatchObject({ role: 'local', name: 'kept', value: '4711' });
    expect(innermost?.low).toBe((innermost?.sp ?? 0n) - 128n);
    expect(innermost?.slots[0]?.role).toBe('red-zone');

    const waiting = await given.frames(blocked);
    expect(faults(waiting)).toEqual([]);
    expectReturns(given, waiting);
    expect(slotAt(waiting, BigInt(program.facts.get('local:blocked:mine')?.split(' ')[0] ?? ''))?.slot).toMatchObject({ role: 'local', name: 'mine', value: '7' });

    const { stacks } = await given.calls.threads({ sessionId: given.sessionId }, given.host.context);
    expect(stacks.map(({ tid }) => tid).toSorted((a, b) => a - b)).toEqual([program.pid, blocked, spinner].toSorted((a, b) => a - b));
    for (const { tid, sp, mapped, usedBytes, roomBytes, guard, threadId } of stacks) {
      expect(threadId).toBeDefined();
      expect(sp !== undefined && mapped !== undefined && sp >= mapped.start && sp < mapped.end).toBe(true);
      expect((usedBytes ?? 0n) + (roomBytes ?? 0n)).toBe(tid === program.pid ? await stackLimit(program.pid) : (mapped?.end ?? 0n) - (mapped?.start ?? 0n));
      expect(guard?.end).toBeLessThanOrEqual(mapped?.start ?? 0n);
    }
  });
});

async function stackLimit(pid: number): Promise<bigint> {
  const { readFile } = await import('node:fs/promises');
  return BigInt(/^Max stack size\s+(\d+)/m.exec(await readFile(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '0');
}

describe('damage is recognised', () => {
  const build = (): string => compileC(stackProgram('damage.c'), { name: 'damage', flags: ['-g', '-O0', '-fno-omit-frame-pointer', '-fstack-protector-strong', '-U_FORTIFY_SOURCE'] });

  it('a smashed canary', async () => {
    const given = await open(build(), ['canary']);
    const frames = await given.frames();
    const place = given.program.address('canary');
    expect(slotAt(frames, place)?.slot).toMatchObject({ role: 'canary', words: 'smashed' });
    expect(frames.flatMap((frame) => frame.problems)).toMatchObject([{ kind: 'canary-mismatch', address: place }]);
  });

  it('an overwritten return address', async () => {
    const given = await open(build(), ['return']);
    const frames = await given.frames();
    expect(faults(frames)).toEqual([]);
    const place = given.program.address('slot');
    expect(slotAt(frames, place)?.slot).toMatchObject({ role: 'return-address', words: expect.stringContaining('not executable') });
    expect(frames.flatMap((frame) => frame.problems)).toContainEqual(expect.objectContaining({ kind: 'return-address-not-executable', address: place }));
  });

  it('a saved rbp that leaves the stack', async () => {
    const given = await open(build(), ['rbp']);
    const frames = await given.frames();
    const place = given.program.address('slot');
    expect(slotAt(frames, place)?.slot).toMatchObject({ role: 'saved-register', register: 'rbp', words: 'not on the stack' });
    expect(frames.flatMap((frame) => frame.problems)).toContainEqual(expect.objectContaining({ kind: 'saved-rbp-outside-stack', address: place }));
  });
});
