import { describe, expect, it } from 'vitest';
import { PITCHES_PX, zoomed } from './pages-ui-store.ts';

describe('zoomed', () => {
  it('goes through every size of every grouping, in and out again, and stops at both ends', () => {
    let at: ReturnType<typeof zoomed> = { pagesPerCell: 512, pitchPx: PITCHES_PX[0] };
    const inward: string[] = [];
    for (let i = 0; i < 40; i++) {
      inward.push(`${at.pagesPerCell}@${at.pitchPx}`);
      at = zoomed(at, 1);
    }
    expect(new Set(inward).size).toBe(4 * PITCHES_PX.length);
    expect(inward.at(-1)).toBe(`1@${PITCHES_PX.at(-1)}`);
    for (let i = 0; i < 40; i++) at = zoomed(at, -1);
    expect(at).toEqual({ pagesPerCell: 512, pitchPx: PITCHES_PX[0] });
  });
});
