import type { Pen } from '../../../shared/drawing/pen.ts';
import type { HexItem } from '../../kernels/hex-rows.ts';

export type RowItem = Extract<HexItem, { kind: 'row' }>;

export const MONO = '"JetBrains Mono Variable","JetBrains Mono","DejaVu Sans Mono",monospace';
export const SANS = '"Inter Variable","Inter","Liberation Sans",sans-serif';

/** A canvas can widen the blanks of a text (wordSpacing of CanvasTextDrawingStyles); other pens need not. */
export type HexPen = Pen & { wordSpacing?: string };

/** Widths by font and text: while rows scroll the same texts are measured frame after frame. */
const widths = new Map<string, number>();
const MOST_WIDTHS = 4096;

/** Another font has come: all widths are measured anew. */
export function forgetTextWidths(): void {
  widths.clear();
}

function widthOf(ctx: Pen, text: string, font: string | undefined): number {
  if (font === undefined) return ctx.measureText(text).width;
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size >= MOST_WIDTHS) widths.clear();
    width = ctx.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** Draws text cut to a width with an ellipsis; answers with the width drawn. `font`: the pen's font, for texts that are drawn often. */
export function clipText(ctx: Pen, text: string, x: number, y: number, maxPx: number, font?: string): number {
  let shown = text;
  let width = widthOf(ctx, shown, font);
  if (width > maxPx) {
    const perChar = width / shown.length;
    shown = `${shown.slice(0, Math.max(0, Math.floor(maxPx / perChar) - 1))}…`;
    width = widthOf(ctx, shown, font);
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
