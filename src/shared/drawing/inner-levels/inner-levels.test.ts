import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAddress, innerLevels, topGrid } from './inner-levels.ts';

const TALL_PX = 1e6;
const pxPerByte = fc.double({ min: -14, max: 4.6, noNaN: true }).map((log2) => 2 ** log2);
const width = fc.integer({ min: 120, max: 1600 });

describe('innerLevels', () => {
  it('goes from nothing by pages and bytes to one byte a row, and never lets all levels be gone once pages are there', () => {
    const at = (px: number): string => {
      const levels = innerLevels(px, TALL_PX, 200);
      return [levels.pages && levels.pages.alpha > 0 ? 'pages' : '', levels.bytes ? 'bytes' : '', levels.text ? `text ${levels.text.perRow}` : ''].filter((word) => word !== '').join(', ');
    };
    expect(at(0.05 / 4096)).toBe('');
    expect(at(8 / 4096)).toBe('pages');
    expect(at(420 / 4096)).toBe('pages, bytes');
    expect(at(24)).toBe('text 1');
    expect(at(2)).toBe('text 8');
    fc.assert(fc.property(pxPerByte, width, (px, widthPx) => {
      fc.pre(px * 4096 >= 1);
      const { pages, bytes, text } = innerLevels(px, TALL_PX, widthPx);
      expect(Math.max(pages?.alpha ?? 0, bytes?.alpha ?? 0, text?.alpha ?? 0)).toBeGreaterThanOrEqual(0.5);
    }));
  });

  it('changes by little when the zoom does: each level fades', () => {
    fc.assert(fc.property(pxPerByte, width, (px, widthPx) => {
      const before = innerLevels(px, TALL_PX, widthPx);
      const after = innerLevels(px * 1.01, TALL_PX, widthPx);
      for (const name of ['pages', 'bytes'] as const) expect(Math.abs((before[name]?.alpha ?? 0) - (after[name]?.alpha ?? 0))).toBeLessThan(0.06);
      // Pages are left out once digits cover them.
      expect(Math.abs((before.text?.alpha ?? 0) - (after.text?.alpha ?? 0))).toBeLessThan(0.06);
    }));
  });

  it('makes rows of a power of two that fill the width', () => {
    fc.assert(fc.property(pxPerByte, width, (px, widthPx) => {
      for (const grid of Object.values(innerLevels(px, TALL_PX, widthPx))) {
        if (!grid) continue;
        expect(Number.isInteger(Math.log2(grid.perRow))).toBe(true);
        expect(grid.cellPx * grid.perRow).toBeCloseTo(widthPx, 6);
        expect(grid.rowPx).toBeCloseTo(px * grid.unitBytes * grid.perRow, 6);
      }
      const text = innerLevels(px, TALL_PX, widthPx).text;
      if (text) expect(text.rowPx).toBeGreaterThanOrEqual(10);
    }));
  });

  it('shows nothing in a block too low for it', () => {
    expect(innerLevels(1, 60, 200)).toEqual({ pages: undefined, bytes: undefined, text: undefined });
  });
});

describe('cellAddress', () => {
  it('finds every byte at the middle of its own cell, up to the top of the space', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), pxPerByte, width, (address, px, widthPx) => {
      const grid = topGrid(innerLevels(px, TALL_PX, widthPx));
      fc.pre(grid !== undefined);
      const unit = BigInt(grid.unitBytes);
      const cell = address - (address % unit);
      const column = Number((cell / unit) % BigInt(grid.perRow));
      // Any address of the row is at that height.
      expect(cellAddress(grid, address, (column + 0.5) * grid.cellPx)).toBe(cell);
      expect(cellAddress(grid, cell - BigInt(column) * unit, (column + 0.5) * grid.cellPx)).toBe(cell);
    }));
  });
});
