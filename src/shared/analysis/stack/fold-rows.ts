import { formatSize } from '../../address/size.ts';
import { toAddress } from '../../address/address.ts';
import type { StackOutlineRow } from '../../model/stack.ts';

type FrameRow = Extract<StackOutlineRow, { kind: 'frame' }>;
type RunRow = Extract<StackOutlineRow, { kind: 'run' }>;

const LONGEST_PERIOD = 8;
/** Fewer repeats are no flood: each frame is worth its row. */
const LEAST_REPEATS = 8;

/** Folds what repeats (same pcs, same distances) into runs. Rows are consecutive frames, innermost first. */
export function foldRows(rows: readonly FrameRow[]): readonly StackOutlineRow[] {
  const folded: StackOutlineRow[] = [];
  let at = 0;
  while (at < rows.length) {
    const run = runAt(rows, at);
    const row = rows[at];
    if (!row) break;
    folded.push(run ?? row);
    at += run?.count ?? 1;
  }
  return folded;
}

function runAt(rows: readonly FrameRow[], at: number): RunRow | undefined {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const first = rows[at];
    const second = rows[at + period];
    if (!first || !second) return undefined;
    const stride = second.sp - first.sp;
    if (stride <= 0n) continue;
    let end = at + period;
    for (; end < rows.length; end++) {
      const [row, before] = [rows[end], rows[end - period]];
      if (!row || !before || row.pc !== before.pc || row.sp - before.sp !== stride || row.frameKind !== before.frameKind) break;
    }
    const count = end - at;
    if (count < LEAST_REPEATS * period) continue;
    const last = rows[end - 1];
    return runRow(first.level, count, rows.slice(at, at + period).map(nameOf), Number(stride), first.sp, last?.cfa ?? last?.sp ?? first.sp);
  }
  return undefined;
}

export function runRow(firstLevel: number, count: number, functions: readonly string[], bytesPerRepeat: number, start: bigint, end: bigint): RunRow {
  const each = functions.length === 1 ? functions[0] : functions.join(', ');
  const repeats = Math.floor(count / functions.length);
  return {
    kind: 'run', firstLevel, count, period: functions.length, functions, bytesPerRepeat, start: toAddress(start), end: toAddress(end),
    words: `${each} ×${repeats}, ${formatSize(bytesPerRepeat)} each, ${formatSize(end - start)} in all; every return address was compared`,
  };
}

/** Joins a run with one that goes on with the same functions. */
export function joinRuns(rows: readonly StackOutlineRow[]): readonly StackOutlineRow[] {
  const joined: StackOutlineRow[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    const next = last?.kind === 'run' && row.kind === 'run' && row.start === last.end && row.bytesPerRepeat === last.bytesPerRepeat && goesOn(last, row);
    if (next) joined[joined.length - 1] = runRow(last.firstLevel, last.count + row.count, last.functions, last.bytesPerRepeat, last.start, row.end);
    else joined.push(row);
  }
  return joined;
}

/** The second run's first function is the one that comes after the first run's last. */
function goesOn(first: RunRow, second: RunRow): boolean {
  return first.period === second.period && second.functions.every((name, at) => name === first.functions[(first.count + at) % first.period]);
}

export function nameOf(row: Pick<FrameRow, 'function' | 'pc'>): string {
  return row.function ?? `0x${row.pc.toString(16)}`;
}
