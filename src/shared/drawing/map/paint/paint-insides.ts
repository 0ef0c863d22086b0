import type { Region } from '../../../model/region.ts';
import { LabelLane } from '../../labels/labels.ts';
import type { Pen } from '../../pen.ts';
import type { Box } from './box.ts';
import type { SmallSymbols } from './callouts.ts';
import { innerBlock, type InnerBlock } from './inner-block.ts';
import { innerLabel, LABEL_PX, TITLE_PX } from './inner-label.ts';
import type { BlockInk } from './map-inks.ts';
import { paintByteCells } from './paint-bytes.ts';
import { paintHexRows } from './paint-hex.ts';
import { paintPageGrid, paintPageWords } from './paint-page-grid.ts';
import { paintSymbols } from './paint-symbols.ts';
import type { Scene } from './scene.ts';

/** A block shows what is inside it from this height on. */
const OPEN_FROM_PX = 56;

/** What the inside leaves for the block's own text. */
export interface Inside {
  /** Where texts of it lie; undefined when nothing is inside. */
  readonly lane: LabelLane | undefined;
  /** Taken up by bytes: nothing else is to be written into the block. */
  readonly full: boolean;
  /** Cells are drawn: text needs a rim. */
  readonly grounded: boolean;
}

/**
 * What lies inside a region, from its sections down to single bytes, each level fading into the next. Symbols that have no place inside are added to `small`.
 */
export function paintInsides(pen: Pen, scene: Scene, region: Region, ink: BlockInk, box: Box, small: SmallSymbols[]): Inside {
  if (box.bottom - box.top < OPEN_FROM_PX || scene.morphing || region.perms === '') return { lane: undefined, full: false, grounded: false };
  const block = innerBlock(scene, region, box);
  if (!block) return { lane: undefined, full: false, grounded: false };
  const { pages, bytes, text } = block.levels;
  pen.save();
  pen.beginPath();
  pen.rect(block.left, Math.max(box.top + 1, 0), block.right - block.left, Math.max(0, Math.min(box.bottom - 1, scene.geometry.heightPx) - Math.max(box.top + 1, 0)));
  pen.clip();
  if (pages) paintPageGrid(pen, scene, block, pages);
  if (bytes) paintByteCells(pen, scene, block, ink, bytes);
  const grounded = pages !== undefined || bytes !== undefined;
  const lane = new LabelLane();
  // The region's own name has the top.
  lane.tryPlace(box.textTop - 2, box.textTop + TITLE_PX);
  const names = 1 - (text?.alpha ?? 0);
  if (pages && names > 0.5) paintPageWords(pen, scene, block, pages, lane);
  if (names > 0) {
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * names;
    paintSections(pen, scene, block, ink, lane, grounded);
    paintSymbols(pen, scene, block, ink, lane, grounded, small);
    pen.globalAlpha = alpha;
  }
  if (text) paintHexRows(pen, scene, block, text);
  if (grounded || text) paintTitleGround(pen, block, ink);
  pen.restore();
  return { lane, full: bytes !== undefined || text !== undefined, grounded };
}

/** Under the region's own name, so that it can be read over what lies there. */
function paintTitleGround(pen: Pen, block: InnerBlock, ink: BlockInk): void {
  const alpha = pen.globalAlpha;
  pen.globalAlpha = alpha * Math.max(block.levels.pages?.alpha ?? 0, block.levels.bytes?.alpha ?? 0, block.levels.text?.alpha ?? 0);
  pen.fillStyle = ink.wash;
  pen.fillRect(block.left, block.box.textTop, block.right - block.left, TITLE_PX);
  pen.globalAlpha = alpha;
}

/** Sections, or frames of a stack, as bands, each at its true place. */
function paintSections(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, lane: LabelLane, grounded: boolean): void {
  const { box } = block;
  let painted = Infinity;
  for (const [i, span] of scene.insides.spans(block.region).toReversed().entries()) {
    const top = Math.max(box.top + 1, scene.yOf(span.end));
    const bottom = Math.min(box.bottom - 1, scene.yOf(span.start));
    // Bands on the same pixel are drawn once.
    if (bottom <= top || bottom - top < 0.5 || Math.round(top) === painted || bottom < 0 || top > scene.geometry.heightPx) continue;
    painted = Math.round(top);
    if (i % 2 === 0) {
      pen.fillStyle = ink.strongWash;
      const alpha = pen.globalAlpha;
      pen.globalAlpha = alpha * (grounded ? 0.2 : 0.5);
      pen.fillRect(block.left, top, block.right - block.left, bottom - top);
      pen.globalAlpha = alpha;
    }
    // Beside the region's own name a line would strike it through; the tint shows the border there.
    if (top > box.textTop + TITLE_PX - 2) {
      pen.fillStyle = ink.outline;
      pen.fillRect(block.left, Math.round(top), block.right - block.left, 1);
    }
    const end = Math.min(bottom, scene.geometry.heightPx);
    const from = Math.max(top, box.textTop + TITLE_PX);
    // Below the words of a page where those are in the way.
    const textTop = span.label === block.region.part ? undefined : [from, from + LABEL_PX, from + 2 * LABEL_PX].find((y) => y + LABEL_PX <= end && lane.tryPlace(y, y + LABEL_PX));
    if (textTop === undefined) continue;
    innerLabel(pen, scene, block, span.label, '', textTop, scene.inks.colours.fg, grounded);
  }
}
