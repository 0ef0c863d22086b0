import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileC, compileRust, hasRust, programSource } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { WhereJson } from './json.ts';
import { captureReal } from './testing/capture-real.ts';

/** What a program prints of itself, and what vmatlas must call it: kind, section (where it is in one). */
type Truth = Readonly<Record<string, readonly [kind: string, section: string | null]>>;

const C_TRUTH: Truth = {
  main_report: ['text', '.text'],
  add_one: ['text', '.text'],
  fixed_table: ['rodata', '.rodata'],
  greeting: ['rodata', '.rodata'],
  filled_counter: ['data', '.data'],
  private_counter: ['data', '.data'],
  empty_counter: ['bss', '.bss'],
  empty_block: ['bss', '.bss'],
  empty_block_end: ['bss', '.bss'],
  heap: ['heap', null],
  big_heap: ['anon', null],
  anonymous: ['anon', null],
  stack: ['stack', null],
};
/** Functions and objects that carry a symbol of their own name. */
const C_SYMBOLS = ['add_one', 'fixed_table', 'greeting', 'filled_counter', 'private_counter', 'empty_counter', 'empty_block'];

const RUST_TRUTH: Truth = {
  add_one: ['text', '.text'],
  greeting: ['rodata', '.rodata'],
  fixed_table: ['rodata', '.rodata'],
  filled_counter: ['data', '.data'],
  empty_block: ['bss', '.bss'],
  heap: ['heap', null],
  stack: ['stack', null],
};

const C_VARIANTS: Readonly<Record<string, { readonly flags: readonly string[]; readonly stripped?: boolean }>> = {
  'PIE -O0': { flags: ['-O0', '-pie', '-fPIE'] },
  'PIE -O2': { flags: ['-O2', '-pie', '-fPIE'] },
  'fixed addresses -O0': { flags: ['-O0', '-no-pie', '-fno-pie'] },
  'fixed addresses -O2': { flags: ['-O2', '-no-pie', '-fno-pie'] },
  'static -O0': { flags: ['-O0', '-static'] },
  'static -O2': { flags: ['-O2', '-static'] },
  'static-pie -O0': { flags: ['-O0', '-static-pie', '-fPIE'] },
  'static-pie -O2': { flags: ['-O2', '-static-pie', '-fPIE'] },
  'PIE, stripped -O2': { flags: ['-O2', '-pie', '-fPIE', '-s'], stripped: true },
  'fixed addresses, stripped -O0': { flags: ['-O0', '-no-pie', '-s'], stripped: true },
  'static, stripped': { flags: ['-O2', '-static', '-s'], stripped: true },
  'static-pie, stripped': { flags: ['-O2', '-static-pie', '-fPIE', '-s'], stripped: true },
  'no separate code, no RELRO': { flags: ['-O1', '-Wl,-z,noseparate-code', '-Wl,-z,norelro'] },
};
const RUST_VARIANTS: typeof C_VARIANTS = {
  debug: { flags: ['-g'] },
  '-O': { flags: ['-O'] },
  'static -O': { flags: ['-O', '-C', 'target-feature=+crt-static'] },
  'fixed addresses -O': { flags: ['-O', '-C', 'relocation-model=static'] },
  'stripped -O': { flags: ['-O', '-C', 'strip=symbols'], stripped: true },
};

async function where(pid: number, ...locations: string[]): Promise<WhereJson[]> {
  const { code, out, err } = await captureReal('where', String(pid), ...locations, '--json');
  expect(err).toBe('');
  const answers = JSON.parse(out) as WhereJson[];
  expect(code).toBe(answers.some(({ gap }) => gap !== null) ? 1 : 0);
  expect(answers).toHaveLength(locations.length);
  return answers;
}

