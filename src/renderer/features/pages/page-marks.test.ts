import { describe, expect, it } from 'vitest';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import { DrawLog } from '../../../shared/drawing/testing/draw-log.ts';
import { paintPage } from './page-marks.ts';

describe('paintPage', () => {
  // The two kinds of zeros, and the two kinds of nothing, differ by their outline and their name.
  it('gives states different shapes, whatever the colour', () => {
    const shapes = new Map<string, string[]>();
    for (const [code, state] of PAGE_STATES.entries()) {
      const log = new DrawLog();
      paintPage(log, code, 0, 0, 12, { ink: '#111', ground: '#fff' });
      expect(log.globalAlpha).toBe(1);
      const shape = JSON.stringify(log.ops);
      shapes.set(shape, [...(shapes.get(shape) ?? []), state]);
    }
    expect([...shapes.values()].filter((states) => states.length > 1)).toEqual([['unknown', 'reserved']]);
  });
});
