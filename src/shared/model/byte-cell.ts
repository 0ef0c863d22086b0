/** State of one byte cell. Never inferred from the value: a byte that was not read has no value. */
export const CELL_NOT_READ_YET = 0;
export const CELL_VALID = 1;
export const CELL_UNREADABLE = 2;
export const CELL_UNMAPPED = 3;
export const CELL_NOT_PRESENT = 4;

/** The bytes of one page, cell by cell: 4096 of each. `values` means something only where `states` is CELL_VALID. */
export interface PageCells {
  readonly values: Uint8Array;
  readonly states: Uint8Array;
}
