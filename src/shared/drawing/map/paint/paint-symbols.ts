import { formatSize } from '../../../address/size.ts';
import { fade } from '../../inner-levels/inner-levels.ts';
import type { LabelLane } from '../../labels/labels.ts';
import type { Pen } from '../../pen.ts';
import { firstFrom } from '../byte-words.ts';
import type { SymbolColumns } from '../insides.ts';
import { countWords, MOST_NAMED, type SmallSymbols } from './callouts.ts';
import { hasCallouts, type InnerBlock } from './inner-block.ts';
import { innerLabel, LABEL_PX, TITLE_PX } from './inner-label.ts';
import type { BlockInk } from './map-inks.ts';
import type { Scene } from './scene.ts';

/** Symbols fade in from the first height to the second. */
const SYMBOL_PX = [10, 14] as const;
/** Small ones are counted in stretches of this height. */
const STRETCH_PX = 40;

interface Stretch {
  readonly first: number;
  last: number;
  count: number;
  top: number;
  readonly bottom: number;
}

/** Symbols: a line where each begins, its name and size where it is high enough. Those that are not are counted, or, where they are few, left to be named beside the block. */
export function paintSymbols(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, lane: LabelLane, grounded: boolean, small: SmallSymbols[]): void {
  const symbols = scene.insides.symbols(block.region, block.low, block.high);
  if (!symbols) return;
  const alpha = pen.globalAlpha;
  const { heightPx } = scene.geometry;
  const low = Number(block.low - symbols.base);
  const high = Number(block.high - symbols.base);
  const baseY = block.yOf(block.low) + low * block.pxPerByte;
  let line = Infinity;
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  const takeSmall = (i: number, top: number, bottom: number): void => {
    if (!open) stretches.push((open = { first: i, last: i, count: 0, top, bottom }));
    open.last = i;
    open.count++;
    open.top = Math.min(open.top, top);
    if (open.bottom - open.top >= STRETCH_PX) open = undefined;
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
    if (shown === 0) {
      takeSmall(i, top, bottom);
      continue;
    }
    open = undefined;
    const textTop = Math.max(top, block.box.textTop + TITLE_PX, -1);
    if (Math.min(bottom, heightPx) - textTop < LABEL_PX - 3) {
      // Under the region's own name; of a symbol that is cut off by the panel's edge no more is to be said.
      if (top >= 0 && bottom <= heightPx) takeSmall(i, top, bottom);
      continue;
    }
    const wished = Math.min(bottom - LABEL_PX, Math.max(textTop, top + (Math.min(height, 30) - LABEL_PX) / 2));
    // Elsewhere in its box where a section's name is in the way.
    const at = [wished, textTop + LABEL_PX, Math.min(bottom, heightPx) - LABEL_PX].find((y) => (y === wished || (y >= textTop && y + LABEL_PX <= bottom)) && lane.tryPlace(y, y + LABEL_PX));
    if (at === undefined) {
      takeSmall(i, Math.max(top, 0), Math.min(bottom, heightPx));
      continue;
    }
    pen.globalAlpha = alpha * shown;
    innerLabel(pen, scene, block, symbols.names[i] ?? '', formatSize(to - from), at, scene.inks.colours.fg, grounded);
    pen.globalAlpha = alpha;
  }
  for (const neighbours of clusters(stretches)) {
    const run = (one: Stretch, named: boolean): SmallSymbols => ({ ...one, noun: 'symbol', symbols, named, alpha, yOf: (offset) => baseY - offset * block.pxPerByte });
    if (hasCallouts(scene, block) && neighbours.reduce((sum, one) => sum + one.count, 0) <= MOST_NAMED) {
      for (const one of neighbours) small.push(run(one, true));
      continue;
    }
    // Stretches too low for a count are told with the next one of the cluster.
    let before = 0;
    for (const [i, one] of neighbours.entries()) {
      const count = one.count + before;
      const top = Math.max(one.top, block.box.textTop + TITLE_PX);
      const middle = (top + one.bottom) / 2;
      before = 0;
      if (one.bottom - top >= LABEL_PX && lane.tryPlace(middle - LABEL_PX / 2, middle + LABEL_PX / 2)) {
        innerLabel(pen, scene, block, countWords(count, 'symbol'), '', middle - LABEL_PX / 2, scene.inks.colours.fg3, grounded);
      } else if (i < neighbours.length - 1) before = count;
      else if (hasCallouts(scene, block)) small.push(run({ ...one, count }, false));
    }
  }
  pen.globalAlpha = alpha;
}

/** Stretches close to each other, which are named or counted together. */
function clusters(stretches: readonly Stretch[]): readonly (readonly Stretch[])[] {
  const found: Stretch[][] = [];
  for (const one of stretches) {
    const last = found.at(-1)?.at(-1);
    if (last && last.top - one.bottom < STRETCH_PX) found.at(-1)?.push(one);
    else found.push([one]);
  }
  return found;
}

/** First symbol that ends above an offset; symbols overlap seldom and little, so a few steps back find the one that reaches in. */
function firstReaching(symbols: SymbolColumns, offset: number): number {
  let i = firstFrom(symbols, offset);
  for (let back = 0; back < 8 && i > 0 && (symbols.to[i - 1] ?? 0) > offset; back++) i--;
  return i;
}
