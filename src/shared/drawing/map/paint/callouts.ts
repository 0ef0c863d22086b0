import { formatCount } from '../../../address/size.ts';
import { toAddress, type Address } from '../../../address/address.ts';
import { spreadFlags, type LabelLane } from '../../labels/labels.ts';
import type { SymbolColumns } from '../insides.ts';

export type InnerNoun = 'symbol' | 'section' | 'frame';

/** Neighbouring symbols, sections or frames too low for a name inside the block: first to last, `count` of them on the panel, px from top to bottom. */
export interface SmallSymbols {
  readonly noun: InnerNoun;
  readonly symbols: SymbolColumns;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly top: number;
  readonly bottom: number;
  /** Few enough to be named beside the block; else they are counted there. */
  readonly named: boolean;
  readonly alpha: number;
  /** Height of the lower edge of an offset from the symbols' base. */
  readonly yOf: (offset: number) => number;
}

/** A name, or a count, beside the block, with a line to its place. */
export interface Callout {
  readonly words: string;
  /** What a click on it leads to; undefined for a count. */
  readonly address: Address | undefined;
  readonly top: number;
  /** Height of what it names. */
  readonly y: number;
  readonly alpha: number;
}

export const CALLOUT_PX = 12;
/** Neighbouring stretches of no more small things than these name them beside the block; more are counted. */
export const MOST_NAMED = 24;
/** More names on one panel are a list, not a picture. */
const MOST_CALLOUTS = 40;
/** A name this far from its place is not found by its line. */
const FARTHEST_PX = 170;
const STEP_PX = 2;

interface Wish {
  readonly words: string;
  readonly address: Address | undefined;
  readonly y: number;
  readonly alpha: number;
  /** How many it stands for, and of what; '' for more than one sort. */
  readonly count: number;
  readonly noun: InnerNoun | '';
}

/** Places names in order, each as near to its place as the lane is free; takes its room from the lane. All symbols are told: one by one, or in a count. */
export function placeCallouts(runs: readonly SmallSymbols[], lane: LabelLane, heightPx: number): readonly Callout[] {
  const wishes = runs.flatMap(wishesOf).toSorted((a, b) => a.y - b.y);
  const tops = spreadFlags(wishes.map((wish) => wish.y), CALLOUT_PX, 1, heightPx - 1);
  // Where something lies in the way names give way downward, or, where there is more room, upward.
  let places = givingWay(wishes, tops, lane, heightPx, 1);
  if (places.includes(undefined)) {
    const upward = givingWay(wishes, tops, lane, heightPx, -1);
    if (told(upward) > told(places)) places = upward;
  }
  const placed: (Callout & Pick<Wish, 'count' | 'noun'>)[] = [];
  let untold: Pick<Wish, 'count' | 'noun'> | undefined;
  for (const [i, wish] of wishes.entries()) {
    const top = places[i];
    if (top === undefined) {
      untold = untold === undefined ? wish : together(untold, wish);
      continue;
    }
    lane.tryPlace(top, top + CALLOUT_PX);
    placed.push({ ...wish, ...(untold && counted(together(untold, wish))), top });
    untold = undefined;
  }
  // What found no place after the last one is told with it.
  const last = placed.pop();
  if (last) placed.push({ ...last, ...(untold && counted(together(last, untold))) });
  return placed;
}

function together(a: Pick<Wish, 'count' | 'noun'>, b: Pick<Wish, 'count' | 'noun'>): Pick<Wish, 'count' | 'noun'> {
  return { count: a.count + b.count, noun: a.noun === b.noun ? a.noun : '' };
}

function counted({ count, noun }: Pick<Wish, 'count' | 'noun'>): Omit<Wish, 'y' | 'alpha'> {
  return { count, noun, words: countWords(count, noun), address: undefined };
}

/** A free place for each wish, in order, or undefined where there is none near enough. */
function givingWay(wishes: readonly Wish[], tops: readonly number[], lane: LabelLane, heightPx: number, down: 1 | -1): readonly (number | undefined)[] {
  const places: (number | undefined)[] = wishes.map(() => undefined);
  let border = down === 1 ? -Infinity : Infinity;
  let count = 0;
  for (let k = 0; k < wishes.length && count < MOST_CALLOUTS; k++) {
    const i = down === 1 ? k : wishes.length - 1 - k;
    const spread = tops[i] ?? Number.NaN;
    if (Number.isNaN(spread)) continue;
    const y = wishes[i]?.y ?? 0;
    let top = down === 1 ? Math.max(spread, border) : Math.min(spread, border - CALLOUT_PX);
    while (!lane.isFree(top, top + CALLOUT_PX) && Math.abs(top - y) <= FARTHEST_PX) top += down * STEP_PX;
    if (top < 0 || top + CALLOUT_PX > heightPx || Math.abs(top - y) > FARTHEST_PX) continue;
    places[i] = top;
    border = down === 1 ? top + CALLOUT_PX : top;
    count++;
  }
  return places;
}

function told(places: readonly (number | undefined)[]): number {
  return places.filter((top) => top !== undefined).length;
}

function wishesOf(run: SmallSymbols): readonly Wish[] {
  const { symbols, first, last, alpha, yOf, noun } = run;
  if (!run.named) return [{ ...counted(run), y: (run.top + run.bottom) / 2, alpha }];
  const wishes: Wish[] = [];
  for (let i = first; i <= last; i++) {
    const from = symbols.from[i] ?? 0;
    const to = Math.max(symbols.to[i] ?? 0, from);
    const y = (yOf(from) + yOf(to)) / 2;
    if (y < run.top - 1 || y > run.bottom + 1) continue;
    wishes.push({ words: symbols.names[i] ?? '', address: toAddress(symbols.base + BigInt(from)), y, alpha, count: 1, noun });
  }
  return wishes;
}

export function countWords(count: number, noun: InnerNoun | ''): string {
  return `+ ${formatCount(count)} ${noun === '' ? 'name' : noun}${count === 1 ? '' : 's'}`;
}
