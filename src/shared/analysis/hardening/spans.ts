/**
 * Sets of pages as flat lists of bounds, [start, end, start, end …), ascending, without overlap or touch. Flat, because a program can have sixty thousand mappings and the sets
 * are made anew with every picture.
 */
export type Spans = readonly number[];

/** Adds pages [start, end) that begin at or after the last span's start. */
export function appendSpan(spans: number[], start: number, end: number): void {
  const last = spans.length - 1;
  if (last > 0 && start <= (spans[last] ?? 0)) {
    if (end > (spans[last] ?? 0)) spans[last] = end;
  } else spans.push(start, end);
}

/** Pages in both. */
export function intersectSpans(a: Spans, b: Spans): number[] {
  const both: number[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const start = Math.max(a[i] ?? 0, b[k] ?? 0);
    const end = Math.min(a[i + 1] ?? 0, b[k + 1] ?? 0);
    if (start < end) both.push(start, end);
    if ((a[i + 1] ?? 0) < (b[k + 1] ?? 0)) i += 2;
    else k += 2;
  }
  return both;
}

/** Pages in either. */
export function uniteSpans(a: Spans, b: Spans): number[] {
  const either: number[] = [];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    if (k >= b.length || (i < a.length && (a[i] ?? 0) <= (b[k] ?? 0))) {
      appendSpan(either, a[i] ?? 0, a[i + 1] ?? 0);
      i += 2;
    } else {
      appendSpan(either, b[k] ?? 0, b[k + 1] ?? 0);
      k += 2;
    }
  }
  return either;
}

/** The pages of [start, end) in the set. O(log n). */
export function spansMeeting(spans: Spans, start: number, end: number): number[] {
  let low = 0;
  let high = spans.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle * 2 + 1] ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let i = low * 2; i < spans.length && (spans[i] ?? 0) < end; i += 2) found.push(Math.max(spans[i] ?? 0, start), Math.min(spans[i + 1] ?? 0, end));
  return found;
}
