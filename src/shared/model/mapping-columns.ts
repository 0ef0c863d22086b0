/**
 * /proc/PID/maps as columns: one row per line, in the kernel's order (ascending, without overlap). No object and no bigint per row, because a program can have
 * sixty thousand mappings and maps is polled. The bytes are kept, so that any row can be shown exactly as the kernel printed it.
 */
export interface MappingColumns {
  readonly length: number;
  /** Page numbers (address >> 12). */
  readonly startPage: Float64Array;
  /** Exclusive. */
  readonly endPage: Float64Array;
  /** PERM_* bits of region-table.ts, PERM_MAPPED always set. */
  readonly perms: Uint8Array;
  /** File offset in pages: mmap(2) takes whole pages only. */
  readonly offsetPage: Float64Array;
  /** major << 20 | minor, as the kernel's own dev_t. */
  readonly dev: Uint32Array;
  /** Exact up to 2^53; the line itself is exact above that. */
  readonly inode: Float64Array;
  /** Index in `names`; 0 is ''. */
  readonly name: Uint32Array;
  /** Name column, decoded as UTF-8 with U+FFFD for invalid bytes. A newline stays `\012`, the one escape the kernel writes. */
  readonly names: readonly string[];
  readonly text: Uint8Array;
  /** Byte range of each line in `text`, without its newline. */
  readonly lineStart: Uint32Array;
  readonly lineEnd: Uint32Array;
}

const utf8 = new TextDecoder();

/** The line of a row as the kernel printed it. */
export function mappingLine(mappings: MappingColumns, row: number): string {
  return utf8.decode(mappings.text.subarray(mappings.lineStart[row] ?? 0, mappings.lineEnd[row] ?? 0));
}

/** Row that holds a page, or -1. O(log n). */
export function mappingRowOfPage(mappings: MappingColumns, page: number): number {
  let low = 0;
  let high = mappings.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((mappings.startPage[middle] ?? Infinity) <= page) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && page < (mappings.endPage[high] ?? 0) ? high : -1;
}

/** First row that ends after `page`: where to begin when walking a range upwards. `length` when there is none. */
export function firstMappingAfter(mappings: MappingColumns, page: number): number {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mappings.endPage[middle] ?? Infinity) <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}
