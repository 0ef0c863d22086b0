/**
 * Where the columns of a hex row stand, in CSS pixels from the panel's left edge.
 *
 *   │12│ address 140 │ 00 01 … 07 │8│ 08 … 0f │12│ text │14│ values │14│ symbols …
 *
 * A unit of 2, 4 or 8 bytes takes the room of its bytes; inside it the digits stand together.
 */
export interface HexColumns {
  readonly rowBytes: number;
  readonly unitBytes: 1 | 2 | 4 | 8;
  readonly addressX: number;
  readonly hexX: number;
  readonly textX: number;
  /** Interpreted values: where they begin, and the room of one. `valueBytes` 0: there are none. */
  readonly valuesX: number;
  readonly valueBytes: number;
  readonly valuePx: number;
  readonly notesX: number;
  readonly widthPx: number;
}

/** Width of an interpreted value in bytes (0: no such column) and in characters. */
export interface ValueColumn {
  readonly bytes: number;
  readonly chars: number;
}

const NO_VALUES: ValueColumn = { bytes: 0, chars: 0 };

export const CELL_PX = 22.5;
export const GROUP_GAP_PX = 8;
const PADDING_PX = 12;
const ADDRESS_PX = 140;
/** Advance of JetBrains Mono at 12 px: runs of characters can be drawn at once. */
export const TEXT_CELL_PX = 7.2;

/** `rowBytes` 0 fits the widest of 8, 16 and 32 that leaves room for the symbols column. */
export function hexColumns(widthPx: number, rowBytes: 0 | 8 | 16 | 32, unitBytes: 1 | 2 | 4 | 8, value: ValueColumn = NO_VALUES): HexColumns {
  if (rowBytes === 0) {
    const widest = ([32, 16] as const).find((candidate) => hexColumns(widthPx, candidate, unitBytes, value).notesX + 160 <= widthPx);
    return hexColumns(widthPx, widest ?? 8, unitBytes, value);
  }
  const hexX = PADDING_PX + ADDRESS_PX;
  const textX = hexX + rowBytes * CELL_PX + (rowBytes / 8 - 1) * GROUP_GAP_PX + 12;
  const valuesX = textX + rowBytes * TEXT_CELL_PX + 14;
  const valuePx = value.chars * TEXT_CELL_PX + 8;
  const notesX = valuesX + (value.bytes === 0 ? 0 : (rowBytes / value.bytes) * valuePx + 6);
  return { rowBytes, unitBytes, addressX: PADDING_PX, hexX, textX, valuesX, valueBytes: value.bytes, valuePx, notesX, widthPx };
}

/** Left edge of a byte's hex cell. */
export function cellX(columns: HexColumns, column: number): number {
  return columns.hexX + column * CELL_PX + Math.floor(column / 8) * GROUP_GAP_PX;
}

/** Left edge of a byte's character. */
export function textCellX(columns: HexColumns, column: number): number {
  return columns.textX + column * TEXT_CELL_PX;
}

/** Byte column under an x, over the hex or the text block; the gap between groups belongs to the byte before it. */
export function columnAt(columns: HexColumns, x: number): number | undefined {
  if (x >= columns.textX && x < columns.textX + columns.rowBytes * TEXT_CELL_PX) return Math.floor((x - columns.textX) / TEXT_CELL_PX);
  if (x < columns.hexX || x >= columns.textX - 6) return undefined;
  const groupPx = 8 * CELL_PX + GROUP_GAP_PX;
  const group = Math.floor((x - columns.hexX) / groupPx);
  const inGroup = Math.min(7, Math.floor((x - columns.hexX - group * groupPx) / CELL_PX));
  const column = group * 8 + inGroup;
  return column < columns.rowBytes ? column : undefined;
}
