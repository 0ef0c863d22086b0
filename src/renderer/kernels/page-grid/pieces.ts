import type { PageRunColumns } from '../../../shared/model/page-state.ts';
import { lastAtMost, type PageSpans } from './spans.ts';

/** Runs of equal pages cut at the ends of spans: each piece lies in one run and one span. Ascending, as columns. */
export interface PagePieces {
  readonly length: number;
  readonly firstPage: Float64Array;
  readonly pageCount: Float64Array;
  readonly run: Uint32Array;
  readonly span: Uint32Array;
  /** Pages of the runs that no span covers: the two come of different moments. */
  readonly unplacedPages: number;
}

/** Pages [firstPage, endPage) that a view is limited to. */
export interface PageLimits {
  readonly firstPage: number;
  /** Exclusive. */
  readonly endPage: number;
}

export const WHOLE_SPACE: PageLimits = { firstPage: 0, endPage: 2 ** 52 };

export function pagePieces(runs: PageRunColumns, spans: PageSpans, limits: PageLimits = WHOLE_SPACE): PagePieces {
  // A cut adds one piece, and there are at most as many cuts as spans have ends.
  const room = runs.length + 2 * spans.length + 2;
  const firstPage = new Float64Array(room);
  const pageCount = new Float64Array(room);
  const run = new Uint32Array(room);
  const span = new Uint32Array(room);
  let length = 0;
  let unplacedPages = 0;
  let s = Math.max(0, lastAtMost(spans.firstPage, limits.firstPage, spans.length));
  for (let r = 0; r < runs.length; r++) {
    const runStart = runs.startPage[r] ?? 0;
    const start = Math.max(runStart, limits.firstPage);
    const end = Math.min(runStart + (runs.pageCount[r] ?? 0), limits.endPage);
    if (end <= start) continue;
    let at = start;
    while (at < end) {
      while (s < spans.length && (spans.endPage[s] ?? 0) <= at) s++;
      const spanFirst = s < spans.length ? (spans.firstPage[s] ?? 0) : Infinity;
      if (spanFirst > at) {
        const to = Math.min(end, spanFirst);
        unplacedPages += to - at;
        at = to;
        continue;
      }
      const to = Math.min(end, spans.endPage[s] ?? 0);
      firstPage[length] = at;
      pageCount[length] = to - at;
      run[length] = r;
      span[length] = s;
      length++;
      at = to;
    }
  }
  return { length, firstPage: firstPage.slice(0, length), pageCount: pageCount.slice(0, length), run: run.slice(0, length), span: span.slice(0, length), unplacedPages };
}

/** Piece that holds a page, or -1. */
export function pieceAt(pieces: PagePieces, page: number): number {
  const at = lastAtMost(pieces.firstPage, page, pieces.length);
  return at >= 0 && page < (pieces.firstPage[at] ?? 0) + (pieces.pageCount[at] ?? 0) ? at : -1;
}

/** Joins answers that came one after the other into one set of columns. */
export function joinRuns(parts: readonly PageRunColumns[]): PageRunColumns {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = {
    length, startPage: new Float64Array(length), pageCount: new Float64Array(length), state: new Uint8Array(length), flags: new Uint8Array(length), perms: new Uint8Array(length),
    firstFrame: new Float64Array(length),
  };
  let at = 0;
  for (const part of parts) {
    for (const name of ['startPage', 'pageCount', 'state', 'flags', 'perms', 'firstFrame'] as const) joined[name].set(part[name], at);
    at += part.length;
  }
  return joined;
}
