import type { Pen } from '../../../shared/drawing/pen.ts';
import { faultIn } from '../../state/fault-site.ts';
import { CELL_PX, cellX } from '../../kernels/hex-columns.ts';
import type { HexItem } from '../../kernels/hex-rows.ts';
import { clipText, SANS, type RowItem } from './hex-ink.ts';
import type { HexScene } from './hex-scene.ts';

/** Around the bytes of the access that failed: a double frame, and a bolt in the margin of the row. Neither needs its colour. */
export function paintFault(ctx: Pen, scene: HexScene, item: RowItem, topPx: number): void {
  const { fault, columns, palette } = scene;
  if (fault === undefined || !faultIn(fault, item.start, item.start + BigInt(item.byteCount))) return;
  const from = fault.address < item.start ? 0 : Number(fault.address - item.start);
  const to = Math.min(item.byteCount, Number(fault.address - item.start) + fault.sizeBytes);
  const left = cellX(columns, item.firstColumn + from);
  const right = cellX(columns, item.firstColumn + to - 1) + CELL_PX - 1;
  ctx.strokeStyle = palette.bad;
  ctx.lineWidth = 1;
  ctx.strokeRect(left - 1.5, topPx - 0.5, right - left + 3, 18);
  ctx.strokeRect(left + 0.5, topPx + 1.5, right - left - 1, 14);
  bolt(ctx, palette.bad, topPx);
}

/** A page or gap without bytes in which the access failed: the bolt, and where, in words. */
export function paintFaultOfState(ctx: Pen, scene: HexScene, item: Extract<HexItem, { kind: 'state-row' }>, topPx: number): void {
  const { fault, columns, palette } = scene;
  if (fault === undefined || !faultIn(fault, item.start, item.end)) return;
  bolt(ctx, palette.bad, topPx);
  const x = columns.textX;
  const words = faultWords(fault.label, fault.address, item.start);
  ctx.font = `600 11px ${SANS}`;
  const widthPx = Math.min(ctx.measureText(words).width + 8, columns.widthPx - x - 4);
  ctx.fillStyle = palette.panel;
  ctx.fillRect(x - 4, topPx + 1, widthPx, 16);
  ctx.fillStyle = palette.bad;
  clipText(ctx, words, x, topPx + 9, columns.widthPx - x - 8);
}

/** `SIGSEGV here, +0x10 from its start`. */
export function faultWords(label: string, address: bigint, start: bigint): string {
  return address <= start ? `${label} here` : `${label} at +0x${(address - start).toString(16)}`;
}

function bolt(ctx: Pen, colour: string, topPx: number): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(7, topPx + 2);
  ctx.lineTo(2, topPx + 10);
  ctx.lineTo(5, topPx + 10);
  ctx.lineTo(3.5, topPx + 16);
  ctx.lineTo(9, topPx + 7.5);
  ctx.lineTo(6, topPx + 7.5);
  ctx.closePath();
  ctx.fill();
}
