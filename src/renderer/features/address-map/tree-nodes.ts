import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import { KIND_STYLES } from '../../../shared/drawing/kind-style.ts';
import type { GroupColumns } from '../../../shared/drawing/map-layout/groups.ts';
import { moduleName } from '../../../shared/drawing/map/region-words.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';

/** Children of a node: more than these a reader does not walk, and a document does not hold with ease. */
export const MOST_CHILDREN = 100;

/** A stretch of the map in the tree: a region, a group of them, or many groups. Rows `first` to `last`. */
export interface TreeNode {
  readonly first: number;
  readonly last: number;
  readonly words: string;
  readonly isLeaf: boolean;
}

/** The children of a stretch, high addresses first; the whole map is rows 0 to length − 1. Every row is reached, whatever the size of the map. */
export function treeChildren(table: RegionTable, groups: GroupColumns, first: number, last: number): readonly TreeNode[] {
  const low = groups.groupOfRow[first] ?? 0;
  const high = groups.groupOfRow[last] ?? 0;
  if (low === high) return rows(first, last);
  const count = high - low + 1;
  // Buckets of a power of the most children, so that the tree is as flat as it can be.
  let bucket = 1;
  while (count > bucket * MOST_CHILDREN) bucket *= MOST_CHILDREN;
  const nodes: TreeNode[] = [];
  for (let top = high; top >= low; top -= bucket) {
    const bottom = Math.max(low, top - bucket + 1);
    nodes.push(stretch(groups.firstRow[bottom] ?? 0, (groups.firstRow[top + 1] ?? table.length) - 1, bottom, top));
  }
  return nodes;

  function rows(from: number, to: number): readonly TreeNode[] {
    const size = to - from + 1;
    let step = 1;
    while (size > step * MOST_CHILDREN) step *= MOST_CHILDREN;
    const list: TreeNode[] = [];
    for (let top = to; top >= from; top -= step) {
      const bottom = Math.max(from, top - step + 1);
      list.push(step === 1 ? leaf(top) : { first: bottom, last: top, isLeaf: false, words: countWords(bottom, top) });
    }
    return list;
  }

  function stretch(from: number, to: number, lowGroup: number, highGroup: number): TreeNode {
    if (from === to) return leaf(from);
    if (lowGroup !== highGroup) return { first: from, last: to, isLeaf: false, words: countWords(from, to) };
    const top = table.rowAt(to);
    const name = moduleName(top.module?.path ?? top.label);
    return { first: from, last: to, isLeaf: false, words: `${name}, ${to - from + 1} regions, ${formatSize(table.endAt(to) - table.startAt(from))}` };
  }

  function leaf(row: number): TreeNode {
    return { first: row, last: row, isLeaf: true, words: regionWords(table.rowAt(row)) };
  }

  function countWords(from: number, to: number): string {
    return `${formatAddress(table.startAt(from))} to ${formatAddress(table.endAt(to))}, ${formatCount(to - from + 1)} regions, ${formatSize(table.endAt(to) - table.startAt(from))}`;
  }
}

/** `tour text, 4 KiB, r-xp, at 0x…, code`. */
export function regionWords(region: Region): string {
  return [region.label, formatSize(region.end - region.start), region.perms, `at ${formatAddress(region.start)}`, KIND_STYLES[region.kind].title].filter((part) => part !== '').join(', ');
}
