import { describe, expect, it } from 'vitest';
import { columnWidth, wantedSizes } from './fixed-sizes.ts';

const usual = { map: 380, inspector: 344, console: 179 };

describe('widths beside the centre', () => {
  it('are what they want in a wide dock, and a share of a small one', () => {
    expect([columnWidth('map', 380, 1680), columnWidth('inspector', 344, 1680)]).toEqual([380, 344]);
    expect([columnWidth('map', 380, 1260), columnWidth('inspector', 344, 1260)]).toEqual([353, 277]);
  });

  it('are wanted again when a dock that was small grows', () => {
    expect(wantedSizes(usual, { map: 353, inspector: 277, console: 179 }, 1260)).toEqual(usual);
  });

  it('change when they are dragged, and the height of the terminals with every look', () => {
    expect(wantedSizes(usual, { map: 250, inspector: 277, console: 120 }, 1260)).toEqual({ map: 250, inspector: 344, console: 120 });
    expect(wantedSizes(undefined, usual, 1680)).toEqual(usual);
  });
});
