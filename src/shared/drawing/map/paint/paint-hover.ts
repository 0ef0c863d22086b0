import type { Pen } from '../../pen.ts';
import type { Scene } from './scene.ts';

/** A frame around the row under the pointer; a row lower than the frame gets one that can still be seen. */
export function paintHover(pen: Pen, scene: Scene, row: number): void {
  const { blockX, blockRight, heightPx } = scene.geometry;
  if (row >= scene.placed.rows) return;
  const top = Math.max(-4, scene.placed.edgeY(row + 1));
  const bottom = Math.min(heightPx + 4, Math.max(scene.placed.edgeY(row), top + 2));
  pen.strokeStyle = scene.inks.colours.fg2;
  pen.lineWidth = 1;
  pen.strokeRect(blockX - 0.5, top + 0.5, blockRight - blockX + 1, bottom - top - 1);
}
