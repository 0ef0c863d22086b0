import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBytes, formatAddress, formatPlainAddress, parseAddress, SPACE_END, toAddress } from './address.ts';
import { offsetInPage, pageCeil, pageOf, pageStart, PAGE_COUNT_OF_SPACE, toPageNumber } from './page.ts';
import { formatRange, intersectRanges, rangeContains, rangeFrom, rangeSize, rangesOverlap } from './range.ts';
import { formatCount, formatSize } from './size.ts';

const address = fc.bigInt({ min: 0n, max: SPACE_END - 1n }).map(toAddress);
const range = fc.tuple(fc.bigInt({ min: 0n, max: SPACE_END }), fc.bigInt({ min: 0n, max: SPACE_END })).map(([a, b]) => ({ start: toAddress(a < b ? a : b), end: toAddress(a < b ? b : a) }));

describe('addresses', () => {
  it('read back what they print, in both forms', () => {
    fc.assert(fc.property(address, (value) => {
      expect(parseAddress(formatAddress(value))).toBe(value);
      expect(parseAddress(formatPlainAddress(value))).toBe(value);
      expect(formatAddress(value)).toMatch(/^0x[0-9a-f]{4}(_[0-9a-f]{4}){2,3}$/);
    }));
  });
  it.each([
    [0n, '0x0000_0000_0000'], [0x7ffff7dd5000n, '0x7fff_f7dd_5000'], [0x1_0000_0000_0000n, '0x0001_0000_0000_0000'], [0xffffffffff600000n, '0xffff_ffff_ff60_0000'],
  ])('prints %d in groups', (value, text) => expect(formatAddress(toAddress(value))).toBe(text));
  it.each([['ffffffffff600000', 0xffffffffff600000n], ['0X10', 16n], [' 10 ', 16n], ['7fff`f7dd5000', 0x7ffff7dd5000n], ['ffff_ffff_ffff_ffff', SPACE_END - 1n]])('reads %j', (text, value) => {
    expect(parseAddress(text)).toBe(value);
  });
  it.each(['', '0x', '_1', '1_', '1__2', 'main', '0x10000000000000000', '-1', '1.5', '0x1g'])('does not read %j', (text) => expect(parseAddress(text)).toBeUndefined());
  it('add as the processor does', () => {
    expect(addBytes(toAddress(SPACE_END - 1n), 1)).toBe(0n);
    expect(addBytes(toAddress(0n), -1)).toBe(SPACE_END - 1n);
  });
  it('end at 2^64', () => {
    expect(() => toAddress(-1n)).toThrow(RangeError);
    expect(() => toAddress(SPACE_END + 1n)).toThrow(RangeError);
    expect(toAddress(SPACE_END)).toBe(SPACE_END);
  });
});

describe('pages', () => {
  it('take an address apart and put it together again', () => {
    fc.assert(fc.property(address, (value) => {
      expect(pageStart(pageOf(value)) + BigInt(offsetInPage(value))).toBe(value);
      expect(pageStart(pageCeil(value))).toBe(((value + 4095n) / 4096n) * 4096n);
      expect(Number.isSafeInteger(pageOf(value))).toBe(true);
    }));
  });
  it('number the whole space exactly', () => {
    expect(pageOf(SPACE_END)).toBe(PAGE_COUNT_OF_SPACE);
    expect(pageStart(toPageNumber(PAGE_COUNT_OF_SPACE))).toBe(SPACE_END);
    for (const wrong of [-1, 0.5, PAGE_COUNT_OF_SPACE + 1, Number.NaN]) expect(() => toPageNumber(wrong)).toThrow(RangeError);
  });
});

describe('ranges', () => {
  it('intersect where both contain, and only there', () => {
    fc.assert(fc.property(range, range, address, (a, b, value) => {
      const both = intersectRanges(a, b);
      expect(both !== undefined && rangeContains(both, value)).toBe(rangeContains(a, value) && rangeContains(b, value));
      const nonEmpty = rangeSize(a) > 0n && rangeSize(b) > 0n;
      if (nonEmpty) expect(rangesOverlap(a, b)).toBe(both !== undefined);
      expect(intersectRanges(b, a)).toEqual(both);
    }));
  });
  it('are cut off at the top of the space', () => {
    expect(rangeFrom(toAddress(SPACE_END - 16n), 4096)).toEqual({ start: SPACE_END - 16n, end: SPACE_END });
    expect(formatRange(rangeFrom(toAddress(0x7ffff7dd5000n), 4096))).toBe('0x7fff_f7dd_5000 – 0x7fff_f7dd_6000');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'], [1023, '1023 B'], [1024, '1 KiB'], [135168, '132 KiB'], [1363149, '1.3 MiB'], [1048575, '1 MiB'], [1n << 47n, '128 TiB'], [1n << 64n, '16 EiB'], [(1n << 64n) - (1n << 48n), '16 EiB'],
  ])('%d is %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
  it('never show 1024 of a unit that has a larger one, nor less than 1', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: SPACE_END }), (bytes) => {
      const value = Number.parseFloat(formatSize(bytes));
      expect(value).toBeGreaterThanOrEqual(1);
      expect(value).toBeLessThan(1024);
    }));
  });
  it.each([[0, '0'], [999, '999'], [19121, '19\u2009121'], [1234567n, '1\u2009234\u2009567']])('counts %d as %s', (count, text) => expect(formatCount(count)).toBe(text));
});
