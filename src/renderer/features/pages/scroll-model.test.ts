import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScrollModel } from './scroll-model.ts';

describe('ScrollModel', () => {
  it('never leaves its content, and shows what is asked for', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('by' as const), px: fc.integer({ min: -5000, max: 5000 }) }),
      fc.record({ kind: fc.constant('size' as const), px: fc.integer({ min: 0, max: 20_000 }) }),
      fc.record({ kind: fc.constant('reveal' as const), px: fc.integer({ min: 0, max: 400 }) }),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const model = new ScrollModel();
      model.setSizes(10_000, 300);
      for (const { kind, px } of steps) {
        if (kind === 'by') model.scrollBy(px);
        else if (kind === 'size') model.setSizes(px, 300);
        else {
          const top = Math.max(0, Math.min(px * 25, model.contentPx - 26));
          model.reveal(top, 26);
          if (model.contentPx >= 26) {
            expect(model.scrollPx).toBeLessThanOrEqual(top);
            expect(model.scrollPx + model.viewportPx).toBeGreaterThanOrEqual(top + 26);
          }
        }
        expect(model.scrollPx).toBeGreaterThanOrEqual(0);
        expect(model.scrollPx).toBeLessThanOrEqual(Math.max(0, model.contentPx - model.viewportPx));
        expect(model.fraction).toBeGreaterThanOrEqual(0);
        expect(model.fraction).toBeLessThanOrEqual(1);
      }
    }));
  });

  it('shows what was asked for before it had a size, unless the user scrolled since', () => {
    const model = new ScrollModel();
    model.reveal(5000, 26);
    model.setSizes(10_000, 0);
    model.setSizes(10_000, 300);
    expect(model.scrollPx).toBeLessThanOrEqual(5000);
    expect(model.scrollPx + 300).toBeGreaterThanOrEqual(5026);
    model.scrollTo(0);
    model.setSizes(10_000, 400);
    expect(model.scrollPx).toBe(0);
  });

  it('tells of a change once, and of none not at all', () => {
    const model = new ScrollModel();
    let told = 0;
    model.subscribe(() => told++);
    model.setSizes(1000, 100);
    model.scrollTo(50);
    model.scrollTo(50);
    model.reveal(60, 20);
    expect(told).toBe(2);
  });
});
