import { addBytes, type Address } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../shared/address/page.ts';
import type { MemoryRange } from '../../shared/model/memory-range.ts';

/**
 * Layout of the hex view, one page of memory at a time.
 *
 *   page ──▶ items, top to bottom             ┌ band   .data  0x… – 0x…   192 B
 *                                             │ row    0x…a020  2a 00 00 00 │ 04 …
 *   The view scrolls by an anchor (page, px   │ fold   20 rows of zeros to 0x…
 *   into it) and asks for pages upward and    │ row    …
 *   downward from there: no offset ever       └ note   page 0x… not present: not read
 *   spans more than what is on screen, so a
 *   1.3 TiB reservation scrolls like 4 KiB.
 *
 * Rows begin at multiples of the row width. A band that begins inside a row splits it: the bytes before it stay above, the rest go on below at their own columns.
 */
export type HexItem =
  | { readonly kind: 'band'; readonly heightPx: number; readonly band: HexBand }
  /** `extraLines` lines of LINE_PX below the bytes, for the file's bytes and for what is said beside them. */
  | { readonly kind: 'row'; readonly heightPx: number; readonly start: Address; readonly byteCount: number; readonly firstColumn: number; readonly extraLines: number }
  /** `rowCount` rows of zeros left out, up to `end`. */
  | { readonly kind: 'fold'; readonly heightPx: number; readonly start: Address; readonly end: Address; readonly rowCount: number }
  /** The whole page is in one state that has no bytes to show. */
  | { readonly kind: 'page-note'; readonly heightPx: number; readonly start: Address; readonly state: PageState }
  | { readonly kind: 'state-row'; readonly heightPx: number; readonly start: Address; readonly end: Address; readonly state: PageState };

/** A heading: a section or region begins here. */
export interface HexBand {
  readonly start: Address;
  readonly end: Address;
  readonly title: string;
  readonly note: string;
  /** Region kind id, for the swatch. */
  readonly kind: string;
}

export type PageState = Exclude<MemoryRange, { readonly kind: 'valid' }> | { readonly kind: 'not-read-yet'; readonly start: Address };

export interface HexPageInput {
  readonly page: PageNumber;
  /** 8, 16 or 32. */
  readonly rowBytes: number;
  /** Undefined: not read yet. */
  readonly ranges: readonly MemoryRange[] | undefined;
  /** Headings that begin in this page, ascending. */
  readonly bands: readonly HexBand[];
  readonly foldZeros: boolean;
  /** Rows never folded: the cursor's, those with a changed byte or where a symbol begins. */
  readonly keepRow: (start: Address) => boolean;
  /** Lines a row needs below its bytes; none when left out. */
  readonly extraLines?: (start: Address, byteCount: number) => number;
}

export const BAND_PX = 22;
export const ROW_PX = 18;
/** The file's bytes, or another line of notes. */
export const LINE_PX = 16;
export const FOLD_PX = 17;
export const NOTE_PX = 21;
/** Fewer rows than this are shown rather than folded: the fold line itself takes one. */
const MIN_FOLD_ROWS = 3;

export function layoutHexPage(input: HexPageInput): HexItem[] {
  const start = pageStart(input.page);
  const whole = wholePageState(input.ranges, start);
  if (whole !== undefined) return collapsedPage(start, whole, input.bands);
  const items: HexItem[] = [];
  const zero = input.foldZeros ? zeroRows(input) : undefined;
  let nextBand = 0;
  let fold = 0;
  const closeFold = (end: Address): void => {
    if (fold >= MIN_FOLD_ROWS) {
      items.push({ kind: 'fold', heightPx: FOLD_PX, start: addBytes(end, -fold * input.rowBytes), end, rowCount: fold });
    } else {
      for (let i = fold; i > 0; i--) items.push(fullRow(input, addBytes(end, -i * input.rowBytes)));
    }
    fold = 0;
  };
  for (let offset = 0; offset < PAGE_SIZE_BYTES; offset += input.rowBytes) {
    const rowStart = addBytes(start, offset);
    const rowEnd = (rowStart + BigInt(input.rowBytes)) as Address; // may be 2^64 on the last row, which addBytes would wrap
    let from = rowStart;
    for (let band = input.bands[nextBand]; band !== undefined && band.start < rowEnd; band = input.bands[++nextBand]) {
      closeFold(rowStart);
      if (band.start > from) items.push(partRow(input, from, band.start, rowStart));
      items.push({ kind: 'band', heightPx: BAND_PX, band });
      if (band.start > from) from = band.start;
    }
    if (from !== rowStart) {
      items.push(partRow(input, from, rowEnd, rowStart));
    } else if (zero?.[offset / input.rowBytes] === 1 && !input.keepRow(rowStart)) {
      fold++;
    } else {
      closeFold(rowStart);
      items.push(fullRow(input, rowStart));
    }
  }
  closeFold((start + BigInt(PAGE_SIZE_BYTES)) as Address);
  return items;
}

export function itemsHeightPx(items: readonly HexItem[]): number {
  let total = 0;
  for (const item of items) total += item.heightPx;
  return total;
}

/** Address an item begins at: what scrolling to an address compares with. */
export function itemStart(item: HexItem): Address {
  return item.kind === 'band' ? item.band.start : item.start;
}

function collapsedPage(start: Address, state: PageState, bands: readonly HexBand[]): HexItem[] {
  const items: HexItem[] = bands.map((band) => ({ kind: 'band', heightPx: BAND_PX, band }));
  items.push({ kind: 'page-note', heightPx: NOTE_PX, start, state });
  items.push({ kind: 'state-row', heightPx: ROW_PX, start, end: (start + BigInt(PAGE_SIZE_BYTES)) as Address, state });
  return items;
}

/** The one state of a page that has no byte to show; undefined when some byte was read, or when states differ inside the page. */
function wholePageState(ranges: readonly MemoryRange[] | undefined, start: Address): PageState | undefined {
  if (ranges === undefined) return { kind: 'not-read-yet', start };
  const only = ranges[0];
  return ranges.length === 1 && only !== undefined && only.kind !== 'valid' ? only : undefined;
}

/** 1 for each row whose bytes are all valid and zero. */
function zeroRows(input: HexPageInput): Uint8Array {
  const start = pageStart(input.page);
  const rows = new Uint8Array(PAGE_SIZE_BYTES / input.rowBytes).fill(1);
  const clear = (from: number, to: number): void => {
    for (let index = Math.floor(from / input.rowBytes); index * input.rowBytes < to; index++) rows[index] = 0;
  };
  for (const range of input.ranges ?? []) {
    const from = Number(range.start - start);
    if (range.kind !== 'valid') {
      clear(from, from + Number(range.lengthBytes));
      continue;
    }
    for (let i = 0; i < range.bytes.length; i++) {
      if (range.bytes[i] !== 0) rows[Math.floor((from + i) / input.rowBytes)] = 0;
    }
  }
  return rows;
}

function fullRow(input: HexPageInput, start: Address): HexItem {
  return row(input, start, input.rowBytes, 0);
}

function partRow(input: HexPageInput, from: Address, to: Address, rowStart: Address): HexItem {
  return row(input, from, Number(to - from), Number(from - rowStart));
}

function row(input: HexPageInput, start: Address, byteCount: number, firstColumn: number): HexItem {
  const extraLines = input.extraLines?.(start, byteCount) ?? 0;
  return { kind: 'row', heightPx: ROW_PX + extraLines * LINE_PX, start, byteCount, firstColumn, extraLines };
}
