import type { Region } from '../../../../shared/model/region.ts';
import type { Pen } from '../../../canvas/pen.ts';
import type { BlockInk } from './map-inks.ts';
import type { Box } from './box.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** A block shows what is inside it from this height on. */
const OPEN_FROM_PX = 56;
/** Height kept for the region's own name. */
const TITLE_PX = 20;
const LABEL_PX = 13;

/** Sections, or frames of a stack, as bands inside their region, each at its true place. Answers the height below which no text of theirs lies. */
export function paintSpans(pen: Pen, scene: Scene, region: Region, ink: BlockInk, box: Box): number {
  if (box.bottom - box.top < OPEN_FROM_PX) return box.textTop;
  const { geometry, fonts, inks, ruler } = scene;
  const left = geometry.blockX + 9;
  const right = geometry.blockRight - 1;
  // Text never goes above this: names of bands lie below the region's own, and one below the other.
  let free = box.textTop + TITLE_PX;
  let painted = Infinity;
  for (const [i, span] of scene.spansOf(region).toReversed().entries()) {
    const top = Math.max(box.top + 1, scene.yOf(span.end));
    const bottom = Math.min(box.bottom - 1, scene.yOf(span.start));
    // Bands on the same pixel are drawn once.
    if (bottom <= top || bottom - top < 0.5 || Math.round(top) === painted) continue;
    painted = Math.round(top);
    if (i % 2 === 0) {
      pen.fillStyle = ink.strongWash;
      const alpha = pen.globalAlpha;
      pen.globalAlpha = alpha * 0.5;
      pen.fillRect(left, top, right - left, bottom - top);
      pen.globalAlpha = alpha;
    }
    // Beside the region's own name a line would strike it through; the tint shows the border there.
    if (top > box.textTop + TITLE_PX - 2) {
      pen.fillStyle = ink.outline;
      pen.fillRect(left, Math.round(top), right - left, 1);
    }
    const textTop = Math.max(top, free);
    if (Math.min(bottom, geometry.heightPx) - textTop < LABEL_PX) continue;
    const x = left + 7;
    drawText(pen, ruler.fit(pen, fonts.small, span.label, right - x - 8), x, textTop + 10, { font: fonts.small, colour: inks.colours.fg2 });
    free = textTop + LABEL_PX;
  }
  return free;
}
