import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatName, LANE_FORMATS, readInteger, readLanes, writeLane } from './vector-lanes.ts';

const bytesOf = (...lanes: number[]): Uint8Array => new Uint8Array(Float32Array.from(lanes).buffer);

describe('vector registers', () => {
  it('are named as gdb names them', () => {
    expect(LANE_FORMATS.map((format) => formatName(format, 16)).slice(0, 4)).toEqual(['v16_int8', 'v8_int16', 'v4_int32', 'v2_int64']);
    expect([formatName('double', 32), formatName('float', 64), formatName('uint128', 16)]).toEqual(['v4_double', 'v16_float', 'uint128']);
  });

  it('read the lowest lane first', () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => index + 0xf0);
    expect(readLanes(bytes, 'int8').slice(0, 2)).toEqual(['-16', '-15']);
    expect(readLanes(bytes, 'uint32')[0]).toBe('0xf3f2f1f0');
    expect(readLanes(bytes, 'uint128')).toEqual(['0xfffefdfcfbfaf9f8f7f6f5f4f3f2f1f0']);
    expect(readLanes(bytesOf(1.5, -0, Infinity, 0.1), 'float')).toEqual(['1.5', '-0', 'Infinity', '0.1']);
  });

  it('what is shown of a lane, written back, changes nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom(...LANE_FORMATS), (bytes, format) => {
      const lanes = [...readLanes(bytes, format).entries()];
      // A NaN has more bits than its name tells.
      const written = lanes.filter(([, text]) => text !== 'NaN').map(([lane, text]) => writeLane(bytes, format, lane, text));
      expect(written.every((next) => next !== undefined && next.every((byte, at) => byte === bytes[at]))).toBe(true);
    }));
  });

  it('refuse what does not fit', () => {
    const bytes = new Uint8Array(16);
    expect(writeLane(bytes, 'int8', 0, '256')).toBeUndefined();
    expect(writeLane(bytes, 'int8', 0, '-129')).toBeUndefined();
    expect(writeLane(bytes, 'int8', 16, '1')).toBeUndefined();
    expect(writeLane(bytes, 'float', 1, 'abc')).toBeUndefined();
    expect(writeLane(bytes, 'double', 1, '-1e-3')?.[15]).toBe(0xbf);
    expect([readInteger('0x7fff_f000', 64), readInteger('-1', 32), readInteger('12_000', 64), readInteger('', 64), readInteger('1.5', 64)]).toEqual([0x7fff_f000n, 0xffff_ffffn, 12_000n, undefined, undefined]);
  });
});
