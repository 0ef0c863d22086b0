import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { SlotRole } from '../../../shared/model/stack.ts';

/** Bytes of one row: a word. */
export const ROW_BYTES = 8n;

/** The part of a slot that decides where it is drawn. */
export interface PlacedSlot {
  readonly start: Address;
  readonly end: Address;
  readonly role: SlotRole;
}

/** Rows of a frame, high addresses first. Rows inside a long slot may be folded into one. */
export type RowStretch =
  | { readonly kind: 'words'; readonly firstRow: number; readonly rows: number; /** Lowest byte of the first, highest row; a multiple of 8. */ readonly address: Address }
  | { readonly kind: 'fold'; readonly firstRow: number; readonly rows: 1; /** [low, high) is left out. */ readonly low: Address; readonly high: Address; readonly slot: number };

export interface FrameRows {
  readonly low: Address;
  readonly high: Address;
  readonly rows: number;
  readonly stretches: readonly RowStretch[];
}

/** A box of a slot: whole rows, or a part of one row. A slot that begins or ends inside a row has up to three. */
export interface SlotBox {
  /** Index in the frame's slots. */
  readonly slot: number;
  readonly firstRow: number;
  readonly rows: number;
  /** First byte of the row that the box covers, 0 is the lowest and stands left. */
  readonly column: number;
  readonly columns: number;
  /** The box that carries the slot's words: its largest. */
  readonly isMain: boolean;
}

interface Keep {
  readonly from: number;
  readonly top: number;
  readonly bottom: number;
}

/** Variables keep more of their rows than bytes nobody names. */
const KEEP_VARIABLE: Keep = { from: 12, top: 4, bottom: 2 };
const KEEP_REST: Keep = { from: 4, top: 1, bottom: 1 };

function keepOf(role: SlotRole): Keep {
  return role === 'local' || role === 'parameter' ? KEEP_VARIABLE : KEEP_REST;
}

/**
 * Rows of [low, high). `slots` ascend. Long slots are folded unless `isOpen` says otherwise.
 *
 *     row 0   high − 8 … high      column 0 = lowest byte of the row
 *     row 1   high − 16 … high − 8
 */
export function frameRows(slots: readonly PlacedSlot[], low: Address, high: Address, isOpen: (slot: number) => boolean): FrameRows {
  const stretches: RowStretch[] = [];
  if (high <= low) return { low, high, rows: 0, stretches };
  let row = 0;
  // Lowest byte of the next row.
  let at = floorRow(high - 1n);
  const bottom = floorRow(low);
  const words = (until: bigint): void => {
    if (until > at) return;
    const rows = Number((at - until) / ROW_BYTES) + 1;
    stretches.push({ kind: 'words', firstRow: row, rows, address: toAddress(at) });
    row += rows;
    at = until - ROW_BYTES;
  };
  for (let slot = slots.length - 1; slot >= 0; slot--) {
    const placed = slots[slot];
    if (placed === undefined || placed.start >= high || placed.end <= low || isOpen(slot)) continue;
    const keep = keepOf(placed.role);
    const top = floorRow(min(placed.end, high) - ROW_BYTES);
    const last = ceilRow(max(placed.start, low));
    const rows = Number((top - last) / ROW_BYTES) + 1;
    if (top < last || rows <= keep.from) continue;
    const firstLeft = top - BigInt(keep.top) * ROW_BYTES;
    const lastLeft = last + BigInt(keep.bottom) * ROW_BYTES;
    words(firstLeft + ROW_BYTES);
    stretches.push({ kind: 'fold', firstRow: row, rows: 1, low: toAddress(lastLeft), high: toAddress(firstLeft + ROW_BYTES), slot });
    row += 1;
    at = lastLeft - ROW_BYTES;
  }
  words(bottom);
  return { low, high, rows: row, stretches };
}

