import type { RegionColumns } from '../../model/region-table.ts';
import { REGION_KINDS, type ModuleRole, type RegionKind } from '../../model/region.ts';

/** A run of neighbouring rows that reads as one thing: an ELF module's parts, a thread's stack with its guard, or a row alone. */
export const GROUP_TYPES = ['single', 'program', 'library', 'loader', 'vdso', 'thread-stack'] as const satisfies readonly (ModuleRole | 'single' | 'thread-stack')[];
export type GroupType = (typeof GROUP_TYPES)[number];

/**
 * Groups as columns, ascending. Group g holds rows firstRow[g] to firstRow[g + 1] − 1; every row is in exactly one group.
 */
export interface GroupColumns {
  readonly length: number;
  /** length + 1 entries; the last is the number of rows. */
  readonly firstRow: Uint32Array;
  readonly groupOfRow: Uint32Array;
  /** Index in GROUP_TYPES. */
  readonly type: Uint8Array;
}

const kindIndex = (kind: RegionKind): number => REGION_KINDS.indexOf(kind);
const THREAD_STACK = kindIndex('thread-stack');
const GUARD = kindIndex('guard');

export function buildGroups(columns: RegionColumns): GroupColumns {
  const { length: rows, module, tid, kind } = columns;
  const firstRow = new Uint32Array(rows + 1);
  const groupOfRow = new Uint32Array(rows);
  const type = new Uint8Array(rows);
  const typeOfModule = columns.modules.map((one) => GROUP_TYPES.indexOf(one.role));
  let groups = 0;
  for (let row = 0; row < rows; row++) {
    const inModule = module[row] ?? 0;
    const joins = row > 0 && (inModule !== 0 ? module[row - 1] === inModule : sameThread(row));
    if (!joins) {
      firstRow[groups] = row;
      type[groups] = inModule !== 0 ? (typeOfModule[inModule - 1] ?? 0) : isThreadRow(row) ? GROUP_TYPES.indexOf('thread-stack') : 0;
      groups++;
    }
    groupOfRow[row] = groups - 1;
  }
  firstRow[groups] = rows;
  return { length: groups, firstRow: firstRow.slice(0, groups + 1), groupOfRow, type: type.slice(0, groups) };

  function isThreadRow(row: number): boolean {
    return (tid[row] ?? 0) !== 0 && (kind[row] === THREAD_STACK || kind[row] === GUARD);
  }

  /** A thread's guard lies right below its stack and carries the same thread id. */
  function sameThread(row: number): boolean {
    return isThreadRow(row) && isThreadRow(row - 1) && tid[row] === tid[row - 1];
  }
}
