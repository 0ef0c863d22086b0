import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorAt, clampPan, clampZoom, fitRange, panBy, pointAt, pxPerByteAt, yOf, zoomAbout, type Axis, type Camera } from './camera.ts';

const SPACE_END = 1n << 64n;
const LIMITS = { minZoom: 1e-9, maxPxPerByte: 32 };

/** Axis from edges (ascending addresses) and heights. */
function axisOf(edges: readonly bigint[], heights: readonly number[]): Axis {
  const up = heights.reduce<number[]>((sums, height) => [...sums, (sums.at(-1) ?? 0) + height], [0]);
  return {
    segments: heights.length,
    edgeAddress: (i) => edges[i] ?? SPACE_END,
    edgeUpPx: (i) => up[i] ?? 0,
    segmentOf: (address) => Math.max(0, Math.min(heights.length - 1, edges.filter((edge) => edge <= address).length - 1)),
  };
}

const TRUE_AXIS = axisOf([0n, SPACE_END], [900 * 2 ** 17]);
const address = fc.bigInt({ min: 0n, max: SPACE_END - 1n });
/** Edges anywhere in the space, with the first 0 and the last 2^64; heights are multiples of 2^-16, as the layout makes them. */
const schematicAxis = fc.uniqueArray(fc.bigInt({ min: 1n, max: SPACE_END - 1n }), { minLength: 1, maxLength: 30 }).chain((cuts) =>
  fc.array(fc.integer({ min: 65_536, max: 65_536 * 60 }), { minLength: cuts.length + 1, maxLength: cuts.length + 1 }).map((heights) =>
    axisOf([0n, ...cuts.toSorted((a, b) => (a < b ? -1 : 1)), SPACE_END], heights.map((height) => height / 65_536))));

describe('address to pixel and back', () => {
  it('is exact for every byte near the camera, from 2^64 − 1 down, at a pixel per byte and closer', () => {
    fc.assert(fc.property(address, fc.integer({ min: -2000, max: 2000 }), fc.double({ min: 1, max: 32, noNaN: true }), fc.double({ min: 0, max: 0.999, noNaN: true }), (at, offset, pxPerByte, fraction) => {
      const target = at + BigInt(offset);
      fc.pre(target >= 0n && target < SPACE_END);
      const zoom = pxPerByte / (900 * 2 ** 17 / 2 ** 64);
      const camera: Camera = { address: at, fraction, atPx: 450, zoom };
      const middle = yOf(TRUE_AXIS, camera, { address: target, fraction: 0.5 });
      expect(pointAt(TRUE_AXIS, camera, middle).address).toBe(target);
    }));
  });

  it('names the very last byte of the space at a pixel per byte', () => {
    const camera: Camera = { address: SPACE_END, fraction: 0, atPx: 0, zoom: 1 / (900 * 2 ** 17 / 2 ** 64) };
    expect(pointAt(TRUE_AXIS, camera, 0.5).address).toBe(SPACE_END - 1n);
    expect(pointAt(TRUE_AXIS, camera, 1.5).address).toBe(SPACE_END - 2n);
    expect(pointAt(TRUE_AXIS, camera, -5)).toEqual({ address: SPACE_END, fraction: 0 });
  });

  it('comes back to the same pixel in any piecewise scale, wherever the camera is', () => {
    fc.assert(fc.property(schematicAxis, address, fc.double({ min: -4, max: 12, noNaN: true }), fc.integer({ min: 0, max: 900 }), (axis, at, log2Zoom, y) => {
      const camera: Camera = { address: at, fraction: 0.25, atPx: 300, zoom: 2 ** log2Zoom };
      const point = pointAt(axis, camera, y);
      fc.pre(point.address > 0n && point.address < SPACE_END);
      expect(point.fraction >= 0 && point.fraction < 1).toBe(true);
      // Within a byte, and within a thousandth of a pixel where bytes are smaller than that.
      const tolerance = Math.max(1e-3, 2 ** -19 * pxPerByteAt(axis, camera, point.address));
      expect(Math.abs(yOf(axis, camera, point) - y)).toBeLessThanOrEqual(tolerance);
    }));
  });

  it('never places a higher address lower', () => {
    fc.assert(fc.property(schematicAxis, address, address, address, (axis, at, a, b) => {
      const camera: Camera = { address: at, fraction: 0, atPx: 450, zoom: 3 };
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(yOf(axis, camera, { address: high, fraction: 0 })).toBeLessThanOrEqual(yOf(axis, camera, { address: low, fraction: 0 }) + 1e-6);
    }));
  });
});

describe('zoom and pan', () => {
  it('keeps the point under the pointer still, also where the zoom is clamped', () => {
    fc.assert(fc.property(schematicAxis, address, fc.integer({ min: 0, max: 900 }), fc.double({ min: -30, max: 60, noNaN: true }), (axis, at, y, log2Factor) => {
      const camera: Camera = { address: at, fraction: 0, atPx: 400, zoom: 4 };
      const focus = pointAt(axis, camera, y);
      const zoomed = zoomAbout(axis, camera, y, 2 ** log2Factor, LIMITS);
      expect(yOf(axis, zoomed, focus)).toBe(y);
      expect(pxPerByteAt(axis, zoomed, focus.address)).toBeLessThanOrEqual(LIMITS.maxPxPerByte * 1.000001);
      expect(clampZoom(axis, zoomed, LIMITS)).toBe(zoomed);
    }));
  });

  it('shows the same view after naming it by another point', () => {
    fc.assert(fc.property(schematicAxis, address, fc.integer({ min: 0, max: 900 }), (axis, at, y) => {
      const camera: Camera = { address: at, fraction: 0, atPx: 450, zoom: 8 };
      const point = pointAt(axis, camera, y);
      fc.pre(point.address > 0n && point.address < SPACE_END);
      const named = anchorAt(axis, camera, y);
      expect(yOf(axis, named, { address: at, fraction: 0 })).toBeCloseTo(450, 3);
    }));
  });

  it('cannot be panned off the content, and clamping twice is clamping once', () => {
    fc.assert(fc.property(schematicAxis, address, fc.integer({ min: -5000, max: 5000 }), fc.double({ min: -3, max: 4, noNaN: true }), (axis, at, downPx, log2Zoom) => {
      const camera = panBy({ address: at, fraction: 0, atPx: 450, zoom: 2 ** log2Zoom }, downPx);
      const clamped = clampPan(axis, camera, 900, 4);
      const top = yOf(axis, clamped, { address: SPACE_END, fraction: 0 });
      const bottom = yOf(axis, clamped, { address: 0n, fraction: 0 });
      if (bottom - top > 892.01) expect(top <= 4.001 && bottom >= 895.999).toBe(true);
      else expect(top).toBeCloseTo(4, 3);
      const again = clampPan(axis, clamped, 900, 4);
      expect(Math.abs(again.atPx - clamped.atPx)).toBeLessThan(1e-6);
    }));
  });

  it('fits a range to the panel', () => {
    fc.assert(fc.property(address, fc.bigInt({ min: 4096n, max: 1n << 40n }), (start, size) => {
      fc.pre(start + size <= SPACE_END);
      const camera = fitRange(TRUE_AXIS, start, start + size, 900, 10, LIMITS);
      const top = yOf(TRUE_AXIS, camera, { address: start + size, fraction: 0 });
      const bottom = yOf(TRUE_AXIS, camera, { address: start, fraction: 0 });
      expect(top).toBeCloseTo(10, 2);
      expect(bottom).toBeCloseTo(890, 2);
    }));
  });
});
