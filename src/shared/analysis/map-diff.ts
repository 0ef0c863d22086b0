import { pageStart, type PageNumber } from '../address/page.ts';
import type { MapChange } from '../model/map-change.ts';
import { PERM_MAPPED, permsText, type RegionTable } from '../model/region-table.ts';
import { formatSize } from '../address/size.ts';
import { REGION_KINDS } from '../model/region.ts';

/** More changes than this are not for reading: the list ends with one that says how many were left out. */
export const MAX_MAP_CHANGES = 200;

/**
 * What changed between two pictures, in words, ascending. O(n): both tables are walked once, side by side. Regions are the same when they overlap, have the same
 * path, and either the same kind and label or the same extent; one old region that overlaps several of its like is compared with the first.
 */
export function diffMaps(previous: RegionTable, next: RegionTable): MapChange[] {
  const changes: MapChange[] = [];
  const before = previous.columns;
  const after = next.columns;
  let i = nextMapped(previous, 0);
  let j = nextMapped(next, 0);
  while (i < before.length || j < after.length) {
    const oldStart = i < before.length ? (before.startPage[i] ?? 0) : Infinity;
    const newStart = j < after.length ? (after.startPage[j] ?? 0) : Infinity;
    const overlap = i < before.length && j < after.length && overlaps(previous, i, next, j);
    if (overlap && sameThing(previous, i, next, j)) {
      compare(changes, previous, i, next, j);
      i = nextMapped(previous, i + 1);
      j = nextMapped(next, j + 1);
    } else if (i >= before.length || (j < after.length && (newStart < oldStart || (newStart === oldStart && endsFirst(next, j, previous, i))))) {
      changes.push(change(next, j, 'added', `${words(next, j)} appeared`));
      j = nextMapped(next, j + 1);
    } else {
      changes.push(change(previous, i, 'removed', `${words(previous, i)} went away`));
      i = nextMapped(previous, i + 1);
    }
  }
  const left = changes.length - MAX_MAP_CHANGES;
  if (left <= 0) return changes;
  const kept = changes.slice(0, MAX_MAP_CHANGES);
  const last = changes.at(-1);
  const first = changes[MAX_MAP_CHANGES];
  if (first && last) kept.push({ kind: first.kind, start: first.start, end: last.end, words: `and ${left} more changes` });
  return kept;
}

function nextMapped(table: RegionTable, from: number): number {
  const { perms } = table.columns;
  let row = from;
  while (row < table.length && ((perms[row] ?? 0) & PERM_MAPPED) === 0) row++;
  return row;
}

function overlaps(a: RegionTable, i: number, b: RegionTable, j: number): boolean {
  return comesBefore(a.columns.startPage[i], a.columns.startOffset[i], b.columns.endPage[j], b.columns.endOffset[j]) &&
    comesBefore(b.columns.startPage[j], b.columns.startOffset[j], a.columns.endPage[i], a.columns.endOffset[i]);
}

function comesBefore(page = 0, offset = 0, otherPage = 0, otherOffset = 0): boolean {
  return page < otherPage || (page === otherPage && offset < otherOffset);
}

function endsFirst(a: RegionTable, i: number, b: RegionTable, j: number): boolean {
  return comesBefore(a.columns.endPage[i], a.columns.endOffset[i], b.columns.endPage[j], b.columns.endOffset[j]);
}

function sameThing(a: RegionTable, i: number, b: RegionTable, j: number): boolean {
  const x = a.columns;
  const y = b.columns;
  if (x.inode[i] !== y.inode[j] || x.strings[x.path[i] ?? 0] !== y.strings[y.path[j] ?? 0]) return false;
  // mprotect can change the kind too (anonymous memory made executable): the same extent is still the same thing.
  return (x.kind[i] === y.kind[j] && a.labelAt(i) === b.labelAt(j)) || sameExtent(a, i, b, j);
}

function sameExtent(a: RegionTable, i: number, b: RegionTable, j: number): boolean {
  const x = a.columns;
  const y = b.columns;
  return x.startPage[i] === y.startPage[j] && x.endPage[i] === y.endPage[j] && x.startOffset[i] === y.startOffset[j] && x.endOffset[i] === y.endOffset[j];
}

function compare(changes: MapChange[], previous: RegionTable, i: number, next: RegionTable, j: number): void {
  const before = previous.columns;
  const after = next.columns;
  if (before.perms[i] !== after.perms[j]) {
    changes.push(change(next, j, 'permissions', `${next.labelAt(j)} changed from ${permsText(before.perms[i] ?? 0)} to ${permsText(after.perms[j] ?? 0)}`));
  }
  if (sameExtent(previous, i, next, j)) return;
  const oldSize = previous.endAt(i) - previous.startAt(i);
  const newSize = next.endAt(j) - next.startAt(j);
  if (newSize > oldSize) changes.push(change(next, j, 'grown', `${next.labelAt(j)} grew by ${formatSize(newSize - oldSize)}`));
  else if (newSize < oldSize) changes.push(change(next, j, 'shrunk', `${next.labelAt(j)} shrank by ${formatSize(oldSize - newSize)}`));
  else changes.push(change(next, j, 'grown', `${next.labelAt(j)} moved by ${formatSize(difference(before.startPage[i], after.startPage[j]))}`));
}

function difference(a = 0, b = 0): bigint {
  return pageStart(Math.abs(a - b) as PageNumber);
}

function change(table: RegionTable, row: number, kind: MapChange['kind'], text: string): MapChange {
  return { kind, start: table.startAt(row), end: table.endAt(row), words: text };
}

function words(table: RegionTable, row: number): string {
  const label = table.labelAt(row) || (REGION_KINDS[table.columns.kind[row] ?? -1] ?? '');
  return `${label} (${permsText(table.columns.perms[row] ?? 0)}, ${formatSize(table.endAt(row) - table.startAt(row))})`;
}
