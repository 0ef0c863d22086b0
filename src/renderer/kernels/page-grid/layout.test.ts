import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPresentState, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { summariseCell } from './cells.ts';
import { FOLD, GridLayout, HEADING, LINES, type GridMeasures } from './layout.ts';
import { pagePieces } from './pieces.ts';
import { residentLines, ResidentRows, RESIDENT_CELLS_PER_LINE } from './residents.ts';
import { pageSpans } from './spans.ts';
import { regionTable, runColumns, testSpace } from './testing/random-pages.ts';

const measures = fc.record({ widthPx: fc.integer({ min: 1, max: 120 }), pagesPerCell: fc.constantFrom(1, 16, 64, 512), pitchPx: fc.constantFrom(5, 7, 14), headingPx: fc.constant(20), foldPx: fc.constant(14), gapPx: fc.constant(6), fold: fc.boolean() });
const PLAIN: GridMeasures = { widthPx: 40, pagesPerCell: 1, pitchPx: 10, headingPx: 20, foldPx: 14, gapPx: 6, fold: true };

describe('GridLayout', () => {
  it('gives every page exactly one cell or fold, and a fold holds only pages of one run', () => {
    fc.assert(fc.property(testSpace, measures, ({ table, runs, stateOf }, how) => {
      const spans = pageSpans(table.columns);
      const pieces = pagePieces(runs, spans);
      const layout = new GridLayout(spans, pieces, how);
      const told: number[] = [];
      let bottom = 0;
      for (let i = 0; i < layout.length; i++) {
        const block = layout.block(i);
        if (block === undefined) throw new Error(`no block ${i}`);
        expect(block.topPx).toBeGreaterThanOrEqual(bottom);
        bottom = block.topPx + block.heightPx;
        if (block.kind === HEADING) continue;
        const states = new Set<number | undefined>();
        for (let position = block.firstLine * layout.cellsPerLine; position < (block.firstLine + block.lineCount) * layout.cellsPerLine; position++) {
          const cell = layout.cellPages(block.span, position);
          if (cell === undefined) continue;
          for (let page = cell.endPage - 1; page >= cell.firstPage; page--) {
            told.push(page);
            states.add(stateOf.get(page));
          }
        }
        if (block.kind === FOLD) {
          expect(states.size).toBe(1);
          const hit = layout.hit(0, block.topPx + 1);
          expect(hit?.kind).toBe('fold');
        }
      }
      expect(told).toEqual([...stateOf.keys()].toReversed());
      expect(layout.heightPx).toBe(layout.length === 0 ? 0 : bottom + how.gapPx);
    }));
  });

  it('finds under a point the cell that it places there', () => {
    fc.assert(fc.property(testSpace, measures, fc.nat(), ({ table, runs, stateOf }, how, pick) => {
      const spans = pageSpans(table.columns);
      const layout = new GridLayout(spans, pagePieces(runs, spans), how);
      const pages = [...stateOf.keys()];
      const page = pages[pick % pages.length] ?? 0;
      const span = Array.from(spans.firstPage).findLastIndex((first) => first <= page);
      const place = layout.placeOf(span, page);
      if (place === undefined) throw new Error('a mapped page has no place');
      const found = Array.from({ length: layout.cellsPerLine }, (_, column) => layout.hit(column * how.pitchPx + 1, place.topPx + 1)).filter((hit) => hit !== undefined && hit.firstPage <= page && page < hit.endPage);
      expect(found.length).toBeGreaterThan(0);
    }));
  });

  it('folds what a reservation has too much of', () => {
    const spans = pageSpans(regionTable([{ start: 4096, end: 4096 * (1 + 2 ** 30) }]).columns);
    const layout = new GridLayout(spans, pagePieces(runColumns([{ page: 1, count: 2 ** 30 - 2, state: 2 }, { page: 2 ** 30 - 1, count: 2, state: 3 }]), spans), PLAIN);
    expect(Array.from({ length: layout.length }, (_, i) => layout.block(i)?.kind)).toEqual([HEADING, LINES, FOLD]);
    expect(layout.heightPx).toBe(20 + 2 * 10 + 14 + 6);
  });
});

describe('summariseCell', () => {
  it('counts what is there', () => {
    fc.assert(fc.property(testSpace, fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 64 }), ({ table, runs, stateOf }, from, count) => {
      const pieces = pagePieces(runs, pageSpans(table.columns));
      const cell = summariseCell(pieces, runs, from, from + count);
      const states = Array.from({ length: count }, (_, i) => stateOf.get(from + i)).filter((state) => state !== undefined);
      expect(cell.mapped).toBe(states.length);
      expect(cell.stateSet).toBe(states.reduce((set, state) => set | (1 << state), 0));
      const present = states.filter((state) => isPresentState(PAGE_STATES[state] ?? 'unknown'));
      expect(cell.present).toBe(present.length);
      const votes = present.length > 0 ? present : states;
      const votesFor = (state: number): number => votes.filter((one) => one === state).length;
      if (votes.length > 0) expect(votesFor(cell.state)).toBe(Math.max(...votes.map(votesFor)));
    }));
  });
});

describe('ResidentRows', () => {
  it('stand under one another, highest address first, and show each page or say that they do not', () => {
    fc.assert(fc.property(testSpace, fc.boolean(), ({ table }, uniform) => {
      const spans = pageSpans(table.columns);
      const rows = new ResidentRows(spans, () => uniform);
      let bottom = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows.at(i);
        if (row === undefined) throw new Error(`no row ${i}`);
        expect(row.topPx).toBe(bottom);
        expect(rows.indexAt(row.topPx)).toBe(i);
        bottom = row.topPx + row.heightPx;
        expect(row.span).toBe(spans.length - 1 - i);
        expect(rows.rowOfSpan(row.span)).toBe(i);
        expect(row.cells + row.hidden).toBe((spans.endPage[row.span] ?? 0) - (spans.firstPage[row.span] ?? 0));
        expect(row.cells).toBeLessThanOrEqual(row.lines * RESIDENT_CELLS_PER_LINE);
      }
      expect(rows.heightPx).toBe(bottom);
    }));
  });

  it.each([[33, true, 1], [34, true, 2], [396, false, 12], [397, true, 1], [16_384, false, 4]])('%d pages, alike %s: %d lines', (pages, uniform, lines) => expect(residentLines(pages, uniform)).toBe(lines));
});
