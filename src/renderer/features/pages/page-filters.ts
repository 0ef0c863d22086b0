import type { PagePieces } from '../../kernels/page-grid/pieces.ts';
import { isPresentCode } from '../../kernels/page-grid/cells.ts';
import { PAGE_STATE_CODE, type PageRunColumns } from '../../../shared/model/page-state.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../../../shared/model/region-table.ts';

export const FILTERS = ['all', 'present', 'writable', 'private-copies', 'executable', 'would-fault'] as const;
export type FilterName = (typeof FILTERS)[number];

export const FILTER_WORDS: Readonly<Record<FilterName, { readonly title: string; readonly words: string }>> = {
  all: { title: 'All', words: 'every page of every mapping' },
  present: { title: 'Present', words: 'pages with memory behind them now' },
  writable: { title: 'Writable', words: 'pages whose mapping has w' },
  'private-copies': { title: 'Private copies', words: 'file pages that this process wrote to, and so has for itself' },
  executable: { title: 'Executable', words: 'pages whose mapping has x' },
  'would-fault': { title: 'Would fault', words: 'pages where even a read would raise a signal' },
};

/**
 * Does a filter take the pages of a run? For `would-fault` this knows permissions and guard regions; pages past the end of a file, which only the service can tell, are
 * added by `beyondFile`.
 */
export function takesRun(filter: FilterName, runs: PageRunColumns, run: number): boolean {
  const perms = runs.perms[run] ?? 0;
  const state = runs.state[run] ?? 0;
  switch (filter) {
    case 'all': return true;
    case 'present': return isPresentCode(state);
    case 'writable': return (perms & PERM_WRITE) !== 0;
    case 'private-copies': return state === PAGE_STATE_CODE['private-copy'];
    case 'executable': return (perms & PERM_EXEC) !== 0;
    // x86 has no write-only page: what may be written may be read.
    case 'would-fault': return (perms & (PERM_READ | PERM_WRITE)) === 0 || state === PAGE_STATE_CODE.guard;
  }
}

/** Pages that each filter takes. */
export function countByFilter(pieces: PagePieces, runs: PageRunColumns): Readonly<Record<FilterName, number>> {
  const counts: Record<FilterName, number> = { all: 0, present: 0, writable: 0, 'private-copies': 0, executable: 0, 'would-fault': 0 };
  for (let piece = 0; piece < pieces.length; piece++) {
    const run = pieces.run[piece] ?? 0;
    const pages = pieces.pageCount[piece] ?? 0;
    for (const filter of FILTERS) if (takesRun(filter, runs, run)) counts[filter] += pages;
  }
  return counts;
}
