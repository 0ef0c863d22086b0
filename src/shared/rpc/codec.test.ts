import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../model/errors.ts';
import { decodeValue, encodeValue } from './codec.ts';

const roundTrip = (value: unknown): unknown => decodeValue(encodeValue(value));

/** Any plain data, as contract.ts defines it; -0 is left out, which arrives as 0. */
const plainData = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.double().map((n) => (n === 0 ? 0 : n)),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    fc.bigInt(),
    fc.bigInt({ min: 0n, max: 1n << 64n }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.uint16Array(),
    fc.uint32Array(),
    fc.float64Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

describe('what goes in comes out', () => {
  it('for any plain data, types included', () => {
    const property = fc.property(plainData, (value) => {
      expect(roundTrip(value)).toStrictEqual(value);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it.each([0n, 1n, (1n << 53n) + 1n, (1n << 64n) - 1n, 1n << 64n, (1n << 64n) + 1n, -1n, -(1n << 63n), -(1n << 200n), 255n << 120n])('for the bigint %s', (value) => {
    expect(roundTrip(value)).toBe(value);
  });

  it('keeps a bigint and a number of the same value apart', () => {
    expect(roundTrip([1, 1n, 2 ** 53, 2n ** 53n])).toStrictEqual([1, 1n, 2 ** 53, 2n ** 53n]);
  });

  it('keeps NaN and the infinities', () => {
    expect(roundTrip([Number.NaN, Infinity, -Infinity])).toStrictEqual([Number.NaN, Infinity, -Infinity]);
  });

  it('reads typed arrays that are views into the middle of a buffer', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
    expect(roundTrip(bytes.subarray(3, 9))).toStrictEqual(Uint8Array.of(3, 4, 5, 6, 7, 8));
    expect(roundTrip(new Uint16Array(bytes.buffer, 2, 2))).toStrictEqual(Uint16Array.of(0x0302, 0x0504));
  });

  it('decodes bytes out of a Node Buffer as plain Uint8Array', () => {
    const decoded = decodeValue(Buffer.from(encodeValue([Uint8Array.of(7)])));
    expect(decoded).toStrictEqual([Uint8Array.of(7)]);
    expect(Array.isArray(decoded) && Buffer.isBuffer(decoded[0])).toBe(false);
  });

  it('leaves out undefined fields', () => {
    expect(roundTrip({ a: undefined, b: 1 })).toStrictEqual({ b: 1 });
  });
});

describe('what is not plain data is refused', () => {
  class Thing {}
  it.each([
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['a Date', new Date(0)],
    ['an Error', new Error('x')],
    ['a class instance', new Thing()],
    ['another typed array', new Int32Array(1)],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
  ])('%s', (_name, value) => {
    expect(() => encodeValue({ field: [value] })).toThrow(TypeError);
  });
});

describe('bytes that are no message', () => {
  it('give malformed-input and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeValue(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(VmatlasError);
          expect(error).toMatchObject({ code: 'malformed-input' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', []],
    ['two values', [1, 2]],
    ['a cut string', [0xa5, 0x61]],
    ['an array that claims 4 billion elements', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a 64-bit integer of 3 bytes', [0xc7, 3, 1, 0, 0, 0]],
    ['a big integer of no bytes', [0xc7, 0, 2]],
    ['a Uint32Array of 3 bytes', [0xc7, 3, 5, 0, 0, 0]],
    ['an unknown extension', [0xd4, 99, 0]],
    ['a __proto__ field', [0x81, 0xa9, ...Buffer.from('__proto__'), 0x01]],
  ])('%s', (_name, bytes) => {
    expect(() => decodeValue(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'malformed-input' }));
  });
});
