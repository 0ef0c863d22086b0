import type { KindPattern } from '../../shared/drawing/kind-style.ts';
import type { PatternTile } from '../../shared/drawing/map/paint/map-inks.ts';

export type { PatternTile };

/** Renders a pattern at the surface's resolution: `line` on `ground`, or on nothing. */
export function patternTile(pattern: KindPattern, line: string, ground: string | undefined, ratio: number): PatternTile {
  const size = Math.max(1, Math.round(pattern.sizeCssPx * ratio));
  const scale = size / pattern.sizeCssPx;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (!context) throw new Error('this browser gives no 2D canvas');
  if (ground !== undefined) {
    context.fillStyle = ground;
    context.fillRect(0, 0, size, size);
  }
  context.scale(scale, scale);
  const path = new Path2D(pattern.d);
  if (pattern.strokeWidth === undefined) {
    context.fillStyle = line;
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas fills a path, not an array
    context.fill(path);
  } else {
    context.strokeStyle = line;
    context.lineWidth = pattern.strokeWidth;
    context.stroke(path);
  }
  const ink = context.createPattern(tile, 'repeat');
  if (!ink) throw new Error('this browser gives no canvas pattern');
  return {
    ink,
    moveTo(yCssPx) {
      ink.setTransform(new DOMMatrix().translate(0, yCssPx).scale(1 / scale));
    },
  };
}
