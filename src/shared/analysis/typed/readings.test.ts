import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOf, floatBytes, floatOf, unsignedOf } from './numbers.ts';
import { decodeUtf8, printableText } from './printable.ts';
import { parseHexBytes, READINGS } from './readings.ts';

const reading = (id: string) => {
  const found = READINGS.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe('readings', () => {
  it('write what they read, in both byte orders', () => {
    for (const id of ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'pointer', 'f16', 'f32', 'f64']) {
      const one = reading(id);
      fc.assert(fc.property(fc.uint8Array({ minLength: one.sizeBytes, maxLength: one.sizeBytes }), fc.boolean(), (bytes, bigEndian) => {
        const text = one.read(bytes, bigEndian);
        // All the bit patterns of "not a number" are one text.
        fc.pre(text !== 'nan');
        expect([id, text, one.write(text, bigEndian)]).toEqual([id, text, bytes]);
      }));
    }
  });

  it('read integers as the platform does', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.boolean(), (bytes, bigEndian) => {
      const view = new DataView(bytes.buffer);
      expect(reading('i64').read(bytes, bigEndian)).toBe(view.getBigInt64(0, !bigEndian).toString());
      expect(reading('f64').write('2.5', bigEndian)).toEqual(floatBytes(2.5, 8, bigEndian));
      expect(unsignedOf(bytes, bigEndian)).toBe(view.getBigUint64(0, !bigEndian));
    }));
  });

  it('know half floats by the examples of IEEE 754', () => {
    const examples: readonly (readonly [number, number])[] = [[0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0001, 2 ** -24], [0x3555, 0.333251953125], [0x7c00, Infinity]];
    for (const [bits, value] of examples) {
      expect(floatOf(Uint8Array.of(bits & 0xff, bits >> 8))).toBe(value);
      expect(floatBytes(value, 2)).toEqual(Uint8Array.of(bits & 0xff, bits >> 8));
    }
  });

  it('refuse what does not fit', () => {
    expect(reading('u8').write('256', false)).toBeUndefined();
    expect(reading('i8').write('-129', false)).toBeUndefined();
    expect(reading('f32').write('abc', false)).toBeUndefined();
    expect(reading('bool').write('yes', false)).toBeUndefined();
    expect(reading('char').write('é', false)).toBeUndefined();
    expect(parseHexBytes('2a 0')).toBeUndefined();
    expect(parseHexBytes('0x2a, 0xFF')).toEqual(Uint8Array.of(0x2a, 0xff));
  });

  it('read characters and instants', () => {
    expect(reading('utf8').read(new TextEncoder().encode('é'), false)).toBe("'é' U+00E9");
    expect(reading('utf16').read(Uint8Array.of(0x3d, 0xd8, 0x00, 0xde), false)).toBe("'😀' U+1F600");
    expect(reading('time32').read(Uint8Array.of(0, 0, 0, 0), false)).toBe('1970-01-01 00:00:00 UTC');
    expect(reading('time32').write('1970-01-01 00:01:00 UTC', false)).toEqual(Uint8Array.of(60, 0, 0, 0));
  });
});

describe('bits', () => {
  it('are taken as shifting and masking takes them', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(40), fc.integer({ min: 1, max: 24 }), (bytes, offset, size) => {
      expect(bitsOf(bytes, offset, size, false)).toBe((unsignedOf(bytes) >> BigInt(offset)) & ((1n << BigInt(size)) - 1n));
    }));
  });
});

describe('text', () => {
  it('is decoded as the platform decodes it, or refused as the platform refuses it', () => {
    const platform = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const strict = (bytes: Uint8Array): string | undefined => {
      try {
        return platform.decode(bytes);
      } catch {
        return undefined;
      }
    };
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text))), (bytes) => {
      expect(decodeUtf8(bytes, false)).toBe(strict(bytes));
    }));
  });

  it('ends at a NUL, and may be cut inside a character', () => {
    expect(printableText(new TextEncoder().encode('hello\0world'))).toEqual({ text: 'hello', cut: false });
    expect(printableText(new TextEncoder().encode('größe').subarray(0, 3), 1)).toEqual({ text: 'gr', cut: true });
    expect(printableText(Uint8Array.of(1, 2, 3, 4, 0))).toBeUndefined();
  });
});
