import { applyRow, RIP, RSP, type RegisterSet, type UnwindRow } from './cfi.ts';
import { readWord, type ReadBytes } from './read-bytes.ts';

/** One frame of a walk along a stack by the unwind tables. */
export interface WalkedFrame {
  readonly pc: bigint;
  readonly sp: bigint;
  readonly cfa: bigint | undefined;
  readonly registers: RegisterSet;
  /** Where it keeps its caller's registers, the return address (16) among them. */
  readonly saved: ReadonlyMap<number, bigint>;
}

/** The same frames again and again. */
export interface WalkedRun {
  readonly period: readonly WalkedFrame[];
  /** Frames in all: a multiple of the period. */
  readonly count: number;
  readonly bytesPerRepeat: number;
  /** Registers of the first frame of repeat `index`. */
  registersAt(index: number): RegisterSet;
}

export type WalkedPiece = { readonly kind: 'frame'; readonly frame: WalkedFrame } | { readonly kind: 'run'; readonly run: WalkedRun };

export interface WalkSources {
  readonly read: ReadBytes;
  /** The unwind rules for a return address (`isReturnAddress`) or an instruction that was interrupted. */
  rowAt(pc: bigint, isReturnAddress: boolean): { readonly row: UnwindRow; readonly isSignalFrame: boolean } | undefined;
}

const LONGEST_PERIOD = 8;
/** Repeats that must be seen before a run is looked for, and that make one. */
const SEEN_REPEATS = 3;

export interface Walk {
  readonly pieces: readonly WalkedPiece[];
  /** The walk reached the outermost frame. */
  readonly complete: boolean;
}

/**
 * Walks a stack from a frame outwards by the unwind tables. Recursion costs no step a frame: once the same return addresses have come SEEN_REPEATS times at the same distance, the
 * words at that distance are compared as long as they agree, and the walk goes on behind them.
 *
 *     … ret A │ ret B │ ret A │ ret B │ ret A │ ret B │ ret main …        period 2: every return address of the run is read and compared
 *
 * `mostPieces` bounds what is answered.
 */
export function walkStack(first: WalkedFrame, mostPieces: number, sources: WalkSources, isReturnAddress: boolean): Walk {
  const pieces: WalkedPiece[] = [];
  let tail: WalkedFrame[] = [];
  let frame: WalkedFrame | undefined = first;
  let called = isReturnAddress;
  while (frame && pieces.length < mostPieces) {
    const rules = sources.rowAt(frame.pc, called);
    const unwound = rules && applyRow(rules.row, frame.registers, sources.read, rules.isSignalFrame);
    const isOutermost = rules?.row.registers.get(RIP)?.kind === 'undefined';
    const here: WalkedFrame = { ...frame, cfa: isOutermost ? undefined : unwound?.cfa, saved: new Map(unwound?.saved.map(({ register, address }) => [register, address])) };
    pieces.push({ kind: 'frame', frame: here });
    tail.push(here);
    frame = unwound && !isOutermost && unwound.cfa > frame.sp ? callerOf(unwound.caller) : undefined;
    called = !(rules?.isSignalFrame ?? false);
    if (!frame) return { pieces, complete: true };
    const run = findRun(tail, frame, sources.read);
    if (run) {
      pieces.splice(pieces.length - SEEN_REPEATS * run.period.length, SEEN_REPEATS * run.period.length, { kind: 'run', run });
      const registers = run.registersAt(run.count / run.period.length);
      frame = callerOf(registers);
      tail = [];
    }
    if (tail.length > LONGEST_PERIOD * (SEEN_REPEATS + 1)) tail = tail.slice(-LONGEST_PERIOD * SEEN_REPEATS);
  }
  return { pieces, complete: false };
}

