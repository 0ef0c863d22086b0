import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { applyRow, DWARF_REGISTERS, rowAt, RSP, unwindRows } from '../../shared/analysis/stack/cfi.ts';
import { decodeInstruction } from '../../shared/analysis/stack/x86-instruction.ts';
import { openLiveTarget } from '../target/live/live-target.ts';
import { ModuleBytes } from '../target/unwind/module-bytes.ts';
import { UnwindTables } from '../target/unwind/unwind-tables.ts';
import { compileC, compileCpp, compileRust, hasRust, programSource } from '../testing/compile.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { MiConnection } from '../gdb/connection/mi-connection.ts';
import { targetAttach, targetDetach } from '../gdb/mi-commands/run-commands.ts';
import { GdbProcess } from '../gdb/process/gdb-process.ts';
import { readSavedRegisters } from '../gdb/questions/frame-variables.ts';
import { readStack } from '../gdb/questions/read-stack.ts';
import { Registers } from '../gdb/questions/registers.ts';
import { ScriptedStack } from '../gdb/questions/scripted-stack.ts';

function stackProgram(name: string): string {
  return readFileSync(programSource(`stack/${name}`), 'utf8');
}

interface Held {
  readonly program: RunningProgram;
  readonly connection: MiConnection;
  end(): Promise<void>;
}

async function hold(path: string): Promise<Held> {
  const program = await runProgram(path);
  const gdb = await GdbProcess.start({});
  const connection = new MiConnection(gdb.mi);
  const stopped = new Promise<void>((resolve) => {
    connection.onAsync((record) => {
      if (record.class === 'stopped') resolve();
    });
  });
  await connection.run(targetAttach(program.pid));
  await stopped;
  return {
    program,
    connection,
    async end() {
      await connection.run(targetDetach(undefined));
      gdb.signal('SIGTERM');
      await gdb.exited;
      gdb.close();
      await program.stop();
    },
  };
}

/** Programs whose frames are read both ways. */
const PROGRAMS: readonly (readonly [string, () => string])[] = [
  ['C -O0', () => compileC(stackProgram('slots.c'), { flags: ['-g', '-O0'] })],
  ['C -O2', () => compileC(stackProgram('slots.c'), { flags: ['-g', '-O2'] })],
  ['C, a signal frame', () => compileC(stackProgram('signals.c'), { flags: ['-g', '-O0'] })],
  ['C++', () => compileCpp(stackProgram('slots.cpp'), { flags: ['-g', '-O0'] })],
  ...(hasRust() ? [['Rust', () => compileRust(stackProgram('slots.rs'), { flags: ['-g'] })] as const] : []),
];

describe.each(PROGRAMS)('%s', (_, build) => {
  let held: Held;
  beforeAll(async () => {
    held = await hold(build());
  });
  afterAll(() => held.end());

  it('the script and the machine interface tell the same of frames and variables', async () => {
    const scripted = await new ScriptedStack(held.connection, true).read(1, 0, 30, true);
    const plain = await readStack(held.connection, new Registers(held.connection), 1, 0, 30, true);
    expect(scripted).toBeDefined();
    expect(scripted?.extents).toEqual(plain.extents);
    expect(scripted?.extents.length).toBeGreaterThan(3);
    expect([scripted?.framePointer, scripted?.threadBlock, scripted?.more]).toEqual([plain.framePointer, plain.threadBlock, plain.more]);
    for (const [level, variables] of plain.variables) {
      // The script knows variables of outer blocks that an inner one hides, and does not leave out those that were optimised away.
      const own = scripted?.variables.get(level)?.filter(({ unstored }) => unstored?.where !== 'optimised-out') ?? [];
      const known = variables.filter(({ unstored }) => unstored?.where !== 'optimised-out' && unstored?.where !== 'shadowed');
      const facts = (all: typeof known) => all.map(({ name, role, address, sizeBytes, unstored }) => ({ name, role, address, sizeBytes, where: unstored?.where, register: unstored?.register }));
      expect(facts(own)).toEqual(expect.arrayContaining(facts(known)));
    }
  });

  it('the unwind tables and `info frame` tell the same of saved registers', async () => {
    const { extents } = await readStack(held.connection, new Registers(held.connection), 1, 0, 30, false);
    const target = await openLiveTarget(held.program.pid);
    const picture = await target.readPicture();
    const modules = new ModuleBytes(target, picture.regions);
    const tables = new UnwindTables(picture.regions, modules.read, ({ start, end }) => picture.modules.sectionsIn({ start: toAddress(start), end: toAddress(end) }));
    let compared = 0;
    for (const [at, { level, pc, sp, cfa, function: name }] of extents.entries()) {
      const isInline = extents[at + 1]?.sp === sp;
      const place = level === 0 || extents[at - 1]?.function === '<signal handler called>' ? pc : pc - 1n;
      const description = tables.descriptionAt(place);
      if (isInline || cfa === undefined || name === '<signal handler called>' || !description) continue;
      const row = rowAt(unwindRows(description), place);
      const told = (await readSavedRegisters(held.connection, 1, level)).map(({ register, address }) => [register, address]);
      const rules = row && { ...row, cfa: { kind: 'register' as const, register: RSP, offset: Number(cfa - sp) } };
      const ours = rules && applyRow(rules, new Map([[RSP, sp]]), () => new Uint8Array(8))?.saved.map(({ register, address }) => [DWARF_REGISTERS[register], address]);
      expect(new Set(ours?.map(String))).toEqual(new Set(told.map(String)));
      compared++;
    }
    expect(compared).toBeGreaterThan(2);
    modules.close();
    target.dispose();
  });
});

it('instruction lengths are those of objdump, over the whole C library', () => {
  const libc = /=> (\/\S*libc\.so\.6)/.exec(execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }))?.[1] ?? '';
  const text = execFileSync('objdump', ['-d', '-j', '.text', '--insn-width=16', '--no-show-raw-insn', libc], { encoding: 'latin1', maxBuffer: 1 << 30 });
  const dump = execFileSync('objdump', ['-h', '-j', '.text', libc], { encoding: 'latin1' });
  const [, size = '', address = '', offset = ''] = /\.text\s+(\w+)\s+(\w+)\s+\w+\s+(\w+)/.exec(dump) ?? [];
  const bytes = execFileSync('dd', [`if=${libc}`, 'bs=4096', `skip=${Number.parseInt(offset, 16)}`, `count=${Number.parseInt(size, 16)}`, 'iflag=skip_bytes,count_bytes', 'status=none'], { maxBuffer: 1 << 28 });
  const starts = [...text.matchAll(/^ *([0-9a-f]+):\t(\S+)/gm)].map(([, at = '', name = '']) => ({ at: Number.parseInt(at, 16) - Number.parseInt(address, 16), name }));
  expect(starts.length).toBeGreaterThan(100_000);
  const wrong: string[] = [];
  for (const [index, { at, name }] of starts.entries()) {
    const next = starts[index + 1]?.at;
    // Padding between functions, and the few bytes that objdump calls bad, are no instructions of a function.
    if (next === undefined || name === '(bad)') continue;
    const length = decodeInstruction(bytes, at)?.lengthBytes;
    if (length !== next - at && wrong.length < 10) wrong.push(`0x${(at + Number.parseInt(address, 16)).toString(16)} ${name}: ${length}, not ${next - at}: ${bytes.subarray(at, next).toString('hex')}`);
  }
  expect(wrong).toEqual([]);
});
