import { formatSize } from '../../../address/size.ts';
import type { Pen } from '../../pen.ts';
import { ITEM_BAR, ITEM_BRACKET, ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from '../../level-of-detail/draw-list.ts';
import { paintGroup, paintRegion } from './paint-blocks.ts';
import type { Callout, SmallSymbols } from './callouts.ts';
import { paintBracket } from './paint-brackets.ts';
import { paintBars, paintCrowd } from './paint-crowd.ts';
import { paintGap } from './paint-gaps.ts';
import { paintGutter } from './paint-gutter.ts';
import { paintHits } from './paint-hits.ts';
import { paintStrip } from './paint-strip.ts';
import { withAlpha } from './map-inks.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** What a picture holds that a click has to know. */
export interface PaintedMap {
  readonly callouts: readonly Callout[];
}

/** The whole picture. Its cost follows the entries of the draw list, which follow the pixels of the panel. */
export function paintMap(pen: Pen, scene: Scene): PaintedMap {
  const small: SmallSymbols[] = [];
  const { list, geometry } = scene;
  pen.textBaseline = 'alphabetic';
  scene.inks.movePatterns(scene.placed.edgeY(0) % 840);
  paintStrip(pen, scene);
  for (let i = 0; i < list.length;) {
    if (list.type[i] === ITEM_BAR) {
      i = paintBars(pen, scene, list, i);
      continue;
    }
    const first = list.first[i] ?? 0;
    const last = list.last[i] ?? 0;
    const top = list.top[i] ?? 0;
    const bottom = list.bottom[i] ?? 0;
    const alpha = list.alpha[i] ?? 1;
    const type = list.type[i];
    i++;
    if (bottom < -2 || top > geometry.heightPx + 2) continue;
    if (type === ITEM_GROUP) paintGroup(pen, scene, first, last, top, bottom, alpha);
    else if (type === ITEM_BRACKET) paintBracket(pen, scene, first, last, top, bottom, alpha);
    else if (type === ITEM_CROWD) paintCrowd(pen, scene, first, last, top, bottom);
    else if (type === ITEM_ROW) paintRow(pen, scene, first, top, bottom, small);
  }
  paintChanges(pen, scene);
  paintHits(pen, scene);
  paintSelection(pen, scene);
  const callouts = paintGutter(pen, scene, small);
  if (scene.stale) paintVeil(pen, scene);
  return { callouts };
}

/** The last picture of what is gone: all there, paler. */
function paintVeil(pen: Pen, scene: Scene): void {
  pen.fillStyle = withAlpha(scene.inks.colours.panel, 0.35);
  pen.fillRect(0, 0, scene.geometry.widthPx, scene.geometry.heightPx);
}

function paintRow(pen: Pen, scene: Scene, row: number, top: number, bottom: number, small: SmallSymbols[]): void {
  const kind = scene.model.table.kindAt(row);
  if (kind === 'gap' || kind === 'stack-room') paintGap(pen, scene, row, top, bottom);
  else paintRegion(pen, scene, row, top, bottom, small);
}

/** What changed since the last generation: a tint that fades, and a bar at the right edge that stays until the next one. */
function paintChanges(pen: Pen, scene: Scene): void {
  const { blockX, blockRight, heightPx } = scene.geometry;
  const colour = scene.inks.colours.chg;
  for (const change of scene.changes) {
    const top = Math.max(-2, scene.yOf(change.end));
    const bottom = Math.min(heightPx + 2, Math.max(scene.yOf(change.start), top + 3));
    if (bottom < 0 || top > heightPx) continue;
    if (scene.flash > 0) {
      pen.fillStyle = withAlpha(colour, 0.45 * scene.flash);
      pen.fillRect(blockX, top, blockRight - blockX, bottom - top);
    }
    pen.fillStyle = colour;
    pen.fillRect(blockRight - 3, top, 3, bottom - top);
  }
}

function paintSelection(pen: Pen, scene: Scene): void {
  const range = scene.selection;
  if (!range) return;
  const { blockX, blockRight, heightPx } = scene.geometry;
  const top = Math.max(-4, scene.yOf(range.end));
  const bottom = Math.min(heightPx + 4, Math.max(scene.yOf(range.start), top + 1));
  if (bottom < 0 || top > heightPx) return;
  pen.fillStyle = scene.inks.selection;
  pen.fillRect(blockX, top, blockRight - blockX, bottom - top);
  pen.strokeStyle = scene.inks.colours.accent;
  pen.lineWidth = 1.5;
  pen.strokeRect(blockX - 1, top, blockRight - blockX + 2, bottom - top);
  paintSelectionSize(pen, scene, range.end - range.start, Math.max(0, top), Math.min(bottom, heightPx));
}

/** The size of the selection, on a tab at its upper edge. */
function paintSelectionSize(pen: Pen, scene: Scene, sizeBytes: bigint, top: number, bottom: number): void {
  const { geometry, inks, fonts, ruler } = scene;
  const words = formatSize(sizeBytes);
  const width = ruler.width(pen, fonts.flag, words) + 10;
  // Inside where there is room, else above, else below: never out of the panel.
  const y = bottom - top >= 34 ? top : top >= 14 ? top - 14 : Math.min(bottom, geometry.heightPx - 14);
  pen.fillStyle = inks.colours.accent;
  pen.fillRect(geometry.blockRight - width, y, width, 14);
  drawText(pen, words, geometry.blockRight - width + 5, y + 10.5, { font: fonts.flag, colour: inks.colours.onAccent });
}
