import { formatCount, formatSize } from '../../../address/size.ts';
import type { Region } from '../../../model/region.ts';
import { fade } from '../../inner-levels/inner-levels.ts';
import { LabelLane } from '../../labels/labels.ts';
import type { Pen } from '../../pen.ts';
import { firstFrom } from '../byte-words.ts';
import type { SymbolColumns } from '../insides.ts';
import type { Box } from './box.ts';
import { innerBlock, type InnerBlock } from './inner-block.ts';
import type { BlockInk } from './map-inks.ts';
import { paintByteCells } from './paint-bytes.ts';
import { paintHexRows } from './paint-hex.ts';
import { paintPageGrid, paintPageWords } from './paint-page-grid.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** A block shows what is inside it from this height on. */
const OPEN_FROM_PX = 56;
/** Height kept for the region's own name. */
const TITLE_PX = 20;
const LABEL_PX = 13;
/** Symbols fade in from the first height to the second. */
const SYMBOL_PX = [10, 14] as const;

/**
 * What lies inside a region, from its sections down to single bytes, each level fading into the next. Answers the height below which no text of it lies, and whether the block is taken up by bytes
 * so that nothing else is to be written into it.
 */
export function paintInsides(pen: Pen, scene: Scene, region: Region, ink: BlockInk, box: Box): { readonly free: number; readonly full: boolean } {
  if (box.bottom - box.top < OPEN_FROM_PX || scene.morphing || region.perms === '') return { free: box.textTop, full: false };
  const block = innerBlock(scene, region, box);
  if (!block) return { free: box.textTop, full: false };
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
  let free = box.textTop;
  if (pages && names > 0.5) paintPageWords(pen, scene, block, pages, lane);
  if (names > 0) {
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * names;
    free = paintSections(pen, scene, block, ink, lane, grounded);
    free = Math.max(free, paintSymbols(pen, scene, block, ink, lane, grounded));
    pen.globalAlpha = alpha;
  }
  if (text) paintHexRows(pen, scene, block, text);
  if (grounded || text) paintTitleGround(pen, block, ink);
  pen.restore();
  return { free, full: bytes !== undefined || text !== undefined };
}

/** Under the region's own name, so that it can be read over what lies there. */
function paintTitleGround(pen: Pen, block: InnerBlock, ink: BlockInk): void {
  const alpha = pen.globalAlpha;
  pen.globalAlpha = alpha * Math.max(block.levels.pages?.alpha ?? 0, block.levels.bytes?.alpha ?? 0, block.levels.text?.alpha ?? 0);
  pen.fillStyle = ink.wash;
  pen.fillRect(block.left, block.box.textTop, block.right - block.left, TITLE_PX);
  pen.globalAlpha = alpha;
}

/** Sections, or frames of a stack, as bands, each at its true place. Answers where their text ends. */
function paintSections(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, lane: LabelLane, grounded: boolean): number {
  const { box } = block;
  let free = box.textTop;
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
    label(pen, scene, block, span.label, '', textTop, scene.inks.colours.fg, grounded);
    free = Math.max(free, textTop + LABEL_PX);
  }
  return free;
}

