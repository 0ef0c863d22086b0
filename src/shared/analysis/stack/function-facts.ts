import type { FrameDescription } from './eh-frame.ts';
import { RBP, rowAt, RSP, unwindRows, type UnwindRow } from './cfi.ts';
import type { ReadBytes } from './read-bytes.ts';
import { decodeInstruction, type Instruction } from './x86-instruction.ts';

/** What a function's own instructions say about its frame. All offsets count from the CFA and are negative. */
export interface FunctionFacts {
  readonly start: bigint;
  readonly end: bigint;
  readonly rows: readonly UnwindRow[];
  /** Where the function keeps its copy of fs:0x28. */
  readonly canary: { readonly offset: number; readonly storedAt: bigint; readonly checkedAt: bigint | undefined } | undefined;
  /** Lowest byte of the part whose size is fixed: below it is what alloca, variable-length arrays and pushed arguments took. undefined when the prologue is not understood. */
  readonly fixedLow: number | undefined;
  /** Moves rsp by an amount known only at run time (alloca, a variable-length array). */
  readonly isDynamic: boolean;
  /** Runs of bytes that an instruction names, merged, ascending. A byte outside of them is used by nobody. undefined when the code is not understood well enough to say so. */
  readonly named: readonly NamedRun[] | undefined;
}

export interface NamedRun {
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
}

const HARDWARE_RSP = 4;
const HARDWARE_RBP = 5;
/** Offset of the canary in the thread control block (glibc, sysdeps/x86_64/nptl/tls.h, stack_guard; psABI). */
const CANARY_TLS_OFFSET = 0x28;
/** Longer functions are read this far. */
const MOST_CODE_BYTES = 256 * 1024;
/** A copy of fs:0x28 that is not stored within so many instructions is not a canary's. */
const STORE_WITHIN = 24;

interface Place {
  readonly pc: bigint;
  readonly instruction: Instruction;
  /** CFA-relative address of rsp before the instruction; undefined where the unwind rules count from rbp. */
  readonly rsp: number | undefined;
  /** CFA-relative address of rbp, where it is the frame pointer. */
  readonly rbp: number | undefined;
}

/**
 * Reads a function's instructions, first to last, and the unwind rules beside them. `spOffset`: rsp of the frame in question minus its CFA, for code whose rules count from rbp.
 */
export function readFunction(description: FrameDescription, spOffset: number, read: ReadBytes): FunctionFacts {
  const { start, end } = description;
  const rows = unwindRows(description);
  const places = placesOf(description, rows, spOffset, read);
  const body = places ?? [];
  const isDynamic = body.some(({ instruction }) => movesStackByRegister(instruction));
  const fixedLow = fixedLowOf(body, rows);
  // A function's cold part begins in the middle of a frame, and says little about it.
  const whole = places !== undefined && isWholeFunction(rows[0]);
  return { start, end, rows, canary: findCanary(body), fixedLow, isDynamic, named: whole ? namedRuns(body, isDynamic ? undefined : spOffset, fixedLow) : undefined };
}

function isWholeFunction(first: UnwindRow | undefined): boolean {
  return first?.cfa.kind === 'register' && first.cfa.register === RSP && first.cfa.offset === 8;
}

/** undefined when a byte sequence is met that is no instruction. */
function placesOf({ start, end }: FrameDescription, rows: readonly UnwindRow[], spOffset: number, read: ReadBytes): readonly Place[] | undefined {
  const length = Number(end - start);
  if (length > MOST_CODE_BYTES) return undefined;
  const bytes = read(start, length);
  if (!bytes) return undefined;
  const places: Place[] = [];
  let at = 0;
  let row = 0;
  while (at < length) {
    const pc = start + BigInt(at);
    while ((rows[row + 1]?.start ?? end) <= pc) row++;
    const instruction = decodeInstruction(bytes, at);
    if (!instruction) return undefined;
    places.push({ pc, instruction, ...pointers(rows[row], spOffset) });
    at += instruction.lengthBytes;
  }
  return places;
}

function pointers(row: UnwindRow | undefined, spOffset: number): Pick<Place, 'rsp' | 'rbp'> {
  if (row?.cfa.kind !== 'register') return { rsp: undefined, rbp: undefined };
  if (row.cfa.register === RSP) return { rsp: -row.cfa.offset, rbp: undefined };
  return row.cfa.register === RBP ? { rsp: spOffset, rbp: -row.cfa.offset } : { rsp: undefined, rbp: undefined };
}

/** sub %reg,%rsp and the like; mov and lea from rbp only put rsp back. */
function movesStackByRegister({ map, opcode, reg, rm, memory, wide }: Instruction): boolean {
  if (map !== 0 || !wide) return false;
  if (opcode === 0x29 && rm === HARDWARE_RSP) return true;
  if (opcode === 0x2b && reg === HARDWARE_RSP) return true;
  // mov %reg,%rsp, but not from rbp.
  if (opcode === 0x89 && rm === HARDWARE_RSP && reg !== HARDWARE_RBP) return true;
  return opcode === 0x8d && reg === HARDWARE_RSP && memory !== undefined && memory.base !== HARDWARE_RBP && (memory.index !== undefined || memory.base !== HARDWARE_RSP);
}

