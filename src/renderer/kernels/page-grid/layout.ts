import type { PagePieces } from './pieces.ts';
import { lastAtMost, type PageSpans } from './spans.ts';

/**
 * The page grid: span under span, highest address on top; in a span, cells run left to right and down from its highest page.
 *
 *     ▪ libc.so.6 text                    ← heading
 *     ■ ■ ■ □ □ □ □ □ □ □ □ □             ← a line of cells; a cell is `pagesPerCell` pages, cut at multiples of it
 *     … 1 200 pages like these            ← a fold: lines that a single run of equal pages fills
 */
export interface GridMeasures {
  readonly widthPx: number;
  readonly pagesPerCell: number;
  /** A cell with its gap. */
  readonly pitchPx: number;
  readonly headingPx: number;
  readonly foldPx: number;
  /** Room below a span. */
  readonly gapPx: number;
  readonly fold: boolean;
}

export const HEADING = 0;
export const LINES = 1;
export const FOLD = 2;

/** Uniform lines that are drawn before the rest is folded, and the fewest that are worth a fold. */
const SHOWN_LINES = 1;
const FEWEST_FOLDED = 3;

export interface GridBlock {
  readonly kind: typeof HEADING | typeof LINES | typeof FOLD;
  readonly span: number;
  /** First line of the span's lines that the block holds, and how many; 0 for a heading. */
  readonly firstLine: number;
  readonly lineCount: number;
  readonly topPx: number;
  readonly heightPx: number;
}

/** Where everything is, as columns: spans may be many. */
export class GridLayout {
  readonly measures: GridMeasures;
  readonly cellsPerLine: number;
  readonly heightPx: number;
  readonly length: number;
  readonly #spans: PageSpans;
  readonly #kind: number[] = [];
  readonly #span: number[] = [];
  readonly #firstLine: number[] = [];
  readonly #lineCount: number[] = [];
  readonly #top: number[] = [];
  /** First and past-last block of each span that is shown. */
  readonly #blockOf = new Map<number, number>();

  constructor(spans: PageSpans, pieces: PagePieces, measures: GridMeasures) {
    this.measures = measures;
    this.#spans = spans;
    this.cellsPerLine = Math.max(1, Math.floor(measures.widthPx / measures.pitchPx));
    let top = 0;
    const add = (kind: number, span: number, firstLine: number, lineCount: number, heightPx: number): void => {
      this.#kind.push(kind);
      this.#span.push(span);
      this.#firstLine.push(firstLine);
      this.#lineCount.push(lineCount);
      this.#top.push(top);
      top += heightPx;
    };
    let last = pieces.length - 1;
    while (last >= 0) {
      const span = pieces.span[last] ?? 0;
      let first = last;
      while (first > 0 && pieces.span[first - 1] === span) first--;
      this.#blockOf.set(span, this.#kind.length);
      add(HEADING, span, 0, 0, measures.headingPx);
      this.#addLines(span, pieces, first, last, add);
      top += measures.gapPx;
      last = first - 1;
    }
    this.heightPx = top;
    this.length = this.#kind.length;
  }