/** What row `row` is: a word's address, or a fold. */
export function rowAt(rows: FrameRows, row: number): { readonly kind: 'word'; readonly address: Address } | Extract<RowStretch, { kind: 'fold' }> | undefined {
  const stretch = rows.stretches.findLast(({ firstRow }) => firstRow <= row);
  if (stretch === undefined || row < 0 || row >= stretch.firstRow + stretch.rows) return undefined;
  return stretch.kind === 'fold' ? stretch : { kind: 'word', address: toAddress(stretch.address - BigInt(row - stretch.firstRow) * ROW_BYTES) };
}

/** Row that shows a byte; its fold's row when it is folded; -1 outside of the frame. */
export function rowOf(rows: FrameRows, address: bigint): number {
  if (address < rows.low || address >= rows.high) return -1;
  for (const stretch of rows.stretches) {
    if (stretch.kind === 'fold') {
      if (address >= stretch.low && address < stretch.high) return stretch.firstRow;
    } else {
      const lowest = stretch.address - BigInt(stretch.rows - 1) * ROW_BYTES;
      if (address >= lowest && address < stretch.address + ROW_BYTES) return stretch.firstRow + Number((stretch.address - floorRow(address)) / ROW_BYTES);
    }
  }
  return -1;
}

/** Boxes of all slots that touch rows [fromRow, toRow). The boxes of one slot never overlap those of another, because slots do not. */
export function slotBoxes(rows: FrameRows, slots: readonly PlacedSlot[], fromRow: number, toRow: number): readonly SlotBox[] {
  const boxes: SlotBox[] = [];
  for (let slot = slots.length - 1; slot >= 0; slot--) {
    const placed = slots[slot];
    if (placed === undefined) continue;
    const start = max(placed.start, rows.low);
    const end = min(placed.end, rows.high);
    if (start >= end) continue;
    const first = rowOf(rows, end - 1n);
    const last = rowOf(rows, start);
    if (first >= toRow || last < fromRow) continue;
    const mine = piecesOf(rows, start, end);
    const main = mine.reduce((best, piece, i) => (size(piece) > size(mine[best] ?? piece) ? i : best), 0);
    for (const [i, piece] of mine.entries()) if (piece.firstRow < toRow && piece.firstRow + piece.rows > fromRow) boxes.push({ slot, ...piece, isMain: i === main });
  }
  return boxes;
}

type Piece = Omit<SlotBox, 'slot' | 'isMain'>;

function piecesOf(rows: FrameRows, start: bigint, end: bigint): Piece[] {
  const pieces: Piece[] = [];
  const topRow = floorRow(end - 1n);
  const bottomRow = floorRow(start);
  if (topRow === bottomRow) return [{ firstRow: rowOf(rows, start), rows: 1, column: Number(start - bottomRow), columns: Number(end - start) }];
  let fullTop = topRow;
  let fullBottom = bottomRow;
  if (end !== topRow + ROW_BYTES) {
    pieces.push({ firstRow: rowOf(rows, topRow), rows: 1, column: 0, columns: Number(end - topRow) });
    fullTop -= ROW_BYTES;
  }
  const tail = start === bottomRow ? undefined : { firstRow: rowOf(rows, start), rows: 1, column: Number(start - bottomRow), columns: Number(bottomRow + ROW_BYTES - start) };
  if (tail !== undefined) fullBottom += ROW_BYTES;
  if (fullTop >= fullBottom) {
    const firstRow = rowOf(rows, fullTop);
    pieces.push({ firstRow, rows: rowOf(rows, fullBottom) - firstRow + 1, column: 0, columns: Number(ROW_BYTES) });
  }
  if (tail !== undefined) pieces.push(tail);
  return pieces;
}

function size({ rows, columns }: Piece): number {
  return rows * columns;
}

function floorRow(address: bigint): bigint {
  return address - (((address % ROW_BYTES) + ROW_BYTES) % ROW_BYTES);
}

function ceilRow(address: bigint): bigint {
  return floorRow(address + ROW_BYTES - 1n);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
