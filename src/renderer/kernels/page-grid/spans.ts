import { PERM_MAPPED, type RegionColumns } from '../../../shared/model/region-table.ts';

/**
 * The mapped regions as whole pages, ascending and apart. A page that two regions share belongs to the lower one; a region that has no page of its own is told of with the one below it:
 *
 *     regions   .data [a000, a050)   .bss [a050, b000)   heap [c000, d000)
 *     spans     { .data, .bss: page a }                  { heap: page c }
 */
export interface PageSpans {
  readonly length: number;
  /** First region row of the span, and how many rows of the region table it stands for. */
  readonly row: Uint32Array;
  readonly rowCount: Uint32Array;
  readonly firstPage: Float64Array;
  /** Exclusive. */
  readonly endPage: Float64Array;
}

export function pageSpans(regions: RegionColumns): PageSpans {
  const row = new Uint32Array(regions.length);
  const rowCount = new Uint32Array(regions.length);
  const firstPage = new Float64Array(regions.length);
  const endPage = new Float64Array(regions.length);
  let length = 0;
  let takenTo = 0;
  for (let i = 0; i < regions.length; i++) {
    if (((regions.perms[i] ?? 0) & PERM_MAPPED) === 0) continue;
    const first = Math.max(regions.startPage[i] ?? 0, takenTo);
    const end = (regions.endPage[i] ?? 0) + ((regions.endOffset[i] ?? 0) > 0 ? 1 : 0);
    if (end <= first) {
      if (length > 0) rowCount[length - 1] = i + 1 - (row[length - 1] ?? 0);
      continue;
    }
    row[length] = i;
    rowCount[length] = 1;
    firstPage[length] = first;
    endPage[length] = end;
    takenTo = end;
    length++;
  }
  return { length, row: row.slice(0, length), rowCount: rowCount.slice(0, length), firstPage: firstPage.slice(0, length), endPage: endPage.slice(0, length) };
}

/** Last index whose value is not above `wanted`, in an ascending column; -1 when all are above. */
export function lastAtMost(column: { readonly [index: number]: number; readonly length: number }, wanted: number, length = column.length): number {
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? Infinity) <= wanted) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** Span that holds a page, or -1. */
export function spanAt(spans: PageSpans, page: number): number {
  const at = lastAtMost(spans.firstPage, page, spans.length);
  return at >= 0 && page < (spans.endPage[at] ?? 0) ? at : -1;
}
