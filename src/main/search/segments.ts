/**
 * What is to be searched: runs of mapped bytes as columns, ascending, without overlap. Positions are Numbers: the kernel takes file positions up to 2^53 from Node, and user
 * addresses reach 2^47 (2^56 only for a program that asks for such a place; what lies there is not searched and counted as unreadable).
 */
export interface Segments {
  readonly start: Float64Array;
  /** Exclusive. */
  readonly end: Float64Array;
  /** SEGMENT_* bits. */
  readonly flags: Uint8Array;
}

/** Bytes of a file or of shared memory: an absent page is one that is not resident, where an absent private page was never touched. */
export const SEGMENT_BACKED = 1;
/** The kernel decides by name ([vvar]), and no page state tells: a read changes nothing and gives the true answer. */
export const SEGMENT_TRY = 2;

/** First segment that ends behind `position`; the count when there is none. */
export function firstSegmentAfter(segments: Segments, position: number): number {
  let low = 0;
  let high = segments.start.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments.end[middle] ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** End of the gapless run of segments that goes on at `position`, but at most `limit`; `position` itself when it lies in none. */
export function contiguousEnd(segments: Segments, position: number, limit: number): number {
  let end = position;
  for (let i = firstSegmentAfter(segments, position); i < segments.start.length && (segments.start[i] ?? Infinity) <= end && end < limit; i++) end = Math.min(limit, segments.end[i] ?? end);
  return end;
}
