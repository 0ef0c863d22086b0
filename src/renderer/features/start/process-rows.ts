import type { ProcessSummary } from '../../../shared/model/process.ts';

export type SortKey = 'recent' | 'pid' | 'name' | 'user' | 'memory';

export interface PickerOptions {
  readonly query: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Also those that can't be opened. */
  readonly showClosed: boolean;
}

/** What tells one process from a later one with the same PID. */
export function processKey(process: ProcessSummary): string {
  return `${process.pid} ${process.startTime}`;
}

/** Rows in the order shown. Every word of the query must occur in the name, command, user or PID. */
export function pickRows(processes: readonly ProcessSummary[], options: PickerOptions): readonly ProcessSummary[] {
  const words = options.query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const rows = processes.filter((process) => {
    if (!options.showClosed && process.cannotOpen !== undefined) return false;
    if (words.length === 0) return true;
    const text = `${process.pid} ${process.user} ${process.name} ${process.command}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  // The host's own order: ours first, newest first.
  if (options.sort === 'recent') return options.descending ? rows.toReversed() : rows;
  const compare = COMPARE[options.sort];
  const sign = options.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a, b) || a.pid - b.pid);
}

const COMPARE: Readonly<Record<Exclude<SortKey, 'recent'>, (a: ProcessSummary, b: ProcessSummary) => number>> = {
  pid: (a, b) => a.pid - b.pid,
  name: (a, b) => compareText(a.name, b.name),
  user: (a, b) => compareText(a.user, b.user),
  memory: (a, b) => (a.residentBytes < b.residentBytes ? -1 : a.residentBytes > b.residentBytes ? 1 : 0),
};

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The row to mark after the list changed: the same process where it still is, else the same place in the list. */
export function keepMarked(rows: readonly ProcessSummary[], marked: string | undefined, index: number): number {
  const at = rows.findIndex((row) => processKey(row) === marked);
  return at >= 0 ? at : Math.min(Math.max(index, 0), rows.length - 1);
}
