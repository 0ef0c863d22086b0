import { lastAtMost, type PageSpans } from './spans.ts';

/** How the list of regions with their resident pages is drawn: one cell a page, a bounded number of them. */
export const RESIDENT_CELLS_PER_LINE = 33;
/** Regions with no more lines than this show all their pages. */
export const MOST_LINES = 12;
/** Larger ones show their highest pages and say so. */
export const LARGE_LINES = 4;
const LINE_PX = 5;
const LEAST_ROW_PX = 20.5;
const MARGINS_PX = 10;
const NOTE_PX = 11;

export interface ResidentRow {
  readonly span: number;
  readonly topPx: number;
  readonly heightPx: number;
  readonly lines: number;
  readonly cells: number;
  /** Pages that got no cell. */
  readonly hidden: number;
}

/** Lines of cells for a region of `pages`; one line is enough where all pages are alike. */
export function residentLines(pages: number, uniform: boolean): number {
  const all = Math.ceil(pages / RESIDENT_CELLS_PER_LINE);
  return all <= MOST_LINES ? all : uniform ? 1 : LARGE_LINES;
}

/** Heights of sixty thousand rows as one column; highest address first, so row 0 is the last span. */
export class ResidentRows {
  readonly #spans: PageSpans;
  readonly #top: Float64Array;
  readonly #uniform: (span: number) => boolean;
  readonly length: number;
  readonly heightPx: number;

  constructor(spans: PageSpans, uniform: (span: number) => boolean) {
    this.#spans = spans;
    this.#uniform = uniform;
    this.length = spans.length;
    this.#top = new Float64Array(spans.length);
    let top = 0;
    for (let row = 0; row < spans.length; row++) {
      this.#top[row] = top;
      top += this.#heightOf(row);
    }
    this.heightPx = top;
  }

  at(row: number): ResidentRow | undefined {
    if (row < 0 || row >= this.length) return undefined;
    const span = this.length - 1 - row;
    const pages = this.#pagesOf(span);
    const lines = residentLines(pages, this.#uniform(span));
    const cells = Math.min(pages, lines * RESIDENT_CELLS_PER_LINE);
    return { span, topPx: this.#top[row] ?? 0, heightPx: this.#heightOf(row), lines, cells, hidden: pages - cells };
  }

  /** Row at a height, or the last above it. */
  indexAt(yPx: number): number {
    return Math.max(0, lastAtMost(this.#top, yPx));
  }

  rowOfSpan(span: number): number {
    return this.length - 1 - span;
  }

  #pagesOf(span: number): number {
    return (this.#spans.endPage[span] ?? 0) - (this.#spans.firstPage[span] ?? 0);
  }

  #heightOf(row: number): number {
    const span = this.length - 1 - row;
    const pages = this.#pagesOf(span);
    const lines = residentLines(pages, this.#uniform(span));
    return Math.max(LEAST_ROW_PX, lines * LINE_PX + MARGINS_PX) + (pages > lines * RESIDENT_CELLS_PER_LINE ? NOTE_PX : 0);
  }
}
