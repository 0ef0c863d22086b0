import { toAddress } from '../../../shared/address/address.ts';
import type { Address } from '../../../shared/address/address.ts';
import { PERM_EXEC } from '../../../shared/model/region-table.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { DebuggerCode, MachineInstruction } from '../../target/debugger-control.ts';
import type { Picture } from '../../target/target.ts';

/** Longest x86 instruction (Intel SDM vol. 2, 2.3.11). */
const LONGEST = 15n;
/** Bytes of the functions of which all instructions are read at once. */
const WHOLE_FUNCTION_BYTES = 16_384n;
/** Bytes read before a place in longer code, and after it. */
const BEFORE_BYTES = 512n;
const AFTER_BYTES = 4096n;

export interface InstructionRun {
  readonly instructions: readonly MachineInstruction[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

/**
 * Instructions around a place, at most `limit`. A function begins where its symbol says; elsewhere reading begins some bytes before, at the first of 15 offsets from which the
 * decoding arrives at `at`: x86 code falls into step by itself after a few instructions.
 */
export async function readInstructions(code: DebuggerCode, { regions, modules }: Picture, at: Address, limit: number): Promise<InstructionRun> {
  const row = regions.indexAt(at);
  if (((regions.columns.perms[row] ?? 0) & PERM_EXEC) === 0) {
    throw new VmatlasError({ code: 'unmapped', message: 'There are no instructions here: this memory is not executable.', remedy: 'Go to an address in executable memory, such as rip.' });
  }
  const [low, high]: [bigint, bigint] = [regions.startAt(row), regions.endAt(row)];
  const symbol = modules.symbolAt(at);
  const begin = symbol === undefined ? undefined : at - symbol.offset;
  const end = symbol === undefined || begin === undefined ? undefined : begin + symbol.symbol.sizeBytes;
  if (begin !== undefined && end !== undefined && begin >= low && end <= high && end > at && end - begin <= WHOLE_FUNCTION_BYTES) {
    const all = await code.disassemble(toAddress(begin), toAddress(end));
    if (all.some(({ address }) => address === at)) return cut(all, at, limit, { moreBefore: false, moreAfter: false });
  }
  const floor = begin !== undefined && begin > low ? begin : low;
  const after = await code.disassemble(at, toAddress(min(at + AFTER_BYTES, high)));
  const before = await readBefore(code, at, floor);
  return cut([...before, ...after], at, limit, { moreBefore: before[0] !== undefined && before[0].address > low, moreAfter: true });
}

async function readBefore(code: DebuggerCode, at: Address, floor: bigint): Promise<readonly MachineInstruction[]> {
  if (at <= floor) return [];
  const begin = at - BEFORE_BYTES > floor ? at - BEFORE_BYTES : floor;
  for (let skew = 0n; skew < LONGEST && begin + skew < at; skew++) {
    // oxlint-disable-next-line no-await-in-loop -- the first that fits ends it, and it is nearly always the very first
    const found = await code.disassemble(toAddress(begin + skew), at);
    const last = found.at(-1);
    if (last === undefined || last.address + BigInt(last.bytes.length) !== at) continue;
    // The first few may be read from the middle of an instruction.
    return begin === floor ? found : found.filter(({ address }) => address >= begin + skew + 4n * LONGEST);
  }
  return [];
}

function cut(all: readonly MachineInstruction[], at: Address, limit: number, more: { readonly moreBefore: boolean; readonly moreAfter: boolean }): InstructionRun {
  const here = Math.max(0, all.findIndex(({ address }) => address === at));
  const first = Math.max(0, Math.min(here - Math.floor(limit / 2), all.length - limit));
  const instructions = all.slice(first, first + limit);
  return { instructions, moreBefore: more.moreBefore || first > 0, moreAfter: more.moreAfter || first + limit < all.length };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
