import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../shared/address/page.ts';
import type { MemoryRange } from '../../shared/model/memory-range.ts';
import { itemStart, layoutHexPage, type HexBand, type HexPageInput } from './hex-rows.ts';

const PAGE = 0x5561 as PageNumber;
const START = pageStart(PAGE);

function input(changes: Partial<HexPageInput>): HexPageInput {
  return { page: PAGE, rowBytes: 16, ranges: [{ kind: 'valid', start: START, bytes: new Uint8Array(PAGE_SIZE_BYTES).fill(7) }], bands: [], foldZeros: true, keepRow: () => false, ...changes };
}

function zeroPageWith(...offsets: number[]): MemoryRange[] {
  const bytes = new Uint8Array(PAGE_SIZE_BYTES);
  for (const offset of offsets) bytes[offset] = 1;
  return [{ kind: 'valid', start: START, bytes }];
}

const band = (offset: number): HexBand => ({ start: (START + BigInt(offset)) as Address, end: (START + BigInt(offset + 64)) as Address, title: '.bss', note: '', kind: 'bss' });

describe('layoutHexPage', () => {
  it('shows 256 rows of a page without zeros', () => {
    const items = layoutHexPage(input({}));
    expect(items).toHaveLength(256);
    expect(items.every((item) => item.kind === 'row' && item.byteCount === 16)).toBe(true);
  });

  it('folds runs of zero rows and keeps the rows around a value', () => {
    const items = layoutHexPage(input({ ranges: zeroPageWith(0x140) }));
    expect(items.map((item) => item.kind)).toEqual(['fold', 'row', 'fold']);
    expect(items[0]).toMatchObject({ start: START, end: START + 0x140n, rowCount: 20 });
    expect(items[2]).toMatchObject({ start: START + 0x150n, end: START + 4096n, rowCount: 235 });
  });

  it('does not fold a run shorter than three rows', () => {
    const items = layoutHexPage(input({ ranges: zeroPageWith(0x00, 0x30), foldZeros: true }));
    expect(items.slice(0, 4).map((item) => item.kind)).toEqual(['row', 'row', 'row', 'row']);
  });

  it('never folds the rows it is told to keep', () => {
    const kept = (START + 0x200n) as Address;
    const items = layoutHexPage(input({ ranges: zeroPageWith(), keepRow: (row) => row === kept }));
    expect(items.map((item) => item.kind)).toEqual(['fold', 'row', 'fold']);
    expect(items[1]).toMatchObject({ start: kept });
  });

  it('splits the row in which a section begins', () => {
    const items = layoutHexPage(input({ bands: [band(0x44)] }));
    const at = items.findIndex((item) => item.kind === 'band');
    expect(items[at - 1]).toMatchObject({ kind: 'row', start: START + 0x40n, byteCount: 4, firstColumn: 0 });
    expect(items[at + 1]).toMatchObject({ kind: 'row', start: START + 0x44n, byteCount: 12, firstColumn: 4 });
  });

  it('puts two headings that begin at one address one under the other', () => {
    const items = layoutHexPage(input({ bands: [band(0x40), band(0x40)] }));
    const at = items.findIndex((item) => item.kind === 'band');
    expect(items.slice(at, at + 3).map((item) => item.kind)).toEqual(['band', 'band', 'row']);
  });

  it('collapses a page that has no byte to show, and says which state it is in', () => {
    const absent: MemoryRange = { kind: 'not-present', start: START, lengthBytes: 4096n, why: 'untouched' };
    const items = layoutHexPage(input({ ranges: [absent] }));
    expect(items.map((item) => item.kind)).toEqual(['page-note', 'state-row']);
    expect(items[0]).toMatchObject({ state: absent });
    expect(layoutHexPage(input({ ranges: undefined }))[0]).toMatchObject({ state: { kind: 'not-read-yet' } });
  });

  it('keeps rows on both sides of a hole inside a page', () => {
    const ranges: MemoryRange[] = [
      { kind: 'valid', start: START, bytes: new Uint8Array(2048).fill(1) },
      { kind: 'unreadable', start: (START + 2048n) as Address, lengthBytes: 2048n, reason: 'EIO', detail: '' },
    ];
    expect(layoutHexPage(input({ ranges })).filter((item) => item.kind === 'row')).toHaveLength(256);
  });

  it('covers every byte exactly once, in order, whatever the bytes, bands and width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4095), { maxLength: 20 }),
        fc.uniqueArray(fc.nat(4095), { maxLength: 6 }),
        fc.constantFrom(8, 16, 32),
        fc.boolean(),
        (values, bandOffsets, rowBytes, foldZeros) => {
          const bands = [...bandOffsets].sort((a, b) => a - b).map(band);
          const items = layoutHexPage(input({ ranges: zeroPageWith(...values), bands, rowBytes, foldZeros }));
          let at = START;
          for (const item of items) {
            if (item.kind === 'row') {
              expect(item.start).toBe(at);
              expect(item.firstColumn + item.byteCount).toBeLessThanOrEqual(rowBytes);
              at = (at + BigInt(item.byteCount)) as Address;
            } else if (item.kind === 'fold') {
              expect(item.start).toBe(at);
              at = item.end;
            } else {
              expect(itemStart(item)).toBe(at);
            }
          }
          expect(at).toBe(START + 4096n);
          expect(items.filter((item) => item.kind === 'band')).toHaveLength(bands.length);
          // No value may hide in a fold.
          for (const offset of values) {
            const address = START + BigInt(offset);
            expect(items.some((item) => item.kind === 'fold' && address >= item.start && address < item.end)).toBe(false);
          }
        },
      ),
    );
  });

  it('lays out the last page of the space without wrapping', () => {
    const page = (2 ** 52 - 1) as PageNumber;
    const start = pageStart(page);
    const items = layoutHexPage(input({ page, ranges: [{ kind: 'valid', start, bytes: new Uint8Array(4096) }] }));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: 'fold', start, end: 2n ** 64n });
  });
});