function callerOf(registers: RegisterSet): WalkedFrame | undefined {
  const pc = registers.get(RIP);
  const sp = registers.get(RSP);
  // glibc's start code and clone mark the outermost frame by an undefined or a zero return address.
  return pc === undefined || pc === 0n || sp === undefined ? undefined : { pc, sp, cfa: undefined, registers, saved: new Map() };
}

/** The frames just walked repeat: follow the run to its end. `next` is the frame that comes after them. */
function findRun(tail: readonly WalkedFrame[], next: WalkedFrame, read: ReadBytes): WalkedRun | undefined {
  for (let length = 1; length <= LONGEST_PERIOD; length++) {
    const seen = tail.slice(-SEEN_REPEATS * length);
    if (seen.length < SEEN_REPEATS * length) return undefined;
    const stride = next.sp - (seen.at(-length)?.sp ?? next.sp);
    const repeats = seen.every((frame, at) => {
      const later = seen[at + length] ?? (at + length === seen.length ? next : undefined);
      return !later || (later.pc === frame.pc && later.sp - frame.sp === stride);
    });
    if (repeats && stride > 0n) return followRun(seen, length, Number(stride), read);
  }
  return undefined;
}

/** Longest stretch that is read at once. */
const CHUNK_BYTES = 1 << 20;

function followRun(seen: readonly WalkedFrame[], length: number, stride: number, read: ReadBytes): WalkedRun {
  const period = seen.slice(0, length);
  const start = period[0]?.sp ?? 0n;
  // Places of the return addresses, from the start of a repeat, and what they must hold: each goes to the frame after it.
  const checks = period.map((frame, at) => ({ offset: Number((frame.cfa ?? frame.sp) - 8n - start), value: (period[at + 1] ?? period[0])?.pc ?? 0n }));
  let repeats = SEEN_REPEATS;
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / stride));
  for (let agreed = perChunk; agreed === perChunk; repeats += agreed) agreed = agreeingRepeats(start + BigInt(repeats * stride), stride, perChunk, checks, read);
  const registersAt = (index: number): RegisterSet => registersOfRepeat(period, stride, index, read);
  return { period, count: repeats * length, bytesPerRepeat: stride, registersAt };
}

/** How many repeats from `start` on hold the expected return addresses, at most `most`. */
function agreeingRepeats(start: bigint, stride: number, most: number, checks: readonly { readonly offset: number; readonly value: bigint }[], read: ReadBytes): number {
  let count = most;
  let bytes = read(start, count * stride);
  // The end of the stack is within: shorten until it is readable.
  while (!bytes && count > 0) {
    count >>>= 1;
    bytes = count > 0 ? read(start, count * stride) : undefined;
  }
  if (!bytes) return 0;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = checks.map(({ offset, value }) => ({ offset, low: Number(value & 0xffff_ffffn), high: Number(value >> 32n) }));
  for (let repeat = 0; repeat < count; repeat++) {
    const base = repeat * stride;
    for (const { offset, low, high } of expected) {
      if (words.getUint32(base + offset, true) !== low || words.getUint32(base + offset + 4, true) !== high) return repeat;
    }
  }
  return count === most ? count : count + agreeingRepeats(start + BigInt(count * stride), stride, Math.min(count, most - count), checks, read);
}

/** Registers at the start of a repeat: rsp moves by the stride, saved registers are read from where the repeat before keeps them, the rest stays. */
function registersOfRepeat(period: readonly WalkedFrame[], stride: number, index: number, read: ReadBytes): RegisterSet {
  const [first] = period;
  const registers = new Map(first?.registers);
  if (!first || index === 0) return registers;
  const moved = BigInt((index - 1) * stride);
  // In order: where two frames of a repeat save the same register, the outer one's copy is the caller's.
  for (const { saved } of period) {
    for (const [register, place] of saved) {
      const value = readWord(read, place + moved);
      if (value !== undefined) registers.set(register, value);
    }
  }
  registers.set(RSP, first.sp + BigInt(index * stride));
  return registers;
}
