import { formatCount } from '../../../address/size.ts';
import { spreadFlags } from '../../labels/labels.ts';
import type { PlacedMark } from './scene.ts';

/** A flag of the gutter: one mark, or `words` for several that would hide the map. */
export interface PlacedFlag {
  readonly mark: PlacedMark;
  /** How many marks it stands for. */
  readonly count: number;
  /** `+ 30 rip`; '' for a single mark. */
  readonly words: string;
  readonly top: number;
}

/** Flags never take more of the panel's height than this. */
const MOST_SHARE = 0.6;
/** How many flags of neighbours are shown one by one, and how close neighbours are in heights of a flag: the first pair under which there is room for all. */
const WAYS: readonly (readonly [shown: number, apart: number])[] = [[8, 1], [4, 1], [2, 2], [0, 4], [0, 10], [0, Infinity]];

/**
 * Flags for marks (ascending in y), none over another and each mark told: where many threads stand close together, what belongs to the selected one, breakpoints, the fault and the cursor keep a
 * flag of their own, and the others are counted in one.
 */
export function placeFlags(marks: readonly PlacedMark[], flagPx: number, heightPx: number): readonly PlacedFlag[] {
  const most = Math.max(1, Math.floor((heightPx * MOST_SHARE) / flagPx));
  let flags: readonly Omit<PlacedFlag, 'top'>[] = [];
  for (const [shown, apart] of WAYS) {
    flags = gathered(marks, shown, apart * flagPx, most);
    if (flags.length <= most) break;
  }
  const tops = spreadFlags(flags.map((flag) => flag.mark.y), flagPx, 1, heightPx - 1);
  return flags.flatMap((flag, i) => {
    const top = tops[i] ?? Number.NaN;
    return Number.isNaN(top) ? [] : [{ ...flag, top }];
  });
}

function gathered(marks: readonly PlacedMark[], shown: number, apartPx: number, most: number): readonly Omit<PlacedFlag, 'top'>[] {
  const flags: Omit<PlacedFlag, 'top'>[] = [];
  for (let from = 0; from < marks.length;) {
    let end = from + 1;
    while (end < marks.length && (marks[end]?.y ?? 0) - (marks[end - 1]?.y ?? 0) < apartPx) end++;
    const neighbours = marks.slice(from, end);
    from = end;
    const own = neighbours.length <= shown ? neighbours : neighbours.filter((mark) => !isOfOtherThread(mark)).slice(0, most - 1);
    const kept = new Set(own);
    const others = neighbours.filter((mark) => !kept.has(mark));
    for (const mark of own) flags.push({ mark, count: 1, words: '' });
    const middle = others[others.length >>> 1];
    if (middle) flags.push(others.length === 1 ? { mark: middle, count: 1, words: '' } : { mark: middle, count: others.length, words: countWords(others) });
  }
  return flags.toSorted((a, b) => a.mark.y - b.mark.y);
}

/** Registers of threads that are not the selected one carry the thread's number in their label. */
function isOfOtherThread({ kind, label }: PlacedMark): boolean {
  return (kind === 'sp' || kind === 'pc' || kind === 'fp') && label.includes(' ');
}

function countWords(marks: readonly PlacedMark[]): string {
  const names = new Set(marks.map(({ kind, label }) => (kind === 'breakpoint' ? 'breakpoints' : (label.split(' ')[0] ?? ''))));
  const [name = ''] = names;
  return `+ ${formatCount(marks.length)} ${names.size === 1 ? name : 'marks'}`;
}