/** How deep the prologue goes: pushes and the first `sub $n,%rsp`, up to the first call or branch. */
function fixedLowOf(places: readonly Place[], rows: readonly UnwindRow[]): number | undefined {
  if (!isWholeFunction(rows[0])) return undefined;
  let low = -8;
  for (const { instruction } of places) {
    const { map, opcode, rm, reg, immediate, wide } = instruction;
    if (map !== 0) {
      if (isBranch(instruction)) break;
      continue;
    }
    if (opcode >= 0x50 && opcode < 0x58) low -= 8;
    else if ((opcode === 0x81 || opcode === 0x83) && wide && rm === HARDWARE_RSP && (reg & 7) === 5) low -= immediate;
    else if ((opcode === 0x81 || opcode === 0x83) && wide && rm === HARDWARE_RSP && (reg & 7) === 0) low += -immediate;
    // and $-32,%rsp: how much it takes is known only at run time.
    else if ((opcode === 0x81 || opcode === 0x83) && wide && rm === HARDWARE_RSP) return undefined;
    else if (isBranch(instruction) || movesStackByRegister(instruction)) break;
  }
  return low;
}

function isBranch({ map, opcode }: Instruction): boolean {
  if (map === 1) return opcode >= 0x80 && opcode < 0x90;
  return map === 0 && ((opcode >= 0x70 && opcode < 0x80) || (opcode >= 0xe0 && opcode < 0xe4) || [0xe8, 0xe9, 0xeb, 0xc3, 0xff].includes(opcode));
}

/** Address that a memory operand names, from the CFA. */
function offsetOf(place: Place): number | undefined {
  const { memory } = place.instruction;
  if (!memory || memory.segment) return undefined;
  const base = memory.base === HARDWARE_RSP ? place.rsp : memory.base === HARDWARE_RBP ? place.rbp : undefined;
  return base === undefined ? undefined : base + memory.displacement;
}

function isCanaryOperand({ memory }: Instruction): boolean {
  return memory?.segment === 'fs' && memory.base === undefined && memory.index === undefined && memory.displacement === CANARY_TLS_OFFSET;
}

/** mov %fs:0x28,%reg … mov %reg,slot at the start; cmp, sub or xor %fs:0x28 with it before the return. */
function findCanary(places: readonly Place[]): FunctionFacts['canary'] {
  for (const [at, { instruction }] of places.entries()) {
    if (instruction.map !== 0 || instruction.opcode !== 0x8b || !isCanaryOperand(instruction)) continue;
    for (const store of places.slice(at + 1, at + 1 + STORE_WITHIN)) {
      const { map, opcode, reg, wide } = store.instruction;
      if (map !== 0 || opcode !== 0x89 || !wide || reg !== instruction.reg) continue;
      const offset = offsetOf(store);
      if (offset === undefined || offset >= 0) break;
      const check = places.find((later) => later.pc > store.pc && [0x2b, 0x33, 0x3b].includes(later.instruction.opcode) && isCanaryOperand(later.instruction));
      return { offset, storedAt: store.pc, checkedAt: check?.pc };
    }
  }
  return undefined;
}

function isPush({ map, opcode, reg }: Instruction): boolean {
  return map === 0 && ((opcode >= 0x50 && opcode < 0x58) || opcode === 0x68 || opcode === 0x6a || (opcode === 0xff && (reg & 7) === 6));
}

/** mov %rsp,%reg: the address of the lowest byte, as lea would take it. */
function copiesStackPointer({ map, opcode, reg, rm }: Instruction): boolean {
  return map === 0 && ((opcode === 0x89 && reg === HARDWARE_RSP && rm !== HARDWARE_RBP) || (opcode === 0x8b && rm === HARDWARE_RSP && reg !== HARDWARE_RBP));
}

/** A run that begins where an address is taken may be used up to the next run that is named on its own. */
interface Naming extends NamedRun {
  readonly open: boolean;
}

function namedRuns(places: readonly Place[], spOffset: number | undefined, fixedLow: number | undefined): readonly NamedRun[] {
  const namings: Naming[] = [];
  // Below the fixed part lie arguments that were pushed for a call.
  if (spOffset !== undefined && fixedLow !== undefined && spOffset < fixedLow) namings.push({ low: spOffset, high: fixedLow, open: false });
  for (const place of places) {
    const { instruction } = place;
    const { map, opcode, memory } = instruction;
    if (isPush(instruction) && place.rsp !== undefined && place.rbp === undefined) namings.push({ low: place.rsp - 8, high: place.rsp, open: false });
    if (copiesStackPointer(instruction) && place.rsp !== undefined && (place.rbp === undefined || spOffset !== undefined)) namings.push({ low: place.rsp, high: place.rsp + 1, open: true });
    const low = memory && offsetOf(place);
    // Where rsp is not known, whatever is named through it lies below the fixed part.
    if (low === undefined || (memory?.base === HARDWARE_RSP && place.rbp !== undefined && spOffset === undefined)) continue;
    const open = (map === 0 && opcode === 0x8d) || memory?.index !== undefined;
    namings.push({ low, high: low + Math.max(1, instruction.accessBytes), open });
  }
  return mergeNamings(namings);
}

export function mergeNamings(namings: readonly Naming[]): readonly NamedRun[] {
  const sorted = namings.toSorted((a, b) => a.low - b.low);
  const runs: { low: number; high: number }[] = [];
  for (const [at, naming] of sorted.entries()) {
    const next = sorted.slice(at + 1).find((later) => later.low > naming.low);
    const high = naming.open ? Math.max(naming.high, next?.low ?? 0) : naming.high;
    const last = runs.at(-1);
    if (last && naming.low <= last.high) last.high = Math.max(last.high, high);
    else runs.push({ low: naming.low, high });
  }
  return runs;
}

/** The unwind rules at `pc`; `pc` is a return address unless the frame is the innermost or was interrupted, and then belongs to the call before it. */
export function rulesAt(facts: Pick<FunctionFacts, 'rows'>, pc: bigint, isReturnAddress: boolean): UnwindRow | undefined {
  return rowAt(facts.rows, isReturnAddress ? pc - 1n : pc);
}
