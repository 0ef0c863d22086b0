import type { Pen } from '../../../shared/drawing/pen.ts';
import { CELL_PX, cellX } from '../../kernels/hex-columns.ts';
import { foundSpans } from './found-marks.ts';
import type { RowItem } from './hex-ink.ts';
import type { HexScene } from './hex-scene.ts';

/** Brackets around what a search has found: a line above and below, with ends where the match begins and ends. */
export function paintFound(ctx: Pen, scene: HexScene, item: RowItem, topPx: number): void {
  const { columns, palette } = scene;
  ctx.fillStyle = palette.accent;
  for (const { from, to, openStart, openEnd } of foundSpans(scene.found, item.start, item.byteCount)) {
    const left = cellX(columns, item.firstColumn + from);
    const right = cellX(columns, item.firstColumn + to - 1) + CELL_PX - 1;
    ctx.fillRect(left, topPx, right - left, 1.5);
    ctx.fillRect(left, topPx + 16.5, right - left, 1.5);
    if (!openStart) ctx.fillRect(left, topPx, 1.5, 18);
    if (!openEnd) ctx.fillRect(right - 1.5, topPx, 1.5, 18);
  }
}
