import { describe, expect, it } from 'vitest';
import { buildGroups } from '../../../shared/drawing/map-layout/groups.ts';
import { crowdedMap, recordedMap } from '../../../shared/drawing/map-layout/testing/fixture-map.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { MOST_CHILDREN, treeChildren } from './tree-nodes.ts';

/** Rows in the order in which a reader who opens everything meets them, and the deepest level. */
function walk(table: RegionTable): { readonly rows: readonly number[]; readonly depth: number } {
  const groups = buildGroups(table.columns);
  const rows: number[] = [];
  let depth = 0;
  const open = (first: number, last: number, level: number): void => {
    depth = Math.max(depth, level);
    const children = treeChildren(table, groups, first, last);
    expect(children.length).toBeLessThanOrEqual(MOST_CHILDREN);
    for (const child of children) {
      if (child.isLeaf) rows.push(child.first);
      else open(child.first, child.last, level + 1);
    }
  };
  open(0, table.length - 1, 1);
  return { rows, depth };
}

describe('treeChildren', () => {
  it.each([['c-program', recordedMap('c-program')], ['chromium-renderer', recordedMap('chromium-renderer')], ['65 000 mappings', crowdedMap(65_000)]] as const)('reaches every row of %s once, high addresses first, at most a hundred to a branch', (_name, table) => {
    const { rows, depth } = walk(table);
    expect(rows).toEqual(Array.from({ length: table.length }, (_, i) => table.length - 1 - i));
    expect(depth).toBeLessThanOrEqual(4);
  });
});
