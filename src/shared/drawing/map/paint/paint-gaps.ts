import { formatSize } from '../../../address/size.ts';
import type { Pen } from '../../pen.ts';
import { gapWords, TORN_GAP_BYTES } from '../region-words.ts';
import { arrow, boxOf, snap, tear, type Box } from './box.ts';
import { rowAlpha, type Scene } from './scene.ts';
import { drawText } from './text.ts';

/** Height from which torn edges have room beside the words. */
const TORN_FROM_PX = 19;

/** A stretch with nothing mapped: dots, its size in words, and torn edges where the scale is broken. */
export function paintGap(pen: Pen, scene: Scene, row: number, top: number, bottom: number): void {
  const { table } = scene.model;
  const box = boxOf(scene, top, bottom);
  pen.globalAlpha = rowAlpha(scene, row);
  if (table.kindAt(row) === 'stack-room') paintRoom(pen, scene, row, box);
  else paintFold(pen, scene, table.endAt(row) - table.startAt(row), box);
  pen.globalAlpha = 1;
}

function paintFold(pen: Pen, scene: Scene, sizeBytes: bigint, box: Box): void {
  const { geometry, inks, fonts, ruler } = scene;
  const { blockX, blockRight } = geometry;
  const height = box.bottom - box.top;
  const compressed = scene.axis.scale === 'schematic' && sizeBytes >= TORN_GAP_BYTES;
  const alpha = pen.globalAlpha;
  pen.globalAlpha = alpha * 0.35;
  pen.fillStyle = inks.kind.gap.hatch;
  pen.fillRect(blockX, box.top, blockRight - blockX, height);
  pen.globalAlpha = alpha;
  if (compressed && height >= TORN_FROM_PX) {
    tear(pen, blockX, blockRight, box.top + 3, inks.kind.gap.solid);
    tear(pen, blockX, blockRight, box.bottom, inks.kind.gap.solid);
  }
  const shown = { top: box.textTop, bottom: Math.min(box.bottom, geometry.heightPx) };
  if (shown.bottom - shown.top < 9) return;
  const middle = (shown.top + shown.bottom) / 2;
  const full = gapWords(sizeBytes, compressed);
  const room = blockRight - blockX - 24;
  const words = ruler.width(pen, fonts.small, full) <= room ? full : ruler.fit(pen, fonts.small, gapWords(sizeBytes, false), room);
  const width = ruler.width(pen, fonts.small, words) + 16;
  const centre = (blockX + blockRight) / 2;
  const pill = Math.min(14, shown.bottom - shown.top);
  pen.fillStyle = inks.colours.panel;
  pen.beginPath();
  pen.roundRect(centre - width / 2, middle - pill / 2, width, pill, pill / 2);
  pen.fill();
  drawText(pen, words, centre, snap(middle + 3.5, scene.devicePx), { font: fonts.small, colour: inks.colours.fg3, align: 'center' });
}

/** Where the main stack may still grow: dashed, with the direction of growth. */
function paintRoom(pen: Pen, scene: Scene, row: number, box: Box): void {
  const { geometry, inks, fonts, ruler } = scene;
  const { table } = scene.model;
  const { blockX, blockRight } = geometry;
  const height = box.bottom - box.top;
  const ink = inks.kind.stack;
  pen.strokeStyle = ink.solid;
  pen.lineWidth = 1;
  pen.setLineDash([3, 3]);
  pen.strokeRect(blockX + 0.5, box.top + 0.5, blockRight - blockX - 1, Math.max(0, height - 1));
  pen.setLineDash([]);
  const bottom = Math.min(box.bottom, geometry.heightPx);
  const middle = (box.textTop + bottom) / 2;
  if (height >= 18) arrow(pen, blockX + 18, middle - 8, 16, ink.solid);
  const words = `room to grow ${formatSize(table.endAt(row) - table.startAt(row))}`;
  drawText(pen, ruler.fit(pen, fonts.small, words, blockRight - blockX - 42), blockX + 32, snap(middle + 3.5, scene.devicePx), { font: fonts.small, colour: inks.colours.fg2 });
}