/** Every printed address at once, in the program's order; the answers must come in that order too. */
async function checkTruth(program: RunningProgram, path: string, truth: Truth): Promise<Map<string, WhereJson>> {
  const keys = Object.keys(truth);
  const answers = await where(program.pid, ...keys.map((key) => program.facts.get(key) ?? ''));
  expect(answers.map(({ address }) => address)).toEqual(keys.map((key) => program.facts.get(key)));
  const found = Object.fromEntries(answers.map(({ region, section }, i) => [keys[i], [region?.kind, section]]));
  expect(found).toEqual(truth);
  const maps = readFileSync(`/proc/${program.pid}/maps`, 'utf8').trim().split('\n');
  for (const [i, { address, region, perms, gap }] of answers.entries()) {
    expect(gap).toBeNull();
    expect(BigInt(region?.start ?? 0) <= BigInt(address) && BigInt(address) < BigInt(region?.end ?? 0)).toBe(true);
    // The permissions are those of the maps line around the address, and that line is among the evidence.
    const line = maps.find((text) => {
      const [start = '', end = ''] = (text.split(' ')[0] ?? '').split('-');
      return BigInt(`0x${start}`) <= BigInt(address) && BigInt(address) < BigInt(`0x${end}`);
    });
    expect(perms).toBe(line?.split(' ')[1]);
    expect(region?.perms).toBe(perms);
    expect(region?.evidence).toContainEqual({ source: 'maps', text: line });
    const inProgram = truth[keys[i] ?? '']?.[1] !== null;
    expect(region?.module ?? null).toEqual(inProgram ? { path, role: 'program' } : null);
  }
  return new Map(answers.map((answer, i) => [keys[i] ?? '', answer]));
}

describe.each(Object.keys(C_VARIANTS))('C, %s', (variant) => {
  const { flags = [], stripped = false } = C_VARIANTS[variant] ?? {};
  let path = '';
  let program: RunningProgram;
  beforeAll(async () => {
    path = compileC(readFileSync(programSource('regions.c'), 'utf8'), { flags });
    program = await runProgram(path);
  });
  afterAll(() => program.stop());

  test('each address it prints is named for what it is', async () => {
    const answers = await checkTruth(program, path, C_TRUTH);
    for (const name of C_SYMBOLS) expect(answers.get(name)?.symbol).toEqual(stripped ? expect.not.objectContaining({ name }) : { name, offset: 0 });
    expect(answers.get('empty_block_end')?.symbol).toEqual(stripped ? null : { name: 'empty_block', offset: 5 * 4096 - 1 });
    for (const key of ['heap', 'stack', 'anonymous']) expect(answers.get(key)?.symbol).toBeNull();
  });

  test('its names lead to the addresses it prints, and nowhere once they are stripped', async () => {
    if (stripped) {
      const { code, err } = await captureReal('where', String(program.pid), 'private_counter', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(err)).toMatchObject({ error: { code: 'unknown-location' } });
      return;
    }
    const answers = await where(program.pid, ...C_SYMBOLS);
    expect(answers.map(({ address }) => address)).toEqual(C_SYMBOLS.map((name) => program.facts.get(name)));
  });
});

describe.runIf(hasRust()).each(Object.keys(RUST_VARIANTS))('Rust, %s', (variant) => {
  const { flags = [], stripped = false } = RUST_VARIANTS[variant] ?? {};
  let path = '';
  let program: RunningProgram;
  beforeAll(async () => {
    path = compileRust(readFileSync(programSource('regions.rs'), 'utf8'), { flags, name: 'regions_rs' });
    program = await runProgram(path);
  });
  afterAll(() => program.stop());

  test('each address it prints is named for what it is', async () => {
    const answers = await checkTruth(program, path, RUST_TRUTH);
    if (stripped) return;
    expect(answers.get('add_one')?.symbol).toMatchObject({ name: expect.stringMatching(/::places::add_one$/), offset: 0 });
    expect(answers.get('filled_counter')?.symbol).toMatchObject({ name: expect.stringMatching(/::places::FILLED_COUNTER$/), offset: 0 });
    expect(answers.get('empty_block')?.symbol).toMatchObject({ name: expect.stringMatching(/::places::EMPTY_BLOCK$/), offset: 0 });
    const name = answers.get('add_one')?.symbol?.name ?? '';
    expect((await where(program.pid, name))[0]?.address).toBe(program.facts.get('add_one'));
  });
});

