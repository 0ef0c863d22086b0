import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { columnY, pageColumn, type ColumnRun } from './page-column.ts';

const BASE = 0x7f00_0000_0000n;

function runs(pages: readonly (readonly [count: number, isPresent: boolean])[]): ColumnRun[] {
  let at = BASE;
  return pages.map(([count, isPresent]) => ({ start: toAddress(at), end: toAddress((at += BigInt(count) * 4096n)), isPresent }));
}

describe('pages of a stack to scale', () => {
  test('33 pages fit: each the same height, the highest on top', () => {
    const column = pageColumn(runs([[29, false], [4, true]]), 500);
    expect(column.bands.map(({ run, isCompressed }) => [run, isCompressed])).toEqual([[1, false], [0, false]]);
    expect((column.bands[1]?.heightPx ?? 0) / (column.bands[0]?.heightPx ?? 1)).toBeCloseTo(29 / 4);
  });

  test('of 2048 pages the absent ones are compressed and said to be', () => {
    const column = pageColumn(runs([[2046, false], [2, true]]), 500);
    expect(column.bands.map(({ isCompressed }) => isCompressed)).toEqual([false, true]);
    expect(column.heightPx).toBeLessThanOrEqual(500);
  });

  test('bands touch, and a higher address is never drawn lower', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.boolean()), { minLength: 1, maxLength: 12 }), fc.integer({ min: 60, max: 900 }), fc.nat(), fc.nat(), (pages, roomPx, a, b) => {
      const all = runs(pages);
      const column = pageColumn(all, roomPx);
      let at = 0;
      for (const band of column.bands) {
        expect(band.topPx).toBeCloseTo(at);
        expect(band.heightPx).toBeGreaterThan(0);
        at += band.heightPx;
      }
      const size = Number((all.at(-1)?.end ?? BASE) - BASE);
      const [low, high] = [a % (size + 1), b % (size + 1)].toSorted((x, y) => x - y);
      expect(columnY(column, BASE + BigInt(low ?? 0)) ?? -1).toBeGreaterThanOrEqual((columnY(column, BASE + BigInt(high ?? 0)) ?? 0) - 1e-6);
    }));
  });
});
