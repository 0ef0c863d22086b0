/**
 * Anchor arithmetic of an endlessly tall list of units (pages and gaps) whose heights are known only when asked for. Nothing here ever adds up more than
 * what a screen shows, so the list may be 2^52 pages tall.
 *
 *   ┌ unit ─────────┐
 *   │               │   offsetPx: how much of the anchor unit is scrolled off above the top edge
 *   ├ top edge ─────┤
 *   │               │
 */
export interface ScrollAnchor<Key> {
  readonly unit: Key;
  readonly offsetPx: number;
}

export interface UnitSource<Key> {
  heightPx(unit: Key): number;
  /** Undefined at the list's end. */
  next(unit: Key): Key | undefined;
  previous(unit: Key): Key | undefined;
}

/** Moves an anchor by pixels (positive: content moves up), stopping at both ends of the list. `viewportPx` keeps the last unit's end from leaving the bottom edge. */
export function scrollBy<Key>(anchor: ScrollAnchor<Key>, deltaPx: number, viewportPx: number, source: UnitSource<Key>): ScrollAnchor<Key> {
  const moved = settle({ unit: anchor.unit, offsetPx: anchor.offsetPx + deltaPx }, source);
  return deltaPx > 0 ? keepBottom(moved, viewportPx, source) : moved;
}

/** Carries an anchor whose offset lies outside its unit over to the unit where it belongs. */
export function settle<Key>(anchor: ScrollAnchor<Key>, source: UnitSource<Key>): ScrollAnchor<Key> {
  let { unit, offsetPx } = anchor;
  while (offsetPx < 0) {
    const previous = source.previous(unit);
    if (previous === undefined) return { unit, offsetPx: 0 };
    unit = previous;
    offsetPx += source.heightPx(unit);
  }
  for (;;) {
    const height = source.heightPx(unit);
    if (offsetPx < height) return { unit, offsetPx };
    const next = source.next(unit);
    if (next === undefined) return { unit, offsetPx: Math.max(0, height - 1) };
    offsetPx -= height;
    unit = next;
  }
}

/** Pulls an anchor back so that the list's end is not above the bottom edge. */
function keepBottom<Key>(anchor: ScrollAnchor<Key>, viewportPx: number, source: UnitSource<Key>): ScrollAnchor<Key> {
  let belowPx = source.heightPx(anchor.unit) - anchor.offsetPx;
  for (let unit = source.next(anchor.unit); belowPx < viewportPx; unit = source.next(unit)) {
    if (unit === undefined) return settle({ unit: anchor.unit, offsetPx: anchor.offsetPx - (viewportPx - belowPx) }, source);
    belowPx += source.heightPx(unit);
  }
  return anchor;
}

export interface PlacedUnit<Key> {
  readonly unit: Key;
  /** Top edge of the unit from the top edge of the viewport; negative when scrolled off. */
  readonly topPx: number;
}

/** Units that show in a viewport, top to bottom. */
export function visibleUnits<Key>(anchor: ScrollAnchor<Key>, viewportPx: number, source: UnitSource<Key>): PlacedUnit<Key>[] {
  const placed: PlacedUnit<Key>[] = [];
  let topPx = -anchor.offsetPx;
  for (let unit: Key | undefined = anchor.unit; unit !== undefined && topPx < viewportPx; unit = source.next(unit)) {
    placed.push({ unit, topPx });
    topPx += source.heightPx(unit);
  }
  return placed;
}