describe('locations', () => {
  let program: RunningProgram;
  beforeAll(async () => {
    program = await runProgram(compileC(readFileSync(programSource('regions.c'), 'utf8'), { flags: ['-O0'] }));
  });
  afterAll(() => program.stop());

  test('module+offset, region, symbol+offset, address in any spelling', async () => {
    const libc = readFileSync(`/proc/${program.pid}/maps`, 'utf8').split('\n').find((line) => line.endsWith('/libc.so.6')) ?? '';
    const path = libc.slice(libc.indexOf('/'));
    const base = BigInt(`0x${libc.split('-')[0]}`);
    const malloc = execFileSync('nm', ['-D', path], { encoding: 'utf8' }).split('\n').find((line) => / T malloc@@/.test(line))?.split(' ')[0] ?? '';
    const stack = program.address('stack').toString(16);
    const [byOffset, byName, heap, plus, spelled] = await where(program.pid, `libc.so.6+0x${malloc}`, 'malloc', '[heap]', 'filled_counter+2', `0x${stack.slice(0, -4)}_${stack.slice(-4)}`);
    expect(byOffset).toMatchObject({ address: `0x${(base + BigInt(`0x${malloc}`)).toString(16)}`, region: { kind: 'text', module: { path, role: 'library' } }, section: '.text' });
    expect(byOffset?.symbol).toMatchObject({ offset: 0 });
    expect(byName?.address).toBe(byOffset?.address);
    expect(heap).toMatchObject({ address: heap?.region?.start, region: { kind: 'heap', path: '[heap]' } });
    expect(plus).toMatchObject({ symbol: { name: 'filled_counter', offset: 2 } });
    expect(spelled).toMatchObject({ address: `0x${stack}`, region: { kind: 'stack' } });
  });

  test('an unmapped address: the gap and its neighbours, exit code 1', async () => {
    const [none, kernel, hole] = await where(program.pid, '0x10', '0xffff888000000000', '0x0000_8000_0000_0000');
    expect(none).toMatchObject({ region: null, gap: { kind: 'null', below: null }, section: null, symbol: null, perms: '' });
    expect(none?.gap?.above?.kind).toMatch(/./);
    expect(kernel?.gap?.kind).toBe('kernel');
    expect(hole?.gap?.kind).toBe('non-canonical');
  });

  test('a register needs gdb, and says so; with --attach it is read, and the process runs on untraced', async () => {
    const without = await captureReal('where', String(program.pid), '$rsp', '--json');
    expect(without.code).toBe(1);
    expect(JSON.parse(without.err)).toMatchObject({ error: { code: 'not-attached', message: '$rsp can only be told with gdb attached.', remedy: expect.stringContaining('--attach') } });
    const { code, out } = await captureReal('where', String(program.pid), '$rsp', '$rip', '--json', '--attach');
    expect(code).toBe(0);
    const [stackPointer, counter] = JSON.parse(out) as WhereJson[];
    expect(stackPointer?.region?.kind).toBe('stack');
    expect(counter?.region).toMatchObject({ kind: 'text', module: { role: 'library' } });
    const status = readFileSync(`/proc/${program.pid}/status`, 'utf8');
    expect(/TracerPid:\t(\d+)/.exec(status)?.[1]).toBe('0');
    expect(/State:\t(\w)/.exec(status)?.[1]).toBe('S');
  });

  test('a name that nothing has: exit code 1, nothing on stdout', async () => {
    const { code, out, err } = await captureReal('where', String(program.pid), 'main', 'no_such_symbol_anywhere');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^vmatlas: [^\n]*no_such_symbol_anywhere[^\n]*\n$/);
  });
});
