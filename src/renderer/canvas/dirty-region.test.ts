import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirtyRegion, type PixelRect } from './dirty-region.ts';

const rect = fc.record({ x: fc.integer({ min: -20, max: 90 }), y: fc.integer({ min: -20, max: 90 }), width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) });

describe('DirtyRegion', () => {
  it('covers every pixel that was added, inside the canvas only, without overlap', () => {
    fc.assert(fc.property(fc.array(rect, { maxLength: 12 }), (rects) => {
      const region = new DirtyRegion();
      for (const one of rects) region.add(one);
      const taken = region.take(80, 80);
      const holds = (list: readonly PixelRect[], x: number, y: number): number =>
        list.filter((r) => r.x <= x && x < r.x + r.width && r.y <= y && y < r.y + r.height).length;
      for (let y = 0; y < 80; y += 3) {
        for (let x = 0; x < 80; x += 3) {
          if (holds(rects, x, y) > 0) expect(holds(taken, x, y)).toBe(1);
          else expect(holds(taken, x, y)).toBeLessThanOrEqual(1);
        }
      }
      for (const r of taken) expect(r.x >= 0 && r.y >= 0 && r.x + r.width <= 80 && r.y + r.height <= 80).toBe(true);
      expect(region.isEmpty).toBe(true);
    }));
  });

  it('keeps far rectangles apart and gives one for all', () => {
    const region = new DirtyRegion();
    region.add({ x: 0, y: 0, width: 5, height: 5 });
    region.add({ x: 50, y: 50, width: 5, height: 5 });
    expect(region.take(80, 80)).toHaveLength(2);
    region.add({ x: 50, y: 50, width: 5, height: 5 });
    region.addAll();
    expect(region.take(80, 70)).toEqual([{ x: 0, y: 0, width: 80, height: 70 }]);
  });
});
