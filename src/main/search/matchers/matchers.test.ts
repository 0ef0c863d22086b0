import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchPattern } from '../../../shared/model/search.ts';
import { halfToNumber } from '../../../shared/analysis/search/number-bounds.ts';
import { parsePattern } from '../../../shared/analysis/search/parse-pattern.ts';
import { createMatcher } from './create-matcher.ts';

/** Finds in bytes laid at offset 4096, in windows of a given size as the scanner slides them, or in one. */
function find(pattern: SearchPattern, bytes: Uint8Array, align: number, window = Infinity): number[] {
  const buffer = Buffer.alloc(4096 + bytes.length + 16);
  buffer.set(bytes, 4096);
  const matcher = createMatcher(pattern, align);
  const found: number[] = [];
  const sink = { add: (at: number): boolean => (found.push(at - 4096), true) };
  let from = 4096;
  for (let end = 4096; end < 4096 + bytes.length; ) {
    end = Math.min(4096 + bytes.length, end + window);
    const last = end === 4096 + bytes.length;
    const until = last ? end : end - matcher.reachBytes + 1;
    if (until > from) from = matcher.scan(buffer, from, until, end, sink);
  }
  return found;
}

/** Few values, so that there is something to be found. */
const dull = fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.map((byte) => byte % 3));
const windows = fc.integer({ min: 1, max: 100 });
const aligns = fc.constantFrom(1, 2, 4, 8);

describe('bytes', () => {
  it('are found wherever a slow comparison finds them, in windows of any size', () => {
    fc.assert(fc.property(dull, fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom(0xff, 0xff, 0x0f, 0)), { minLength: 1, maxLength: 12 }), aligns, windows, (bytes, wanted, align, window) => {
      const pattern = { type: 'bytes', bytes: Uint8Array.from(wanted, ([byte]) => byte), mask: Uint8Array.from(wanted, ([, mask]) => mask) } as const;
      const expected = Array.from({ length: Math.max(0, bytes.length - wanted.length + 1) }, (_, at) => at)
        .filter((at) => at % align === 0 && wanted.every(([byte, mask], i) => (((bytes[at + i] ?? 0) ^ byte) & mask) === 0));
      expect(find(pattern, bytes, align, window)).toEqual(expected);
    }));
  });
});

type Width = 8 | 16 | 32 | 64;

describe('integers', () => {
  const read = (view: DataView, at: number, width: Width, signed: boolean, little: boolean): bigint => {
    const value = width === 64 ? view.getBigUint64(at, little) : BigInt(width === 32 ? view.getUint32(at, little) : width === 16 ? view.getUint16(at, little) : view.getUint8(at));
    return signed ? BigInt.asIntN(width, value) : value;
  };
  it('of every width, sign, order and alignment, from low to high', () => {
    fc.assert(fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 200 }), fc.constantFrom<Width>(8, 16, 32, 64), fc.boolean(), fc.boolean(), aligns, windows, fc.nat(), fc.bigInt({ min: 0n, max: 1n << 62n }), fc.boolean(),
      (bytes, width, signed, bigEndian, align, window, pick, spread, exact) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        // A value that is there, and its neighbourhood.
        const centre = read(view, pick % (bytes.length - width / 8 + 1), width, signed, !bigEndian);
        const [least, most] = signed ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n] : [0n, (1n << BigInt(width)) - 1n];
        const reach = exact ? 0n : spread % (1n << BigInt(width - 2));
        const low = centre - reach < least ? least : centre - reach;
        const high = centre + reach > most ? most : centre + reach;
        const expected = Array.from({ length: bytes.length - width / 8 + 1 }, (_, at) => at).filter((at) => {
          const value = read(view, at, width, signed, !bigEndian);
          return at % align === 0 && value >= low && value <= high;
        });
        expect(find({ type: 'integer', widthBits: width, signed, bigEndian, low, high }, bytes, align, window)).toEqual(expected);
      },
    ), { numRuns: 1000 });
  });
});

describe('floats', () => {
  it('of every width, order and alignment, from low to high, and no NaN', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 200 }), fc.constantFrom<16 | 32 | 64>(16, 32, 64), fc.boolean(), aligns, windows, fc.float({ noNaN: true }), fc.float({ noNaN: true }), (bytes, width, bigEndian, align, window, a, b) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const [low, high] = a < b ? [a, b] : [b, a];
      const little = !bigEndian;
      const expected = Array.from({ length: bytes.length - width / 8 + 1 }, (_, at) => at).filter((at) => {
        const value = width === 64 ? view.getFloat64(at, little) : width === 32 ? view.getFloat32(at, little) : halfToNumber(view.getUint16(at, little));
        return at % align === 0 && value >= low && value <= high;
      });
      expect(find({ type: 'float', widthBits: width, bigEndian, low, high }, bytes, align, window)).toEqual(expected);
    }), { numRuns: 500 });
  });
  it('zero finds both zeros', () => {
    expect(find(parsePattern('0', 'f32'), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0x80]), 4)).toEqual([0, 4]);
  });
});

describe('text and expressions', () => {
  it.each([
    ['Ärger', 'text', 'xxärGERxx'], ['straße', 'text', '--STRAßE--'], ['ΣΊΣΥΦΟΣ', 'text', '  σίσυφοσ'],
  ] as const)('%s in any case', (wanted, type, text) => {
    const at = Buffer.from(text.slice(0, text.search(/[^-x ]/u))).length;
    expect(find(parsePattern(wanted, type, { ignoreCase: true }), Buffer.from(text), 1)).toEqual([at]);
    expect(find(parsePattern(wanted, type), Buffer.from(text), 1)).toEqual([]);
  });
  it('UTF-16 in both orders', () => {
    const little = Buffer.from('..Hello', 'utf16le');
    expect(find(parsePattern('hello', 'utf16', { ignoreCase: true }), little, 1)).toEqual([4]);
    expect(find(parsePattern('Hello', 'utf16', { bigEndian: true }), Buffer.from(little).swap16(), 1)).toEqual([4]);
  });
  it('an expression sees bytes; letters beyond ASCII are their UTF-8 bytes', () => {
    expect(find(parsePattern('a\\xff.\\x00+b', 'regex'), new Uint8Array([0x61, 0xff, 0x0a, 0, 0, 0x62]), 1)).toEqual([0]);
    expect(find(parsePattern('gr(ü|ue)n', 'regex'), Buffer.from('grün gruen gran'), 1)).toEqual([0, 6]);
    expect(() => createMatcher(parsePattern('[äö]', 'regex'), 1)).toThrow(/more than one/);
  });
  it('matches of an expression do not overlap, in windows of any size', () => {
    fc.assert(fc.property(dull, windows, (bytes, window) => {
      const text = Buffer.from(bytes).toString('latin1');
      const expected = [...text.matchAll(/\x01\x02|\x02\x01\x00?/g)].map((match) => match.index);
      expect(find(parsePattern('\\x01\\x02|\\x02\\x01\\x00?', 'regex'), bytes, 1, window + 4096)).toEqual(expected);
    }));
  });
});
