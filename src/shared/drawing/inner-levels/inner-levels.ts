/**
 * What a region shows inside itself, by how many px a byte has. Each level fades in while the one before fades out:
 *
 *     px per page   0.4 ── 1       64 ── 100          256 ── 420              8 bytes: 10 ── 14 px         13 px per byte
 *                   │  cells of pages │  one page a row   │  cells of bytes        │  rows of 8, 4, 2 bytes   │  single bytes
 *
 * Cells lie in rows of a power of two, of the size that makes them nearly square. A row covers a whole run of addresses, so that heights stay true; inside it addresses grow to the right.
 */
export interface InnerLevels {
  readonly pages: CellGrid | undefined;
  readonly bytes: CellGrid | undefined;
  readonly text: CellGrid | undefined;
}

export interface CellGrid {
  /** 0 to 1, how far the level has faded in. */
  readonly alpha: number;
  /** Cells in a row, a power of two. */
  readonly perRow: number;
  readonly unitBytes: 1 | 4096;
  readonly rowPx: number;
  readonly cellPx: number;
}

const PAGE_BYTES = 4096;
/** Px of a page between which the page cells fade in. */
const PAGES_PX = [0.4, 1] as const;
/** The byte cells fade in. */
const BYTES_PX = [256, 420] as const;
/** Px of a row of 8 bytes between which digits fade in. */
const TEXT_PX = [10, 13.5] as const;
/** A block lower than the first shows nothing inside, from the second on everything. */
const OPENING_PX = [72, 120] as const;
/** The widest row of digits and the room it takes, the row of a narrower block, and the height at which a row is parted in two. */
const TEXT_ROW_BYTES = 8;
const TEXT_ROW_ROOM_PX = 132;
const NARROW_ROW_BYTES = 4;
const TEXT_ROW_SPLIT_PX = 26;
const MOST_PER_ROW = 256;

/** Levels of a block of `heightPx` whose inside is `widthPx` wide. */
export function innerLevels(pxPerByte: number, heightPx: number, widthPx: number): InnerLevels {
  const pagePx = pxPerByte * PAGE_BYTES;
  const opened = fade(heightPx, OPENING_PX);
  const text = opened * fade(pxPerByte * widestRow(widthPx), TEXT_PX);
  const bytes = opened * fade(pagePx, BYTES_PX) * (1 - text);
  // Under the bytes the pages stay as a faint ground.
  const pages = opened * fade(pagePx, PAGES_PX);
  return {
    pages: pages > 0 && text < 1 ? grid(pages, squarePerRow(widthPx, pagePx), PAGE_BYTES, pagePx, widthPx) : undefined,
    bytes: bytes > 0 ? grid(bytes, squarePerRow(widthPx, pxPerByte), 1, pxPerByte, widthPx) : undefined,
    text: text > 0 ? grid(text, textPerRow(pxPerByte, widthPx), 1, pxPerByte, widthPx) : undefined,
  };
}

/** The grid that a pointer meets: the finest that is more there than not. */
export function topGrid(levels: InnerLevels): CellGrid | undefined {
  for (const level of [levels.text, levels.bytes, levels.pages]) if (level && level.alpha >= 0.5) return level;
  return undefined;
}

/** Address under a point of a grid: `address` is the one at that height on the linear scale, `x` is counted from the grid's left edge. */
export function cellAddress(level: CellGrid, address: bigint, x: number): bigint {
  const unit = BigInt(level.unitBytes);
  const rowBytes = unit * BigInt(level.perRow);
  const column = Math.max(0, Math.min(level.perRow - 1, Math.floor(x / level.cellPx)));
  return address - (address % rowBytes) + BigInt(column) * unit;
}

function grid(alpha: number, perRow: number, unitBytes: 1 | 4096, unitPx: number, widthPx: number): CellGrid {
  return { alpha, perRow, unitBytes, rowPx: unitPx * perRow, cellPx: widthPx / perRow };
}

function squarePerRow(widthPx: number, unitPx: number): number {
  return Math.max(1, Math.min(MOST_PER_ROW, 2 ** Math.round(Math.log2(Math.sqrt(widthPx / unitPx)))));
}

function widestRow(widthPx: number): number {
  return widthPx >= TEXT_ROW_ROOM_PX ? TEXT_ROW_BYTES : NARROW_ROW_BYTES;
}

/** Rows of digits are there, or more there than not. */
export function hasTextRows(pxPerByte: number, widthPx: number): boolean {
  return fade(pxPerByte * widestRow(widthPx), TEXT_PX) >= 0.5;
}

/** Bytes in a row of digits. */
export function textPerRow(pxPerByte: number, widthPx: number): number {
  return Math.max(1, Math.min(widestRow(widthPx), 2 ** Math.floor(Math.log2(TEXT_ROW_SPLIT_PX / pxPerByte))));
}

/** 0 below the first, 1 from the second on, even in doublings between. */
export function fade(value: number, [from, to]: readonly [number, number]): number {
  if (value <= from) return 0;
  if (value >= to) return 1;
  return Math.log2(value / from) / Math.log2(to / from);
}
