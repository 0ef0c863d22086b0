import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardPlace } from './hover-card.ts';

const px = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

describe('cardPlace', () => {
  it('never covers the pointer, whatever the sizes, and stays on the panel where it fits', () => {
    fc.assert(fc.property(px(900), px(1000), px(400), px(400), px(900), px(1000), (x, y, width, height, panelWidth, panelHeight) => {
      fc.pre(x <= panelWidth && y <= panelHeight);
      const { left, top } = cardPlace({ x, y }, { width, height }, { width: panelWidth, height: panelHeight });
      const covers = left <= x && x <= left + width && top <= y && y <= top + height;
      expect(covers).toBe(false);
      expect(left).toBeGreaterThanOrEqual(6);
      if (width + 12 <= panelWidth) expect(left + width).toBeLessThanOrEqual(panelWidth - 6);
      if (height + 22 <= Math.max(y, panelHeight - y)) expect(top >= 6 && top + height <= panelHeight - 6).toBe(true);
    }));
  });
});
