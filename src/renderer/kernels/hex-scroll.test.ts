import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrollBy, settle, visibleUnits, type UnitSource } from './hex-scroll.ts';

/** A list of `count` units of given heights, repeated. */
function listOf(count: number, heights: readonly number[]): UnitSource<number> {
  return {
    heightPx: (unit) => heights[unit % heights.length] ?? 0,
    next: (unit) => (unit + 1 < count ? unit + 1 : undefined),
    previous: (unit) => (unit > 0 ? unit - 1 : undefined),
  };
}

const HEIGHTS = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });

describe('scrollBy', () => {
  it('comes back to where it was, away from the ends', () => {
    fc.assert(
      fc.property(HEIGHTS, fc.integer({ min: -2000, max: 2000 }), (heights, delta) => {
        const list = listOf(2 ** 40, heights);
        const anchor = { unit: 2 ** 39, offsetPx: 0 };
        expect(scrollBy(scrollBy(anchor, delta, 500, list), -delta, 500, list)).toEqual(anchor);
      }),
    );
  });

  it('keeps the anchor inside its unit', () => {
    fc.assert(
      fc.property(HEIGHTS, fc.integer({ min: -5000, max: 5000 }), (heights, delta) => {
        const list = listOf(50, heights);
        const { unit, offsetPx } = scrollBy({ unit: 25, offsetPx: 0 }, delta, 500, list);
        expect(offsetPx).toBeGreaterThanOrEqual(0);
        expect(offsetPx).toBeLessThan(list.heightPx(unit));
      }),
    );
  });

  it('stops at the top, and leaves no empty space under the end', () => {
    const list = listOf(10, [100]);
    expect(scrollBy({ unit: 1, offsetPx: 5 }, -1e6, 300, list)).toEqual({ unit: 0, offsetPx: 0 });
    const bottom = scrollBy({ unit: 1, offsetPx: 5 }, 1e6, 300, list);
    const last = visibleUnits(bottom, 300, list).at(-1);
    expect(last?.unit).toBe(9);
    expect((last?.topPx ?? 0) + 100).toBe(300);
  });

  it('shows a list shorter than the viewport from its top', () => {
    const list = listOf(2, [100]);
    expect(scrollBy({ unit: 0, offsetPx: 0 }, 50, 300, list)).toEqual({ unit: 0, offsetPx: 0 });
  });
});

describe('visibleUnits', () => {
  it('covers the viewport without holes', () => {
    fc.assert(
      fc.property(HEIGHTS, fc.nat(300), (heights, offset) => {
        const list = listOf(4000, heights);
        const placed = visibleUnits(settle({ unit: 400, offsetPx: offset }, list), 700, list);
        let top = placed[0]?.topPx ?? 1;
        expect(top).toBeLessThanOrEqual(0);
        for (const { unit, topPx } of placed) {
          expect(topPx).toBe(top);
          top += list.heightPx(unit);
        }
        expect(top).toBeGreaterThanOrEqual(700);
      }),
    );
  });
});
