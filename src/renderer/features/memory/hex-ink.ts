import type { Pen } from '../../../shared/drawing/pen.ts';
import type { HexItem } from '../../kernels/hex-rows.ts';

export type RowItem = Extract<HexItem, { kind: 'row' }>;

export const MONO = '"JetBrains Mono Variable","JetBrains Mono","DejaVu Sans Mono",monospace';
export const SANS = '"Inter Variable","Inter","Liberation Sans",sans-serif';

/** Draws text cut to a width with an ellipsis; answers with the width drawn. */
export function clipText(ctx: Pen, text: string, x: number, y: number, maxPx: number): number {
  let shown = text;
  let width = ctx.measureText(shown).width;
  if (width > maxPx) {
    const perChar = width / shown.length;
    shown = `${shown.slice(0, Math.max(0, Math.floor(maxPx / perChar) - 1))}…`;
    width = ctx.measureText(shown).width;
  }
  if (maxPx > 8) ctx.fillText(shown, x, y);
  return width;
}

/** Diagonal lines over a box: the second cue beside colour. */
export function hatch(ctx: Pen, colour: string, x: number, y: number, widthPx: number, heightPx: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, widthPx, heightPx);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.beginPath();
  // Lines are anchored to the page, not the box, so that neighbouring cells join without seams.
  const first = Math.floor((x - heightPx) / 6) * 6;
  for (let at = first; at < x + widthPx; at += 6) {
    ctx.moveTo(at, y + heightPx);
    ctx.lineTo(at + heightPx, y);
  }
  ctx.stroke();
  ctx.restore();
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function hexByte(value: number): string {
  return HEX[value] ?? '??';
}
