import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText, LabelLane, rulerTicks, spreadFlags } from './labels.ts';

describe('LabelLane', () => {
  it('never lets two labels meet, and refuses one only if it would', () => {
    const label = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(fc.property(fc.array(label), (labels) => {
      const lane = new LabelLane();
      const placed: [number, number][] = [];
      for (const [from, size] of labels) {
        const meets = placed.some(([a, b]) => a < from + size && from < b);
        expect(lane.tryPlace(from, from + size)).toBe(!meets);
        if (!meets) placed.push([from, from + size]);
      }
    }));
  });
});

describe('spreadFlags', () => {
  it('keeps flags apart, in order and inside, and moves none that has room', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { maxLength: 40 }), (wishes) => {
      const sorted = wishes.toSorted((a, b) => a - b);
      const tops = spreadFlags(sorted, 13, 0, 400);
      const kept = tops.filter((top) => !Number.isNaN(top));
      expect(kept).toHaveLength(Math.min(sorted.length, 30));
      for (const [i, top] of kept.entries()) {
        expect(top >= -1e-9 && top + 13 <= 400 + 1e-9).toBe(true);
        if (i > 0) expect(top - (kept[i - 1] ?? 0)).toBeGreaterThanOrEqual(13 - 1e-9);
      }
      for (const [i, wish] of sorted.entries()) {
        const free = wish > 6.5 && wish < 393.5 && [...kept.keys()].every((j) => j === i || Math.abs((sorted[j] ?? 0) - wish) > 13 * kept.length);
        if (free && i < kept.length) expect(tops[i]).toBeCloseTo(wish - 6.5, 6);
      }
    }));
  });

  it('moves colliding flags to both sides alike', () => {
    expect(spreadFlags([100, 100], 10, 0, 400)).toEqual([90, 100]);
    expect(spreadFlags([2, 2], 10, 0, 400)).toEqual([0, 10]);
  });
});

describe('fitText', () => {
  it('never makes a text wider than its room', () => {
    const measure = (text: string): number => text.length * 6;
    fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: 200 }), (text, width) => {
      const fitted = fitText(text, width, measure);
      expect(measure(fitted)).toBeLessThanOrEqual(width);
      if (measure(text) <= width) expect(fitted).toBe(text);
      else if (fitted !== '') expect(text.startsWith(fitted.slice(0, -1))).toBe(true);
    }));
  });
});

describe('rulerTicks', () => {
  it('gives multiples of a power of two, far enough apart, up to the top of the space', () => {
    const end = 1n << 64n;
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: end - 2n }), fc.bigInt({ min: 1n, max: 1n << 50n }), fc.double({ min: 30, max: 900, noNaN: true }), (low, size, heightPx) => {
      const high = low + size < end ? low + size : end;
      const pxPerByte = heightPx / Number(high - low);
      const ticks = rulerTicks(low, high, pxPerByte, 40);
      for (const [i, tick] of ticks.entries()) {
        expect(tick >= low && tick < high).toBe(true);
        if (i > 0) expect(Number(tick - (ticks[i - 1] ?? 0n)) * pxPerByte).toBeGreaterThanOrEqual(39.99);
      }
      if (heightPx > 161) expect(ticks.length).toBeGreaterThan(0);
    }));
  });
});
