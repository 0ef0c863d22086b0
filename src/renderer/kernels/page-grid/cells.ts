import { isPresentState, PAGE_STATES, type PageRunColumns } from '../../../shared/model/page-state.ts';
import { pieceAt, type PagePieces } from './pieces.ts';

/** What one cell of a grid stands for: a page, or a group of pages. */
export interface CellSummary {
  /** Index in PAGE_STATES: the commonest state; of a cell with a present page, the commonest present one. */
  readonly state: number;
  /** Bit n set: some page of the cell is in state n. */
  readonly stateSet: number;
  /** PAGE_FLAG_* of any page. */
  readonly flags: number;
  readonly mapped: number;
  readonly present: number;
}

export const EMPTY_CELL: CellSummary = { state: 0, stateSet: 0, flags: 0, mapped: 0, present: 0 };

const PRESENT = Uint8Array.from(PAGE_STATES, (state) => (isPresentState(state) ? 1 : 0));

export function isPresentCode(code: number): boolean {
  return PRESENT[code] === 1;
}

/** Sums up the pages [firstPage, endPage). `hint` is a piece at or below the first page, for callers that walk; -1 when unknown. */
export function summariseCell(pieces: PagePieces, runs: PageRunColumns, firstPage: number, endPage: number, hint = -1): CellSummary {
  let piece = hint >= 0 ? hint : firstPieceFrom(pieces, firstPage);
  const counts = new Float64Array(PAGE_STATES.length);
  let stateSet = 0;
  let flags = 0;
  let mapped = 0;
  let present = 0;
  for (; piece < pieces.length; piece++) {
    const pieceStart = pieces.firstPage[piece] ?? 0;
    if (pieceStart >= endPage) break;
    const count = Math.min(endPage, pieceStart + (pieces.pageCount[piece] ?? 0)) - Math.max(firstPage, pieceStart);
    if (count <= 0) continue;
    const run = pieces.run[piece] ?? 0;
    const code = runs.state[run] ?? 0;
    counts[code] = (counts[code] ?? 0) + count;
    stateSet |= 1 << code;
    flags |= runs.flags[run] ?? 0;
    mapped += count;
    if (isPresentCode(code)) present += count;
  }
  if (mapped === 0) return EMPTY_CELL;
  let state = 0;
  let best = 0;
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] ?? 0;
    if (count > best && (present === 0 || isPresentCode(code))) {
      best = count;
      state = code;
    }
  }
  return { state, stateSet, flags, mapped, present };
}

/** First piece that ends above a page; `length` when none does. */
export function firstPieceFrom(pieces: PagePieces, page: number): number {
  const at = pieceAt(pieces, page);
  if (at >= 0) return at;
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces.firstPage[middle] ?? 0) < page) low = middle + 1;
    else high = middle;
  }
  return low;
}
