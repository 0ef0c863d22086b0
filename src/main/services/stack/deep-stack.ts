import { toAddress } from '../../../shared/address/address.ts';
import { DWARF_REGISTERS, rowAt, unwindRows, type UnwindRow } from '../../../shared/analysis/stack/cfi.ts';
import { walkStack, type Walk, type WalkedFrame } from '../../../shared/analysis/stack/deep-walk.ts';
import { nameOf, runRow } from '../../../shared/analysis/stack/fold-rows.ts';
import type { ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { FrameExtent, RegisterValue } from '../../../shared/model/debug.ts';
import type { StackOutlineRow } from '../../../shared/model/stack.ts';
import type { StackGround } from './stack-ground.ts';

/** Rows that a walk answers with: what is not folded by then is told as incomplete. */
const MOST_PIECES = 4096;

/** The frames of a stack from `firstLevel` on, found by the unwind tables alone: gdb needs a kilobyte and 80 µs for each frame that it unwinds. */
export class DeepStack {
  readonly firstLevel: number;
  readonly complete: boolean;
  readonly #walk: Walk;
  readonly #ground: StackGround;
  readonly #read: ReadBytes;

  constructor(firstLevel: number, registers: readonly RegisterValue[], ground: StackGround, read: ReadBytes) {
    this.firstLevel = firstLevel;
    this.#ground = ground;
    this.#read = read;
    const known = new Map<number, bigint>();
    for (const [number, name] of DWARF_REGISTERS.entries()) {
      const value = registers.find((register) => register.name === name)?.value;
      if (value !== undefined) known.set(number, BigInt.asUintN(64, value));
    }
    const rows = new Map<bigint, { readonly row: UnwindRow; readonly isSignalFrame: boolean } | undefined>();
    const rulesAt = (pc: bigint, isReturnAddress: boolean) => {
      const place = isReturnAddress ? pc - 1n : pc;
      if (!rows.has(place)) {
        const description = ground.tables.descriptionAt(place);
        const row = description && rowAt(unwindRows(description), place);
        rows.set(place, row && description && { row, isSignalFrame: description.isSignalFrame });
      }
      return rows.get(place);
    };
    const first: WalkedFrame = { pc: known.get(16) ?? 0n, sp: known.get(7) ?? 0n, cfa: undefined, registers: known, saved: new Map() };
    this.#walk = walkStack(first, MOST_PIECES, { read, rowAt: rulesAt }, true);
    this.complete = this.#walk.complete;
  }

  /** Frames in all, from firstLevel. */
  get count(): number {
    return this.#walk.pieces.reduce((sum, piece) => sum + (piece.kind === 'run' ? piece.run.count : 1), 0);
  }

  rows(): readonly StackOutlineRow[] {
    const rows: StackOutlineRow[] = [];
    let level = this.firstLevel;
    for (const piece of this.#walk.pieces) {
      if (piece.kind === 'frame') {
        rows.push(this.#row(level++, piece.frame));
        continue;
      }
      const { period, count, bytesPerRepeat } = piece.run;
      const start = period[0]?.sp ?? 0n;
      const names = period.map((frame, at) => nameOf({ function: this.#ground.functionName(frame.pc - 1n), pc: toAddress(period[at]?.pc ?? 0n) }));
      rows.push(runRow(level, count, names, bytesPerRepeat, start, start + BigInt((count / period.length) * bytesPerRepeat)));
      level += count;
    }
    return rows;
  }

  #row(level: number, frame: WalkedFrame): StackOutlineRow {
    const { pc, sp, cfa } = this.#extent(level, frame);
    return { kind: 'frame', level, function: this.#ground.functionName(frame.pc - 1n), pc, sp, cfa, frameKind: 'normal', source: undefined };
  }

  /** Frames low to high as far as there are, and rbp in the first. */
  extents(low: number, high: number): { readonly extents: readonly FrameExtent[]; readonly framePointer: bigint | undefined } {
    const found: FrameExtent[] = [];
    let framePointer: bigint | undefined;
    for (let level = low; level <= high; level++) {
      const frame = this.#frameAt(level - this.firstLevel);
      if (!frame) break;
      if (found.length === 0) framePointer = frame.registers.get(6);
      found.push(this.#extent(level, frame));
    }
    return { extents: found, framePointer };
  }

  #frameAt(index: number): WalkedFrame | undefined {
    let passed = 0;
    for (const piece of this.#walk.pieces) {
      const count = piece.kind === 'run' ? piece.run.count : 1;
      if (index >= passed + count) {
        passed += count;
        continue;
      }
      if (piece.kind === 'frame') return piece.frame;
      const { period, bytesPerRepeat } = piece.run;
      const repeat = Math.floor((index - passed) / period.length);
      const frame = period[(index - passed) % period.length];
      const moved = BigInt(repeat * bytesPerRepeat);
      return frame && { ...frame, sp: frame.sp + moved, cfa: frame.cfa === undefined ? undefined : frame.cfa + moved, registers: piece.run.registersAt(repeat) };
    }
    return undefined;
  }

  #extent(level: number, { pc, sp, cfa }: WalkedFrame): FrameExtent {
    return {
      level, pc: toAddress(pc), function: this.#ground.functionName(pc - 1n), modulePath: this.#ground.modulePath(pc), source: undefined, sp: toAddress(sp),
      cfa: cfa === undefined ? undefined : toAddress(cfa),
    };
  }

  /** Stack bytes, as the walk saw them. */
  get read(): ReadBytes {
    return this.#read;
  }
}
