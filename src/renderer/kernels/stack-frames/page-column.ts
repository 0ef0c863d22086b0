import type { Address } from '../../../shared/address/address.ts';

/** A run of equal pages, ascending. */
export interface ColumnRun {
  readonly start: Address;
  readonly end: Address;
  readonly isPresent: boolean;
}

export interface ColumnBand {
  readonly start: Address;
  readonly end: Address;
  /** Index of the run. */
  readonly run: number;
  readonly topPx: number;
  readonly heightPx: number;
  /** Shorter than its pages would be: marked as such. */
  readonly isCompressed: boolean;
}

export interface PageColumn {
  readonly bands: readonly ColumnBand[];
  readonly heightPx: number;
  /** Of pages that are drawn to scale. */
  readonly pagePx: number;
}

const PAGE_BYTES = 4096n;
const MOST_PAGE_PX = 16;
/** Smaller, and long runs of absent pages are compressed first. */
const LEAST_PAGE_PX = 6;
const COMPRESSED_PX = 40;

/**
 * Pages of one stack to scale in `roomPx`, high addresses on top. Where they do not fit, long runs of absent pages are compressed to one height and the rest keeps one scale;
 * a stack in use that is taller than the room has pages of less than a pixel.
 */
export function pageColumn(runs: readonly ColumnRun[], roomPx: number): PageColumn {
  const pages = runs.map(({ start, end }) => Number((end - start) / PAGE_BYTES));
  const total = pages.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { bands: [], heightPx: 0, pagePx: MOST_PAGE_PX };
  const fits = total * LEAST_PAGE_PX <= roomPx;
  const compressed = runs.map(({ isPresent }, i) => !fits && !isPresent && (pages[i] ?? 0) * LEAST_PAGE_PX > COMPRESSED_PX);
  const scaled = pages.reduce((sum, count, i) => sum + (compressed[i] === true ? 0 : count), 0);
  const room = roomPx - compressed.filter(Boolean).length * COMPRESSED_PX;
  const pagePx = scaled === 0 ? MOST_PAGE_PX : Math.min(MOST_PAGE_PX, Math.max(room, COMPRESSED_PX) / scaled);
  const bands: ColumnBand[] = [];
  let topPx = 0;
  for (let run = runs.length - 1; run >= 0; run--) {
    const one = runs[run];
    if (one === undefined) continue;
    const heightPx = compressed[run] === true ? COMPRESSED_PX : (pages[run] ?? 0) * pagePx;
    bands.push({ start: one.start, end: one.end, run, topPx, heightPx, isCompressed: compressed[run] === true });
    topPx += heightPx;
  }
  return { bands, heightPx: topPx, pagePx };
}

/** Height of an address: the upper edge of the byte below it. undefined outside of the pages. */
export function columnY(column: PageColumn, address: bigint): number | undefined {
  const band = column.bands.find(({ start, end }) => address > start && address <= end) ?? column.bands.find(({ start }) => address === start);
  if (band === undefined) return undefined;
  // Numbers of bytes inside one stack fit a double.
  return band.topPx + (Number(band.end - address) / Number(band.end - band.start)) * band.heightPx;
}
