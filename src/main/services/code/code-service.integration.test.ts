import { mkdirSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { decodeInstruction } from '../../../shared/analysis/stack/x86-instruction.ts';
import type { CodePlace, Disassembly, Instruction, SourceAnswer, SourceText } from '../../../shared/model/code.ts';
import { compileC, scratchFolder } from '../../testing/compile.ts';
import { lineOf, PHASES, phasesProgram } from '../../testing/phases.ts';
import { LiveHost } from '../testing/live-host.ts';

let host: LiveHost;
let sessionId: string;

beforeEach(() => {
  host = new LiveHost();
});

afterEach(() => host.dispose());

async function launch(program: string, stopAt = 'main', args: readonly string[] = []): Promise<void> {
  const state = await host.calls.sessions.launch({ program, args, cwd: '', env: {}, stopAt }, host.context);
  sessionId = state.sessionId;
}

const here: CodePlace = { kind: 'frame', threadId: 1, frameLevel: 0 };
const code = () => host.services.handlers.code.calls;
const source = async (at: CodePlace = here, have?: string): Promise<SourceAnswer> => (await code().source({ sessionId, at, ...(have === undefined ? {} : { have }) }, host.context)).source;
const disassemble = async (at: CodePlace = here, limit = 400): Promise<Disassembly> =>
  (await code().disassemble({ sessionId, at, limit, frame: { threadId: 1, frameLevel: 0 } }, host.context)).disassembly;
const value = async (text: string): Promise<Address> => (await host.calls.locate.resolve({ sessionId, text, threadId: 1, frameLevel: 0 }, host.context)).address;
const registers = async (): Promise<ReadonlyMap<string, bigint>> =>
  new Map((await host.calls.debug.registers({ sessionId, threadId: 1, frameLevel: 0 }, host.context)).registers.flatMap(({ name, value: held }) => (held === undefined ? [] : [[name, BigInt.asUintN(64, held)]])));

async function stepInstruction(): Promise<void> {
  const { stopCount } = host.state(sessionId);
  await host.calls.sessions.resume({ sessionId, kind: 'step-instruction', threadId: 1 }, host.context);
  await host.untilState(sessionId, 'a stop', (state) => state.phase === 'stopped' && state.stopCount > stopCount);
}

function textOf(answer: SourceAnswer): SourceText {
  if (answer.kind !== 'text') throw new Error(`no text but ${JSON.stringify(answer)}`);
  return answer;
}

describe('source', () => {
  it('is the file’s text with the frame’s line, and addresses of the lines', async () => {
    await launch(phasesProgram(), 'leaf');
    const shown = textOf(await source());
    expect(shown.lines).toEqual(PHASES.split('\n').slice(0, -1));
    expect(shown).toMatchObject({ line: lineOf('leaf-first'), firstLine: 1, function: 'leaf', newerThanProgram: false });
    const atLeaf = shown.lineTable.filter(({ line }) => line === lineOf('leaf-first')).map(({ address }) => address);
    expect(atLeaf).toContain((await registers()).get('rip'));
    // The same again is not sent again, wherever in the file it is.
    expect(await source(here, shown.version)).toEqual({ kind: 'same', function: 'leaf', line: lineOf('leaf-first') });
    expect(await source({ kind: 'frame', threadId: 1, frameLevel: 1 }, shown.version)).toEqual({ kind: 'same', function: 'work', line: lineOf('work-call') });
    expect(textOf(await source({ kind: 'address', address: await value('&main') })).function).toBe('main');
    const now = new Date(Date.now() + 10_000);
    utimesSync(shown.path, now, now);
    expect(textOf(await source(here, shown.version)).newerThanProgram).toBe(true);
  });

  it('that was moved is looked for where it is said to be', async () => {
    const built = join(scratchFolder(), 'built here');
    mkdirSync(built);
    const program = join(built, 'moving');
    execFileSync('cc', ['-g', '-O0', '-pthread', '-o', program, '-x', 'c', '-'], { input: `# 1 "${built}/moving.c"\n${PHASES}` });
    await launch(program, 'leaf');
    expect(await source()).toMatchObject({ kind: 'none', why: 'file-missing', path: join(built, 'moving.c'), line: lineOf('leaf-first'), function: 'leaf', remedy: expect.stringContaining('folder') as string });
    const moved = join(scratchFolder(), 'moved to');
    mkdirSync(moved);
    renameSync(`${phasesProgram()}.c`, join(moved, 'moving.c'));
    try {
      expect(await code().addPathRule({ sessionId, from: built, to: moved }, host.context)).toEqual([{ from: built, to: moved }]);
      expect(textOf(await source())).toMatchObject({ path: join(moved, 'moving.c'), line: lineOf('leaf-first') });
      expect(await code().removePathRule({ sessionId, from: built }, host.context)).toEqual([]);
      expect(await source()).toMatchObject({ why: 'file-missing' });
    } finally {
      renameSync(join(moved, 'moving.c'), `${phasesProgram()}.c`);
    }
  });

  it('is said not to be there for code without debug information', async () => {
    await launch(compileC(PHASES, { name: 'plain', flags: ['-O1'] }), 'leaf');
    expect(await source()).toMatchObject({ kind: 'none', why: 'no-debug-information', function: 'leaf', remedy: expect.stringContaining('-g') as string, words: expect.stringContaining('plain') as string });
    expect(await source({ kind: 'address', address: await value('$rsp') })).toMatchObject({ kind: 'none', why: 'no-line' });
  });
});

/** The address of an instruction's memory operand by its bytes alone: another way than the product's, which reads gdb's text. */
function byBytes({ address, bytes }: Instruction, known: ReadonlyMap<string, bigint>): bigint | undefined {
  const memory = decodeInstruction(bytes, 0)?.memory;
  if (memory === undefined || memory.segment === 'gs') return undefined;
  const names = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
  const base = memory.base === 'rip' ? address + BigInt(bytes.length) : memory.base === undefined ? 0n : (known.get(names[memory.base] ?? '') ?? 0n);
  // The decoder keeps no scale; the compared operands have none.
  if (memory.index !== undefined) return undefined;
  return BigInt.asUintN(64, base + BigInt(memory.displacement) + (memory.segment === 'fs' ? (known.get('fs_base') ?? 0n) : 0n));
}

describe('disassembly', () => {
  it('is the whole function in the program’s own bytes, with the current instruction', async () => {
    await launch(phasesProgram(), 'work');
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'leaf' }, host.context);
    const shown = await disassemble();
    const [first] = shown.instructions;
    expect(first?.address).toBe(await value('&work'));
    expect(shown).toMatchObject({ isCurrent: true, function: 'work', moreBefore: false, moreAfter: false });
    expect(shown.at).toBe((await registers()).get('rip'));
    let next = first?.address ?? 0n;
    for (const { address, bytes } of shown.instructions) {
      expect(address).toBe(next);
      next = address + BigInt(bytes.length);
    }
    // The file's bytes at the same place, found by nm.
    const [symbol = ''] = execFileSync('nm', [phasesProgram()], { encoding: 'utf8' }).split('\n').filter((line) => line.endsWith(' work'));
    const offset = Number.parseInt(symbol, 16);
    const file = readFileSync(phasesProgram());
    expect(Buffer.concat(shown.instructions.map(({ bytes }) => bytes))).toEqual(file.subarray(offset, offset + Number(next - (first?.address ?? 0n))));
    const call = shown.instructions.find(({ text: written }) => written.startsWith('call'));
    expect(call).toMatchObject({ target: await value('&leaf'), targetWords: 'leaf', line: lineOf('work-call') });
  });

  it('resolves operands: globals, locals, what call and ret touch', async () => {
    await launch(phasesProgram(), 'leaf');
    const [plain, doubled] = [await value('&plain'), await value('&doubled')];
    const { instructions } = await disassemble();
    const operands = instructions.flatMap((instruction) => instruction.operands);
    const global = operands.find(({ address }) => address === plain);
    expect(global).toMatchObject({ certain: true, accesses: true, pointee: { kind: 'bss', symbol: { name: 'plain', offset: 0n } } });
    expect(operands.find(({ address }) => address === doubled)).toMatchObject({ certain: false, pointee: { kind: 'stack' } });
    // gdb's own comment of a RIP-relative operand.
    const commented = instructions.filter(({ comment, operands: own }) => comment?.startsWith('0x') === true && own.length > 0);
    expect(commented.length).toBeGreaterThan(0);
    for (const { comment = '', operands: [own] } of commented) expect(own?.address).toBe(BigInt(/^0x[0-9a-f]+/.exec(comment)?.[0] ?? 0));
    for (let step = 0; step < 40; step++) {
      // oxlint-disable-next-line no-await-in-loop -- one instruction after the other
      const shown = await disassemble();
      const now = shown.instructions.find(({ address }) => address === shown.at);
      // oxlint-disable-next-line no-await-in-loop
      const known = await registers();
      if (now?.text.startsWith('ret') === true) {
        expect(now.operands).toEqual([{ text: '(stack)', address: known.get('rsp'), accesses: true, certain: true, pointee: expect.objectContaining({ kind: 'stack' }) as object }]);
        break;
      }
      // oxlint-disable-next-line no-await-in-loop
      await stepInstruction();
      expect(step).toBeLessThan(39);
    }
  });

  it('computes the same addresses as a decoder of the bytes, in both of gdb’s syntaxes', async () => {
    await launch(phasesProgram(), 'leaf');
    await host.openTerminal(sessionId, 'gdb');
    const known = await registers();
    const places: CodePlace[] = [here, { kind: 'address', address: await value('&main') }, { kind: 'address', address: await value('&printf') }, { kind: 'address', address: await value('&malloc') }];
    const read = async (): Promise<readonly Instruction[]> => (await Promise.all(places.map((at) => disassemble(at)))).flatMap(({ instructions }) => instructions);
    const att = await read();
    let compared = 0;
    for (const instruction of att) {
      const expected = byBytes(instruction, known);
      if (expected === undefined || instruction.operands.length !== 1 || /^(?:nop|cs nop|data16)/.test(instruction.text)) continue;
      expect(instruction.operands[0]?.address, `${instruction.text} ${Buffer.from(instruction.bytes).toString('hex')}`).toBe(expected);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
    const settled = new Promise<void>((resolve) => {
      const stop = host.services.handlers.debug.events.settled(() => {
        stop();
        resolve();
      });
    });
    await host.type(sessionId, 'gdb', 'set disassembly-flavor intel\n');
    await settled;
    const intel = await read();
    expect(intel.some(({ text: written }) => written.includes('PTR ['))).toBe(true);
    expect(intel.map(({ operands }) => operands.map(({ address }) => address))).toEqual(att.map(({ operands }) => operands.map(({ address }) => address)));
  });

  it('is bounded, anywhere in code, and refused where there is none', async () => {
    await launch(phasesProgram(), 'leaf');
    const printf = await value('&__vfprintf_internal');
    const some = await disassemble({ kind: 'address', address: printf }, 10);
    expect(some.instructions).toHaveLength(10);
    expect(some.instructions.some(({ address }) => address === printf)).toBe(true);
    // In the middle of a long function: the ten before it lead to it.
    const long = await disassemble({ kind: 'address', address: printf }, 400);
    const middle = long.instructions[200]?.address ?? toAddress(0n);
    const around = await disassemble({ kind: 'address', address: middle }, 20);
    const at = around.instructions.findIndex(({ address }) => address === middle);
    expect(at).toBeGreaterThan(0);
    expect(around.instructions.map(({ address }) => address)).toEqual(long.instructions.slice(200 - at, 200 - at + 20).map(({ address }) => address));
    await expect(disassemble({ kind: 'address', address: await value('$rsp') })).rejects.toMatchObject({ code: 'unmapped' });
  });
});

it('is refused without gdb, and for paths that are none', async () => {
  await launch(phasesProgram(), 'leaf', ['spin']);
  expect(() => code().addPathRule({ sessionId, from: '/a\nshell true', to: '/b' }, host.context)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  await host.calls.sessions.detach({ sessionId }, host.context);
  await expect(source()).rejects.toMatchObject({ code: 'not-attached' });
});
