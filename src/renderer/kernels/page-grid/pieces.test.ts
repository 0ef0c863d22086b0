import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinRuns, pagePieces, pieceAt } from './pieces.ts';
import { pageSpans, spanAt } from './spans.ts';
import { regionTable, runColumns, testSpace } from './testing/random-pages.ts';

describe('pageSpans', () => {
  it('cover each mapped page once, ascending', () => {
    fc.assert(fc.property(testSpace, ({ table, stateOf }) => {
      const spans = pageSpans(table.columns);
      const covered: number[] = [];
      for (let i = 0; i < spans.length; i++) for (let page = spans.firstPage[i] ?? 0; page < (spans.endPage[i] ?? 0); page++) covered.push(page);
      expect(covered).toEqual([...stateOf.keys()]);
      for (const page of covered) expect(spans.firstPage[spanAt(spans, page)]).toBeLessThanOrEqual(page);
      const rows = Array.from(spans.rowCount).reduce((sum, count) => sum + count, 0);
      expect(rows).toBe(table.length);
    }));
  });

  it('tell two regions on one page as one, and leave out what is not mapped', () => {
    const table = regionTable([{ start: 0, end: 0xa000, perms: '' }, { start: 0xa000, end: 0xa050, label: '.data' }, { start: 0xa050, end: 0xb000, label: '.bss' }, { start: 0xc000, end: 0xd000, label: 'heap' }]);
    const spans = pageSpans(table.columns);
    expect([...spans.firstPage]).toEqual([0xa, 0xc]);
    expect([...spans.row]).toEqual([1, 3]);
    expect([...spans.rowCount]).toEqual([2, 1]);
    expect(spanAt(spans, 0xb)).toBe(-1);
    expect(spanAt(spans, 3)).toBe(-1);
  });
});

describe('pagePieces', () => {
  it('hold every page once, in its run and its span', () => {
    fc.assert(fc.property(testSpace, ({ table, runs, stateOf }) => {
      const spans = pageSpans(table.columns);
      const pieces = pagePieces(runs, spans);
      const seen: number[] = [];
      for (let i = 0; i < pieces.length; i++) {
        const first = pieces.firstPage[i] ?? 0;
        for (let page = first; page < first + (pieces.pageCount[i] ?? 0); page++) {
          seen.push(page);
          expect(runs.state[pieces.run[i] ?? -1]).toBe(stateOf.get(page));
          expect(spanAt(spans, page)).toBe(pieces.span[i]);
          expect(pieceAt(pieces, page)).toBe(i);
        }
      }
      expect(seen).toEqual([...stateOf.keys()]);
      expect(pieces.unplacedPages).toBe(0);
    }));
  });

  it('keep to the limits', () => {
    fc.assert(fc.property(testSpace, fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), ({ table, runs, stateOf }, from, length) => {
      const pieces = pagePieces(runs, pageSpans(table.columns), { firstPage: from, endPage: from + length });
      const pages = Array.from(pieces.pageCount).reduce((sum, count) => sum + count, 0);
      expect(pages).toBe([...stateOf.keys()].filter((page) => page >= from && page < from + length).length);
    }));
  });

  it('count pages that the regions of another moment lack', () => {
    const spans = pageSpans(regionTable([{ start: 0x2000, end: 0x4000 }]).columns);
    const pieces = pagePieces(runColumns([{ page: 1, count: 5, state: 3 }]), spans);
    expect([...pieces.firstPage]).toEqual([2]);
    expect([...pieces.pageCount]).toEqual([2]);
    expect(pieces.unplacedPages).toBe(3);
  });
});

describe('joinRuns', () => {
  it('is the parts one after the other', () => {
    const parts = [runColumns([{ page: 1, count: 2, state: 3 }]), runColumns([{ page: 9, count: 1, state: 4 }, { page: 10, count: 5, state: 2 }])];
    const joined = joinRuns(parts);
    expect([joined.length, ...joined.startPage, ...joined.pageCount, ...joined.state]).toEqual([3, 1, 9, 10, 2, 1, 5, 3, 4, 2]);
  });
});
