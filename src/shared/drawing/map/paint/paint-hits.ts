import type { Address } from '../../../address/address.ts';
import { pointAt } from '../../camera/camera.ts';
import type { Pen } from '../../pen.ts';
import type { Scene } from './scene.ts';

const MARK_PX = 5;

/** Where a search found something: a small arrow head at the right edge, one for each pixel line however many hits lie on it. */
export function paintHits(pen: Pen, scene: Scene): void {
  const { hits, geometry, inks } = scene;
  if (hits.length === 0) return;
  const low = scene.morphing ? 0 : lowerBound(hits, pointAt(scene.axis, scene.camera, geometry.heightPx).address);
  let last = Infinity;
  pen.fillStyle = inks.colours.warn;
  for (let i = low; i < hits.length; i++) {
    const hit = hits[i];
    if (hit === undefined) break;
    const y = Math.round(scene.yOf(hit));
    if (y < -MARK_PX) break;
    if (last - y < 1) {
      // On the same line: go on with the first hit above it.
      const above = pointAt(scene.axis, scene.camera, last - 1).address;
      const next = lowerBound(hits, above, i + 1);
      if (next > i + 1) i = next - 1;
      continue;
    }
    last = y;
    pen.beginPath();
    pen.moveTo(geometry.blockRight - MARK_PX - 1, y);
    pen.lineTo(geometry.blockRight + 1, y - MARK_PX / 1.6);
    pen.lineTo(geometry.blockRight + 1, y + MARK_PX / 1.6);
    pen.closePath();
    pen.fill();
  }
}

/** First hit at or above an address. */
function lowerBound(hits: readonly Address[], address: bigint, from = 0): number {
  let low = from;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hits[middle] ?? 0n) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
