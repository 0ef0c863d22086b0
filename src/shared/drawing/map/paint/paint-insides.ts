import type { Region } from '../../../model/region.ts';
import { LabelLane } from '../../labels/labels.ts';
import type { Pen } from '../../pen.ts';
import type { InnerSpan } from '../insides.ts';
import type { Box } from './box.ts';
import { MOST_NAMED, type SmallSymbols } from './callouts.ts';
import { hasCallouts, innerBlock, type InnerBlock } from './inner-block.ts';
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
 * What lies inside a region, from its sections down to single bytes, each level fading into the next. Names that have no place inside are added to `small`.
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
    paintSections(pen, scene, block, ink, lane, grounded, small);
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

/** Sections, or frames of a stack, as bands, each at its true place. Those without room for their name are added to `small`. */
function paintSections(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, lane: LabelLane, grounded: boolean, small: SmallSymbols[]): void {
  const { box } = block;
  const { heightPx } = scene.geometry;
  let painted = Infinity;
  const spans = scene.insides.spans(block.region).toReversed();
  const nameless: InnerSpan[] = [];
  for (const [i, span] of spans.entries()) {
    const spanTop = scene.yOf(span.end);
    const spanBottom = scene.yOf(span.start);
    const top = Math.max(box.top + 1, spanTop);
    const bottom = Math.min(box.bottom - 1, spanBottom);
    if (spanBottom < 0 || spanTop > heightPx) continue;
    // Bands on the same pixel are drawn once.
    if (bottom - top >= 0.5 && Math.round(top) !== painted) {
      painted = Math.round(top);
      paintBand(pen, block, ink, top, bottom, i % 2 === 0, grounded);
    }
    if (span.label === block.region.part) continue;
    const end = Math.min(bottom, heightPx);
    const from = Math.max(top, box.textTop + TITLE_PX);
    // Below the words of a page where those are in the way.
    const textTop = [from, from + LABEL_PX, from + 2 * LABEL_PX].find((y) => y + LABEL_PX <= end && lane.tryPlace(y, y + LABEL_PX));
    if (textTop !== undefined) innerLabel(pen, scene, block, span.label, '', textTop, scene.inks.colours.fg, grounded);
    // Of one that is cut off by the panel's edge no more is to be said.
    else if (spanBottom - spanTop < LABEL_PX || end - from >= LABEL_PX || (spanTop >= 0 && spanBottom <= heightPx)) nameless.push(span);
  }
  if (nameless.length > 0 && hasCallouts(scene, block)) small.push(smallSpans(scene, block, nameless.toReversed(), pen.globalAlpha));
}

function paintBand(pen: Pen, block: InnerBlock, ink: BlockInk, top: number, bottom: number, tinted: boolean, grounded: boolean): void {
  if (tinted) {
    pen.fillStyle = ink.strongWash;
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * (grounded ? 0.2 : 0.5);
    pen.fillRect(block.left, top, block.right - block.left, bottom - top);
    pen.globalAlpha = alpha;
  }
  // Beside the region's own name a line would strike it through; the tint shows the border there.
  if (top <= block.box.textTop + TITLE_PX - 2) return;
  pen.fillStyle = ink.outline;
  pen.fillRect(block.left, Math.round(top), block.right - block.left, 1);
}

/** Ascending spans, as names beside the block. */
function smallSpans(scene: Scene, block: InnerBlock, spans: readonly InnerSpan[], alpha: number): SmallSymbols {
  const { start: base, kind } = block.region;
  const symbols = {
    base, length: spans.length, names: spans.map((span) => span.label),
    from: Float64Array.from(spans, (span) => Number(span.start - base)), to: Float64Array.from(spans, (span) => Number(span.end - base)),
  };
  const yOf = (offset: number): number => scene.yOf(base + BigInt(Math.round(offset)));
  return {
    noun: kind === 'stack' || kind === 'thread-stack' ? 'frame' : 'section', symbols, first: 0, last: spans.length - 1, count: spans.length,
    top: yOf(symbols.to.at(-1) ?? 0), bottom: yOf(symbols.from[0] ?? 0), named: spans.length <= MOST_NAMED, alpha, yOf,
  };
}
