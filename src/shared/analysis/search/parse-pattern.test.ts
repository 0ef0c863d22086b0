import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchPattern } from '../../model/search.ts';
import { floatBounds, halfToNumber, parseInteger, roundTo } from './number-bounds.ts';
import { guessSearchType, parsePattern, searchTypeOf, SEARCH_TYPES } from './parse-pattern.ts';

type Of<T extends SearchPattern['type']> = Extract<SearchPattern, { type: T }>;

describe('patterns', () => {
  it('hex with wildcards for bytes and digits', () => {
    const pattern = parsePattern('de AD ?? e? ?f', 'hex') as Of<'bytes'>;
    expect([...pattern.bytes]).toEqual([0xde, 0xad, 0, 0xe0, 0x0f]);
    expect([...pattern.mask]).toEqual([0xff, 0xff, 0, 0xf0, 0x0f]);
  });
  it('any bytes written as hex come back', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.constantFrom('', ' ', '_'), (bytes, between) => {
      const text = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(between);
      expect([...(parsePattern(text, 'hex') as Of<'bytes'>).bytes]).toEqual([...bytes]);
    }));
  });
  it.each([['', 'hex'], ['abc', 'hex'], ['zz', 'hex'], ['?? ??', 'hex'], ['', 'text'], ['(', 'regex'], ['a*', 'regex'], ['256', 'u8'], ['-1', 'u32'], ['128', 'i8'], ['9..3', 'i32'], ['1.5', 'i32'],
    ['x', 'f64'], ['2..1', 'f32'], ['main', 'pointer'], ['20-10', 'pointer']] as const)('%j as %s is refused', (text, type) => {
    expect(() => parsePattern(text, type)).toThrow(/can’t be searched for/);
  });
  it.each([['42', 42n, 42n], ['0x2a', 42n, 42n], ['-5', -5n, -5n], ['42±3', 39n, 45n], ['42+-3', 39n, 45n], ['10..20', 10n, 20n], ['any', -(1n << 31n), (1n << 31n) - 1n], ['2147483647±5', 2147483642n, 2147483647n]])(
    '%s as i32', (text, low, high) => expect(parsePattern(text, 'i32')).toMatchObject({ low, high, widthBits: 32, signed: true }),
  );
  it('pointers to one place and to a range', () => {
    expect(parsePattern('0x7fff_f7dd_5000', 'pointer')).toEqual({ type: 'pointer', start: 0x7ffff7dd5000n, end: 0x7ffff7dd5001n });
    expect(parsePattern('0x1000..0x2000', 'pointer')).toEqual({ type: 'pointer', start: 0x1000n, end: 0x2000n });
  });
  it('knows a type by its usual names', () => {
    for (const type of SEARCH_TYPES) expect(searchTypeOf(type)).toBe(type);
    expect(['int32', 'double', 'PTR', 'string', 'utf16le', 'nothing'].map((name) => searchTypeOf(name))).toEqual(['i32', 'f64', 'pointer', 'text', 'utf16', undefined]);
  });
  it.each([['de ad be ef', 'hex'], ['deadbeef', 'hex'], ['de ?? ef', 'hex'], ['/ab+c/i', 'regex'], ['hello', 'text'], ['a', 'text'], ['???', 'text'], ['????', 'text'], ['Grüße', 'text']] as const)(
    '%j without a type is %s', (text, type) => expect(guessSearchType(text)).toBe(type),
  );
});

describe('numbers', () => {
  it('are read as they are written', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), (value) => {
      expect(parseInteger(value.toString())).toBe(value);
      if (value >= 0n) expect(parseInteger(`0x${value.toString(16)}`)).toBe(value);
    }));
  });
  it('halves round to the nearest, ties to even', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
      const value = halfToNumber(bits);
      if (!Number.isNaN(value)) expect(Object.is(roundTo(value, 16), value)).toBe(true);
    }));
    expect([roundTo(65_519, 16), roundTo(65_520, 16), roundTo(1 + 2 ** -11, 16), roundTo(1 + 3 * 2 ** -11, 16), roundTo(2 ** -25, 16)]).toEqual([65_504, Infinity, 1, 1 + 2 ** -9, 0]);
  });
  it('a value without tolerance is the nearest the width can hold', () => {
    expect(floatBounds('0.1', 32)).toEqual({ low: Math.fround(0.1), high: Math.fround(0.1) });
    expect(floatBounds('0.1', 64)).toEqual({ low: 0.1, high: 0.1 });
    expect(floatBounds('1±0.5', 64)).toEqual({ low: 0.5, high: 1.5 });
    expect(floatBounds('any', 32)).toEqual({ low: -Infinity, high: Infinity });
  });
});
