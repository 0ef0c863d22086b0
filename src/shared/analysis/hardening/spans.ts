/** Pages [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Ascending, without overlap or touch. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

/** The parts of merged spans that lie in [start, end). */
export function spansMeeting(merged: readonly Span[], start: number, end: number): Span[] {
  let low = 0;
  let high = merged.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((merged[middle]?.end ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  const found: Span[] = [];
  for (let i = low; i < merged.length; i++) {
    const span = merged[i];
    if (!span || span.start >= end) break;
    found.push({ start: Math.max(span.start, start), end: Math.min(span.end, end) });
  }
  return found;
}
