import type { DrawList } from './draw-list.ts';
import { ITEM_BAR, ITEM_BRACKET, ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from './draw-list.ts';

/** Rows on the panel: row i covers edgeY(i + 1) to edgeY(i); edges fall as the index rises. */
export interface Rows {
  readonly rows: number;
  edgeY(i: number): number;
  rowAt(y: number): number;
}

export interface Groups {
  readonly firstRow: Uint32Array;
  readonly groupOfRow: Uint32Array;
}

export interface DetailOptions {
  readonly panelPx: number;
  /** Least height of a block with text. */
  readonly readablePx: number;
  /** The same for a row with nothing mapped, which has one line and no tag. */
  readonly readableGapPx: number;
  /** 1 where nothing is mapped. */
  readonly unmapped: Uint8Array;
  /** Height of one device pixel: rows that fall on the same one are drawn once. */
  readonly barPx: number;
  /** Thin rows are counted in stretches of about this height, on a grid that moves with the content: `phaseY` is where address 0 lies. */
  readonly crowdPx: number;
  readonly phaseY: number;
}

/** A group opens into its rows while their mean height grows from the first to the second. */
const OPENING_PX = 10;
const OPEN_PX = 13;
/** A stretch is not divided into parts lower than a count. */
const CROWD_LABEL_PX = 13;

/**
 * Chooses what is drawn of each row for the height it has: a block with text, a closed group, a bar, or one bar for all rows on a pixel with their count beside. The work and the list are bounded
 * by the pixels of the panel, whatever the number of rows.
 */
export function chooseDetail(placed: Rows, groups: Groups, options: DetailOptions, out: DrawList): void {
  out.clear();
  const { panelPx, barPx } = options;
  const topY = -options.crowdPx;
  const endY = panelPx + options.crowdPx;
  const thin = new ThinRun(placed, options, out);
  let row = placed.rows === 0 ? -1 : placed.edgeY(placed.rows) >= topY ? placed.rows - 1 : placed.rowAt(topY);
  while (row >= 0 && placed.edgeY(row + 1) < endY) {
    const group = groups.groupOfRow[row] ?? 0;
    const first = groups.firstRow[group] ?? 0;
    const end = groups.firstRow[group + 1] ?? 0;
    const top = placed.edgeY(end);
    const bottom = placed.edgeY(first);
    const many = end - first > 1;
    if (many && bottom - top >= options.readablePx) {
      thin.end(end - 1);
      const mean = (bottom - top) / (end - first);
      const opened = Math.max(0, Math.min(1, (mean - OPENING_PX) / (OPEN_PX - OPENING_PX)));
      if (opened > 0) {
        out.push(ITEM_BRACKET, first, end - 1, top, bottom, opened);
        drawRows(placed, options, Math.min(row, end - 1), first, endY, opened >= 1, thin, out);
      }
      if (opened < 1) out.push(ITEM_GROUP, first, end - 1, top, bottom, 1 - opened);
      row = first - 1;
    } else if (!many && bottom - top >= (options.unmapped[row] === 1 ? options.readableGapPx : options.readablePx)) {
      thin.end(row);
      out.push(ITEM_ROW, row, row, top, bottom);
      row--;
    } else row = thin.add(row, barPx);
  }
  thin.end(row);
}

function drawRows(
  placed: Rows, options: DetailOptions, from: number, to: number, endY: number, withText: boolean, thin: ThinRun, out: DrawList,
): void {
  let row = from;
  while (row >= to && placed.edgeY(row + 1) < endY) {
    const top = placed.edgeY(row + 1);
    const bottom = placed.edgeY(row);
    if (withText && bottom - top >= options.readablePx) {
      thin.end(row);
      out.push(ITEM_ROW, row, row, top, bottom);
      row--;
    } else row = Math.max(to - 1, thin.add(row, options.barPx, withText));
  }
  thin.end(Math.max(row, to - 1));
}

/** Neighbouring rows too low to read: bars now, and one count per stretch when the run ends. */
class ThinRun {
  readonly #placed: Rows;
  readonly #options: DetailOptions;
  readonly #out: DrawList;
  #highest = -1;
  #lastBarEnd = -Infinity;
  #counted = true;

  constructor(placed: Rows, options: DetailOptions, out: DrawList) {
    this.#placed = placed;
    this.#options = options;
    this.#out = out;
  }

  /** Draws the row, or all rows on its pixel, and answers the next row down. */
  add(row: number, barPx: number, counted = true): number {
    const placed = this.#placed;
    if (this.#highest < 0) {
      this.#highest = row;
      this.#lastBarEnd = -Infinity;
      this.#counted = counted;
    }
    // Rows of a run adjoin: begin where the last bar ended, within a pixel of the row's own top, so that no sliver stays empty.
    const top = this.#lastBarEnd === -Infinity ? placed.edgeY(row + 1) : this.#lastBarEnd;
    const bottom = placed.edgeY(row);
    if (bottom - top >= barPx) {
      this.#out.push(ITEM_BAR, row, row, top, bottom);
      this.#lastBarEnd = bottom;
      return row - 1;
    }
    const pixelTop = Math.floor(top / barPx + 1e-6) * barPx;
    const pixelEnd = pixelTop + barPx;
    const next = Math.min(row - 1, placed.rowAt(pixelEnd));
    const shown = Math.max(Math.min(row, placed.rowAt(pixelTop + barPx / 2)), next + 1);
    this.#out.push(ITEM_BAR, shown, shown, pixelTop, pixelEnd);
    this.#lastBarEnd = pixelEnd;
    return next;
  }

  /** `next` is the first row below the run. */
  end(next: number): void {
    const highest = this.#highest;
    this.#highest = -1;
    if (highest < 0) return;
    const out = this.#out;
    const placed = this.#placed;
    out.bottom[out.length - 1] = Math.max(out.bottom[out.length - 1] ?? 0, placed.edgeY(next + 1));
    if (highest <= next || !this.#counted) return;
    const { crowdPx, phaseY } = this.#options;
    const top = placed.edgeY(highest + 1);
    const bottom = placed.edgeY(next + 1);
    let from = highest;
    let fromY = top;
    // The first grid line far enough below the top that both its parts can be labelled.
    let line = phaseY - Math.floor((phaseY - top - CROWD_LABEL_PX) / crowdPx) * crowdPx;
    for (; line < bottom - CROWD_LABEL_PX; line += crowdPx) {
      // The row on the line belongs to the lower stretch.
      const upTo = placed.rowAt(line) + 1;
      if (upTo > from) continue;
      this.#count(upTo, from, fromY, placed.edgeY(upTo));
      from = upTo - 1;
      fromY = placed.edgeY(upTo);
    }
    this.#count(next + 1, from, fromY, bottom);
  }

  #count(first: number, last: number, top: number, bottom: number): void {
    if (last > first) this.#out.push(ITEM_CROWD, first, last, top, bottom);
  }
}
