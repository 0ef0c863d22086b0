import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagePieces } from './pieces.ts';
import { pageSpans } from './spans.ts';
import { TableRows } from './table-rows.ts';
import { regionTable, runColumns, testSpace } from './testing/random-pages.ts';

const all = (): boolean => true;

describe('TableRows', () => {
  it('tell of every accepted page once, from high to low', () => {
    fc.assert(fc.property(testSpace, fc.boolean(), fc.integer({ min: 1, max: 0xfff }), ({ table, runs, stateOf }, fold, wanted) => {
      const pieces = pagePieces(runs, pageSpans(table.columns));
      const accepts = (code: number): boolean => (wanted & (1 << code)) !== 0;
      const rows = new TableRows(pieces, fold, (piece) => accepts(runs.state[pieces.run[piece] ?? 0] ?? 0));
      const told: number[] = [];
      for (let i = 0; i < rows.length; i++) {
        const row = rows.at(i);
        if (row === undefined) throw new Error(`no row ${i}`);
        const lowest = row.kind === 'fold' ? row.lowest : row.page;
        for (let page = row.page; page >= lowest; page--) {
          told.push(page);
          expect(rows.rowOf(page)).toBe(i);
        }
      }
      expect(told).toEqual([...stateOf].filter(([, state]) => accepts(state)).map(([page]) => page).toReversed());
      expect(rows.pages).toBe(told.length);
      expect(rows.at(rows.length)).toBeUndefined();
    }));
  });

  it('need no row in memory: a reservation of 2^36 pages has its last row at once', () => {
    const size = 2 ** 36;
    const pieces = pagePieces(runColumns([{ page: 16, count: size, state: 1 }]), pageSpans(regionTable([{ start: 16 * 4096, end: (16 + size) * 4096 }]).columns));
    const rows = new TableRows(pieces, false, all);
    expect(rows.length).toBe(size);
    expect(rows.at(size - 1)).toEqual({ kind: 'page', page: 16, piece: 0 });
    expect(rows.rowOf(16)).toBe(size - 1);
    expect(new TableRows(pieces, true, all).length).toBe(2);
  });

  it('find the next place for a page that is filtered out', () => {
    const pieces = pagePieces(runColumns([{ page: 1, count: 2, state: 3 }, { page: 3, count: 2, state: 2 }, { page: 5, count: 1, state: 3 }]), pageSpans(regionTable([{ start: 4096, end: 6 * 4096 }]).columns));
    const rows = new TableRows(pieces, false, (piece) => piece !== 1);
    expect(rows.rowOf(4)).toBe(-1);
    expect(rows.rowNear(4)).toBe(1);
    expect(rows.at(1)).toMatchObject({ page: 2 });
    expect(rows.rowNear(0)).toBe(2);
    expect(rows.rowNear(99)).toBe(0);
  });
});
