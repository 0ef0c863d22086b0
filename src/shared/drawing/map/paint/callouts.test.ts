import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelLane } from '../../labels/labels.ts';
import { CALLOUT_PX, placeCallouts, type SmallSymbols } from './callouts.ts';

const HEIGHT_PX = 890;

/** `count` symbols of `size` bytes one after the other, with their lowest byte at height `y` and `px` to a byte. */
function run(count: number, size: number, y: number, px: number, named: boolean): SmallSymbols {
  const symbols = { base: 0x1000n, length: count, from: Float64Array.from({ length: count }, (_, i) => i * size), to: Float64Array.from({ length: count }, (_, i) => (i + 1) * size), names: Array.from({ length: count }, (_, i) => `s${i}`) };
  return { noun: 'symbol', symbols, first: 0, last: count - 1, count, top: y - count * size * px, bottom: y, named, alpha: 1, yOf: (offset) => y - offset * px };
}

const countOf = (words: string): number => Number(/^\+ (\d+) /.exec(words)?.[1] ?? 1);

describe('placeCallouts', () => {
  it('tells every symbol, one by one or in a count, with none over another or over what was there before, in the order of their places', () => {
    const runs = fc.array(fc.record({ count: fc.integer({ min: 1, max: 30 }), y: fc.integer({ min: 40, max: 880 }), px: fc.double({ min: 0.01, max: 0.1, noNaN: true }), named: fc.boolean() }), { minLength: 1, maxLength: 8 });
    const taken = fc.array(fc.integer({ min: 0, max: 870 }), { maxLength: 25 });
    fc.assert(fc.property(runs, taken, (wanted, flags) => {
      const lane = new LabelLane();
      const obstacles = flags.filter((top) => lane.tryPlace(top, top + 13));
      const small = wanted.map(({ count, y, px, named }) => run(count, 8, y, px, named));
      const callouts = placeCallouts(small, lane, HEIGHT_PX);
      const total = small.reduce((sum, one) => sum + one.count, 0);
      if (callouts.length > 0) expect(callouts.reduce((sum, one) => sum + countOf(one.words), 0)).toBe(total);
      else expect(obstacles.length).toBeGreaterThan(5);
      for (const [i, one] of callouts.entries()) {
        expect(one.top >= 0 && one.top + CALLOUT_PX <= HEIGHT_PX).toBe(true);
        const before = callouts[i - 1];
        if (before) expect(one.top).toBeGreaterThanOrEqual(before.top + CALLOUT_PX - 1e-9);
        for (const flag of obstacles) expect(one.top >= flag + 13 || one.top + CALLOUT_PX <= flag).toBe(true);
      }
    }));
  });

  it('puts a name beside its place where that is free, and leads to it', () => {
    const [only] = placeCallouts([run(1, 8, 300, 1, true)], new LabelLane(), HEIGHT_PX);
    expect(only).toMatchObject({ words: 's0', address: 0x1000n, y: 296, top: 290 });
  });

  it('gives way upward at the lower edge of the panel', () => {
    const lane = new LabelLane();
    lane.tryPlace(840, 853);
    const callouts = placeCallouts([run(5, 8, 885, 0.5, true)], lane, HEIGHT_PX);
    expect(callouts.map((one) => one.words)).toEqual(['s4', 's3', 's2', 's1', 's0']);
  });
});
