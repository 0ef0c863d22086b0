import type { PagePieces } from './pieces.ts';
import { pieceAt } from './pieces.ts';
import { lastAtMost } from './spans.ts';

/** One row of the page table, highest address first. */
export type TableRow =
  | { readonly kind: 'page'; readonly page: number; readonly piece: number }
  /** Pages [lowest, page] that are like the row above. */
  | { readonly kind: 'fold'; readonly page: number; readonly lowest: number; readonly piece: number };

/**
 * Rows of pages without a row in memory for each: a reservation has 375 million of them. Folded, a piece of three or more equal pages takes two rows, its highest page and one
 * line for the rest.
 */
export class TableRows {
  readonly #pieces: PagePieces;
  readonly #fold: boolean;
  /** Accepted pieces, highest first, and the row each begins at. */
  readonly #order: Uint32Array;
  readonly #firstRow: Float64Array;
  /** Place of each piece in #order, -1 when it was not accepted. */
  readonly #placeOf: Int32Array;
  readonly length: number;
  /** Pages that the rows stand for. */
  readonly pages: number;

  constructor(pieces: PagePieces, fold: boolean, accepts: (piece: number) => boolean) {
    this.#pieces = pieces;
    this.#fold = fold;
    const order = new Uint32Array(pieces.length);
    const firstRow = new Float64Array(pieces.length + 1);
    this.#placeOf = new Int32Array(pieces.length).fill(-1);
    let count = 0;
    let rows = 0;
    let pages = 0;
    for (let piece = pieces.length - 1; piece >= 0; piece--) {
      if (!accepts(piece)) continue;
      order[count] = piece;
      firstRow[count] = rows;
      this.#placeOf[piece] = count;
      rows += this.#rowsOf(piece);
      pages += pieces.pageCount[piece] ?? 0;
      count++;
    }
    this.#order = order.slice(0, count);
    this.#firstRow = firstRow.slice(0, count);
    this.length = rows;
    this.pages = pages;
  }

  at(row: number): TableRow | undefined {
    if (row < 0 || row >= this.length) return undefined;
    const place = lastAtMost(this.#firstRow, row);
    const piece = this.#order[place] ?? 0;
    const inPiece = row - (this.#firstRow[place] ?? 0);
    const lowest = this.#pieces.firstPage[piece] ?? 0;
    const count = this.#pieces.pageCount[piece] ?? 0;
    const page = lowest + count - 1 - inPiece;
    return this.#fold && count > 2 && inPiece === 1 ? { kind: 'fold', page, lowest, piece } : { kind: 'page', page, piece };
  }

  /** Row that shows a page, or the fold it is in; -1 when it has none. */
  rowOf(page: number): number {
    const piece = pieceAt(this.#pieces, page);
    const place = piece < 0 ? -1 : (this.#placeOf[piece] ?? -1);
    if (place < 0) return -1;
    const fromTop = (this.#pieces.firstPage[piece] ?? 0) + (this.#pieces.pageCount[piece] ?? 0) - 1 - page;
    return (this.#firstRow[place] ?? 0) + Math.min(fromTop, this.#rowsOf(piece) - 1);
  }

  /** Row at which a page would stand: its own, or the next below it. */
  rowNear(page: number): number {
    const own = this.rowOf(page);
    if (own >= 0 || this.#order.length === 0) return Math.max(0, own);
    let low = 0;
    let high = this.#order.length;
    // #order runs downwards in pages: find the first piece that begins below the page.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces.firstPage[this.#order[middle] ?? 0] ?? 0) > page) low = middle + 1;
      else high = middle;
    }
    return low < this.#order.length ? (this.#firstRow[low] ?? 0) : this.length - 1;
  }

  #rowsOf(piece: number): number {
    const count = this.#pieces.pageCount[piece] ?? 0;
    return this.#fold ? Math.min(count, 2) : count;
  }
}
