/** Ease-out: fast at first, calm at the end. 0 to 1. */
export function easeOut(t: number): number {
  const bounded = Math.max(0, Math.min(1, t));
  return 1 - (1 - bounded) ** 3;
}

/** Progress of an animation at a time; a duration of 0 (reduced motion) is done at once. */
export function progress(startMs: number, durationMs: number, nowMs: number): number {
  return durationMs <= 0 ? 1 : Math.max(0, Math.min(1, (nowMs - startMs) / durationMs));
}

/** A camera move, told by one point both views have: where it lies and how close it is looked at, before and after. */
export interface ViewMove {
  readonly fromY: number;
  readonly toY: number;
  readonly fromZoom: number;
  readonly toZoom: number;
}

/**
 * The view at progress `t`. The zoom changes by equal factors; the point moves so that the one place that both views show at the same height stays there, which is what zooming about the pointer
 * looks like. At 0 and 1 the views are exactly the ones given.
 */
export function moveView(move: ViewMove, t: number): { readonly y: number; readonly zoom: number } {
  if (t <= 0) return { y: move.fromY, zoom: move.fromZoom };
  if (t >= 1) return { y: move.toY, zoom: move.toZoom };
  const ratio = move.toZoom / move.fromZoom;
  const zoom = move.fromZoom * ratio ** t;
  const share = Math.abs(Math.log(ratio)) < 1e-3 ? t : (zoom - move.fromZoom) / (move.toZoom - move.fromZoom);
  return { y: move.fromY + (move.toY - move.fromY) * share, zoom };
}
