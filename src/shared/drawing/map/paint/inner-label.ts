import type { Pen } from '../../pen.ts';
import type { InnerBlock } from './inner-block.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** Height kept for the region's own name. */
export const TITLE_PX = 20;
/** Height of a line of text inside a block. */
export const LABEL_PX = 13;

/** A name inside a block, with a size at the right; `grounded` where it lies over cells. */
export function innerLabel(pen: Pen, scene: Scene, block: InnerBlock, text: string, size: string, top: number, colour: string, grounded: boolean): void {
  const { fonts, inks, ruler } = scene;
  const x = block.left + 6;
  const baseline = Math.round(top + 10);
  const halo = grounded ? { halo: inks.colours.panel } : {};
  const sizeWidth = size === '' ? 0 : ruler.width(pen, fonts.size, size) + 8;
  drawText(pen, ruler.fit(pen, fonts.small, text, block.right - x - 6 - sizeWidth), x, baseline, { font: fonts.small, colour, ...halo });
  if (size !== '') drawText(pen, size, block.right - 6, baseline, { font: fonts.size, colour: inks.colours.fg2, align: 'right', ...halo });
}
