import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL_PX, cellX, columnAt, hexColumns, textCellX } from './hex-columns.ts';

describe('hex columns', () => {
  it('finds the column under the middle of each cell, in the hex and in the text block', () => {
    fc.assert(
      fc.property(fc.constantFrom<8 | 16 | 32>(8, 16, 32), fc.nat(31), (rowBytes, n) => {
        const columns = hexColumns(1400, rowBytes, 1);
        const column = n % rowBytes;
        expect(columnAt(columns, cellX(columns, column) + CELL_PX / 2)).toBe(column);
        expect(columnAt(columns, textCellX(columns, column) + 3)).toBe(column);
      }),
    );
  });

  it('finds none over the address or the notes', () => {
    const columns = hexColumns(1000, 16, 1);
    expect(columnAt(columns, columns.addressX + 4)).toBeUndefined();
    expect(columnAt(columns, columns.notesX + 4)).toBeUndefined();
  });

  it('fits fewer bytes into a narrower panel and never fewer than eight', () => {
    expect(hexColumns(1600, 0, 1).rowBytes).toBe(32);
    expect(hexColumns(960, 0, 1).rowBytes).toBe(16);
    expect(hexColumns(300, 0, 1).rowBytes).toBe(8);
  });
});