/** Symbols: a line where each begins, its name and size where it is high enough, and the count of those that are not. */
function paintSymbols(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, lane: LabelLane, grounded: boolean): number {
  const symbols = scene.insides.symbols(block.region, block.low, block.high);
  if (!symbols) return 0;
  const alpha = pen.globalAlpha;
  const { heightPx } = scene.geometry;
  const low = Number(block.low - symbols.base);
  const high = Number(block.high - symbols.base);
  const baseY = block.yOf(block.low) + low * block.pxPerByte;
  let free = 0;
  let line = Infinity;
  let crowd = { count: 0, top: 0, bottom: 0 };
  const tellCrowd = (): void => {
    const top = Math.max(crowd.top, block.box.textTop + TITLE_PX);
    const middle = (top + crowd.bottom) / 2;
    if (crowd.count > 0 && crowd.bottom - top >= LABEL_PX && lane.tryPlace(middle - LABEL_PX / 2, middle + LABEL_PX / 2)) {
      label(pen, scene, block, `+ ${formatCount(crowd.count)} ${crowd.count === 1 ? 'symbol' : 'symbols'}`, '', middle - LABEL_PX / 2, scene.inks.colours.fg3, grounded);
      free = Math.max(free, middle + LABEL_PX / 2);
      crowd = { count: 0, top: 0, bottom: 0 };
    }
  };
  for (let i = firstReaching(symbols, low); i < symbols.length && (symbols.from[i] ?? 0) < high; i++) {
    const from = symbols.from[i] ?? 0;
    const to = Math.max(symbols.to[i] ?? 0, from);
    const bottom = baseY - from * block.pxPerByte;
    const top = baseY - to * block.pxPerByte;
    const height = bottom - top;
    if (top > heightPx || bottom < 0) continue;
    if (line - bottom >= 2 && height > 0) {
      pen.globalAlpha = alpha * 0.7;
      pen.fillStyle = ink.outline;
      pen.fillRect(block.left, Math.round(bottom), block.right - block.left, 1);
      pen.globalAlpha = alpha;
      line = bottom;
    }
    const shown = fade(height, SYMBOL_PX);
    if (shown > 0) {
      tellCrowd();
      crowd = { count: crowd.count, top: 0, bottom: 0 };
      const textTop = Math.max(top, block.box.textTop + TITLE_PX, -1);
      if (Math.min(bottom, heightPx) - textTop >= LABEL_PX - 3) {
        const wished = Math.min(bottom - LABEL_PX, Math.max(textTop, top + (Math.min(height, 30) - LABEL_PX) / 2));
        // Elsewhere in its box where a section's name is in the way.
        const at = [wished, textTop + LABEL_PX, Math.min(bottom, heightPx) - LABEL_PX].find((y) => (y === wished || (y >= textTop && y + LABEL_PX <= bottom)) && lane.tryPlace(y, y + LABEL_PX));
        if (at !== undefined) {
          pen.globalAlpha = alpha * shown;
          label(pen, scene, block, symbols.names[i] ?? '', formatSize(to - from), at, scene.inks.colours.fg, grounded);
          pen.globalAlpha = alpha;
          free = Math.max(free, at + LABEL_PX);
        } else crowd.count++;
      }
      continue;
    }
    crowd = { count: crowd.count + 1, top, bottom: crowd.bottom === 0 ? bottom : crowd.bottom };
    if (crowd.bottom - top >= 40) tellCrowd();
  }
  tellCrowd();
  pen.globalAlpha = alpha;
  return free;
}

/** First symbol that ends above an offset; symbols overlap seldom and little, so a few steps back find the one that reaches in. */
function firstReaching(symbols: SymbolColumns, offset: number): number {
  let i = firstFrom(symbols, offset);
  for (let back = 0; back < 8 && i > 0 && (symbols.to[i - 1] ?? 0) > offset; back++) i--;
  return i;
}

function label(pen: Pen, scene: Scene, block: InnerBlock, text: string, size: string, top: number, colour: string, grounded: boolean): void {
  const { fonts, inks, ruler } = scene;
  const x = block.left + 6;
  const baseline = Math.round(top + 10);
  const halo = grounded ? { halo: inks.colours.panel } : {};
  const sizeWidth = size === '' ? 0 : ruler.width(pen, fonts.size, size) + 8;
  drawText(pen, ruler.fit(pen, fonts.small, text, block.right - x - 6 - sizeWidth), x, baseline, { font: fonts.small, colour, ...halo });
  if (size !== '') drawText(pen, size, block.right - 6, baseline, { font: fonts.size, colour: inks.colours.fg2, align: 'right', ...halo });
}
