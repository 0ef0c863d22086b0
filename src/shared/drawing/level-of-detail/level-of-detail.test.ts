import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrawList, ITEM_BAR, ITEM_BRACKET, ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from './draw-list.ts';
import { chooseDetail, type Groups, type Rows } from './level-of-detail.ts';

/** Rows from their heights, lowest first, with the top of the highest at `topY`. */
function rowsOf(heights: readonly number[], topY = 0): Rows {
  const edges = [topY + heights.reduce((sum, height) => sum + height, 0)];
  for (const height of heights) edges.push((edges.at(-1) ?? 0) - height);
  edges[heights.length] = topY;
  return {
    rows: heights.length,
    edgeY: (i) => edges[i] ?? topY,
    rowAt: (y) => heights.findIndex((_, i) => (edges[i + 1] ?? 0) <= y && y < (edges[i] ?? 0)),
  };
}

function groupsOf(sizes: readonly number[]): Groups {
  const firstRow = Uint32Array.from(sizes.reduce<number[]>((sums, size) => [...sums, (sums.at(-1) ?? 0) + size], [0]));
  return { firstRow, groupOfRow: Uint32Array.from(sizes.flatMap((size, group) => Array.from({ length: size }, () => group))) };
}

function choose(rows: Rows, groups: Groups, panelPx = 600, barPx = 1): DrawList {
  const list = new DrawList();
  chooseDetail(rows, groups, { panelPx, readablePx: 13, readableGapPx: 11, unmapped: new Uint8Array(rows.rows), barPx, crowdPx: 48, phaseY: rows.edgeY(0) }, list);
  return list;
}

const entries = (list: DrawList, type: number): number[] => Array.from({ length: list.length }, (_, i) => i).filter((i) => list.type[i] === type);

describe('chooseDetail', () => {
  it('draws a high row as a block, a low module as one block, a higher one opened', () => {
    const rows = rowsOf([20, 4, 4, 8, 30, 20, 20, 20]);
    const list = choose(rows, groupsOf([1, 3, 1, 3]));
    expect(entries(list, ITEM_GROUP).map((i) => [list.first[i], list.last[i]])).toEqual([[1, 3]]);
    expect(entries(list, ITEM_BRACKET).map((i) => [list.first[i], list.last[i]])).toEqual([[5, 7]]);
    expect(entries(list, ITEM_ROW).map((i) => list.first[i])).toEqual([7, 6, 5, 4, 0]);
  });

  it('issues no more entries than the panel has pixels, however many rows there are', () => {
    const rows = rowsOf(Array.from({ length: 5_000 }, (_, i) => 0.08 + (i % 7) * 0.02));
    const list = choose(rows, groupsOf(Array.from({ length: 5_000 }, () => 1)));
    expect(entries(list, ITEM_BAR).length).toBeLessThanOrEqual(600 + 2 * 48 + 2);
    expect(list.length).toBeLessThan(800);
  });

  it('counts every thin row exactly once and leaves no pixel of the panel empty', () => {
    const heights = fc.array(fc.oneof(fc.double({ min: 0.01, max: 3, noNaN: true }), fc.double({ min: 13, max: 60, noNaN: true })), { minLength: 2, maxLength: 300 });
    fc.assert(fc.property(heights, fc.constantFrom(1, 0.5), (list, barPx) => {
      const rows = rowsOf(list);
      const total = list.reduce((sum, height) => sum + height, 0);
      const chosen = choose(rows, groupsOf(list.map(() => 1)), Math.ceil(total), barPx);
      const counted = new Map<number, number>();
      for (const i of entries(chosen, ITEM_CROWD)) {
        for (let row = chosen.first[i] ?? 0; row <= (chosen.last[i] ?? 0); row++) counted.set(row, (counted.get(row) ?? 0) + 1);
      }
      for (const [row, times] of counted) {
        expect(times).toBe(1);
        // The layout holds edges: a height that is the difference of two sums may come out a rounding below what went in.
        expect(list[row]).toBeLessThan(13 + 1e-9);
      }
      const drawn = Array.from({ length: chosen.length }, (_, i) => i).filter((i) => chosen.type[i] === ITEM_BAR || chosen.type[i] === ITEM_ROW);
      for (let y = 0.5; y < total - barPx; y++) expect(drawn.some((i) => (chosen.top[i] ?? 0) <= y && y <= (chosen.bottom[i] ?? 0))).toBe(true);
    }), { numRuns: 60 });
  });

  it('gives every long stretch of thin rows a count', () => {
    const rows = rowsOf([40, ...Array.from({ length: 100 }, () => 2), 40]);
    const list = choose(rows, groupsOf(Array.from({ length: 102 }, () => 1)));
    const crowds = entries(list, ITEM_CROWD);
    const sum = crowds.reduce((count, i) => count + (list.last[i] ?? 0) - (list.first[i] ?? 0) + 1, 0);
    expect(sum).toBe(100);
    for (const i of crowds) expect((list.bottom[i] ?? 0) - (list.top[i] ?? 0)).toBeGreaterThanOrEqual(13);
    const few = choose(rowsOf([40, 1e-9, 1e-9, 1e-9, 40]), groupsOf([1, 1, 1, 1, 1]));
    expect(entries(few, ITEM_CROWD).map((i) => [few.first[i], few.last[i]])).toEqual([[1, 3]]);
    expect(entries(few, ITEM_BAR)).toHaveLength(1);
  });

  it('draws only what is on the panel and close to it', () => {
    const rows = rowsOf(Array.from({ length: 1000 }, () => 20), -9000);
    const list = choose(rows, groupsOf(Array.from({ length: 1000 }, () => 1)));
    expect(list.length).toBeLessThan(40);
    for (let i = 0; i < list.length; i++) expect((list.bottom[i] ?? 0) > -60 && (list.top[i] ?? 0) < 660).toBe(true);
  });
});