  /** Highest cell of a span: page number divided by the pages of a cell. */
  topCell(span: number): number {
    return Math.floor(((this.#spans.endPage[span] ?? 1) - 1) / this.measures.pagesPerCell);
  }

  cellCount(span: number): number {
    return this.topCell(span) - Math.floor((this.#spans.firstPage[span] ?? 0) / this.measures.pagesPerCell) + 1;
  }

  lineCount(span: number): number {
    return Math.ceil(this.cellCount(span) / this.cellsPerLine);
  }

  block(index: number): GridBlock | undefined {
    const kind = this.#kind[index];
    if (kind === undefined) return undefined;
    const lineCount = this.#lineCount[index] ?? 0;
    const { headingPx, foldPx, pitchPx } = this.measures;
    return {
      kind: kind === HEADING ? HEADING : kind === LINES ? LINES : FOLD, span: this.#span[index] ?? 0, firstLine: this.#firstLine[index] ?? 0, lineCount, topPx: this.#top[index] ?? 0,
      heightPx: kind === HEADING ? headingPx : kind === FOLD ? foldPx : lineCount * pitchPx,
    };
  }

  /** Index of the block at a height, or the last above it. */
  blockIndexAt(yPx: number): number {
    return Math.max(0, lastAtMost(this.#top, yPx));
  }

  /** Pages [first, end) of a cell, cut to its span; undefined where the span has no such cell. */
  cellPages(span: number, position: number): { readonly firstPage: number; readonly endPage: number } | undefined {
    if (position < 0 || position >= this.cellCount(span)) return undefined;
    const { pagesPerCell } = this.measures;
    const cell = this.topCell(span) - position;
    return {
      firstPage: Math.max(cell * pagesPerCell, this.#spans.firstPage[span] ?? 0),
      endPage: Math.min((cell + 1) * pagesPerCell, this.#spans.endPage[span] ?? 0),
    };
  }

  /** Pages under a point; a fold answers with all its pages, a heading with its span's. */
  hit(xPx: number, yPx: number): { readonly kind: 'cell' | 'fold' | 'heading'; readonly span: number; readonly firstPage: number; readonly endPage: number } | undefined {
    if (yPx < 0) return undefined;
    const block = this.block(this.blockIndexAt(yPx));
    if (block === undefined || yPx >= block.topPx + block.heightPx) return undefined;
    const { span } = block;
    if (block.kind === HEADING) return { kind: 'heading', span, firstPage: this.#spans.firstPage[span] ?? 0, endPage: this.#spans.endPage[span] ?? 0 };
    if (block.kind === FOLD) {
      const high = this.cellPages(span, block.firstLine * this.cellsPerLine);
      const low = this.cellPages(span, Math.min(this.cellCount(span), (block.firstLine + block.lineCount) * this.cellsPerLine) - 1);
      return high === undefined || low === undefined ? undefined : { kind: 'fold', span, firstPage: low.firstPage, endPage: high.endPage };
    }
    const column = Math.floor(xPx / this.measures.pitchPx);
    if (column < 0 || column >= this.cellsPerLine) return undefined;
    const line = block.firstLine + Math.floor((yPx - block.topPx) / this.measures.pitchPx);
    const pages = this.cellPages(span, line * this.cellsPerLine + column);
    return pages === undefined ? undefined : { kind: 'cell', span, ...pages };
  }

  /** Top edge and height of the line, or fold, that shows a page of a span. */
  placeOf(span: number, page: number): { readonly topPx: number; readonly heightPx: number } | undefined {
    const first = this.#blockOf.get(span);
    if (first === undefined) return undefined;
    const line = Math.floor((this.topCell(span) - Math.floor(page / this.measures.pagesPerCell)) / this.cellsPerLine);
    for (let index = first + 1; index < this.length && this.#span[index] === span; index++) {
      const block = this.block(index);
      if (block === undefined || line >= block.firstLine + block.lineCount) continue;
      return block.kind === FOLD ? block : { topPx: block.topPx + (line - block.firstLine) * this.measures.pitchPx, heightPx: this.measures.pitchPx };
    }
    return undefined;
  }

  #addLines(span: number, pieces: PagePieces, first: number, last: number, add: (kind: number, span: number, firstLine: number, lineCount: number, heightPx: number) => void): void {
    const { pitchPx, foldPx, fold, pagesPerCell } = this.measures;
    const lines = this.lineCount(span);
    let from = 0;
    const flush = (to: number): void => {
      if (to > from) add(LINES, span, from, to - from, (to - from) * pitchPx);
      from = to;
    };
    for (let piece = last; fold && piece >= first; piece--) {
      const start = pieces.firstPage[piece] ?? 0;
      const end = start + (pieces.pageCount[piece] ?? 0);
      // A cell at the span's own end is whole though it holds fewer pages.
      const highCell = end === this.#spans.endPage[span] ? this.topCell(span) : Math.floor(end / pagesPerCell) - 1;
      const lowCell = start === this.#spans.firstPage[span] ? Math.floor(start / pagesPerCell) : Math.ceil(start / pagesPerCell);
      if (highCell < lowCell) continue;
      const firstLine = Math.ceil((this.topCell(span) - highCell) / this.cellsPerLine);
      const beyond = this.topCell(span) - lowCell + 1;
      const endLine = beyond === this.cellCount(span) ? lines : Math.floor(beyond / this.cellsPerLine);
      const folded = endLine - firstLine - SHOWN_LINES;
      if (folded < FEWEST_FOLDED) continue;
      flush(firstLine + SHOWN_LINES);
      add(FOLD, span, from, folded, foldPx);
      from = endLine;
    }
    flush(lines);
  }
}

