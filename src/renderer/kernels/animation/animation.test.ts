import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { easeOut, moveView, progress } from './animation.ts';

describe('animation', () => {
  it('begins and ends exactly at the views given', () => {
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e12, noNaN: true }), fc.double({ min: 1e-3, max: 1e12, noNaN: true }), (fromY, toY, fromZoom, toZoom) => {
      const move = { fromY, toY, fromZoom, toZoom };
      expect(moveView(move, 0)).toEqual({ y: fromY, zoom: fromZoom });
      expect(moveView(move, 1)).toEqual({ y: toY, zoom: toZoom });
      const half = moveView(move, 0.5);
      expect(half.zoom).toBeGreaterThanOrEqual(Math.min(fromZoom, toZoom) * 0.999);
      expect(half.zoom).toBeLessThanOrEqual(Math.max(fromZoom, toZoom) * 1.001);
    }));
  });

  it('keeps the still point of a zoom about a point still at every step', () => {
    // Zoom by 4 about y = 200: what was at 300 goes to 600.
    const move = { fromY: 300, toY: 600, fromZoom: 1, toZoom: 4 };
    for (const t of [0.1, 0.5, 0.9]) {
      const { y, zoom } = moveView(move, t);
      expect(200 + (300 - 200) * zoom).toBeCloseTo(y, 9);
    }
  });

  it('is over at once under reduced motion', () => {
    expect(progress(1000, 0, 1000)).toBe(1);
    expect(progress(1000, 180, 1090)).toBe(0.5);
    expect(easeOut(1)).toBe(1);
    expect(easeOut(0)).toBe(0);
    expect(easeOut(0.5)).toBeGreaterThan(0.5);
  });
});
