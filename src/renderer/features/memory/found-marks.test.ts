import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../shared/address/address.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import { foundSpans } from './found-marks.ts';

const ROW = 0x5561_0000n;
const hit = (offset: number, length: number): SearchHit => ({ address: (ROW + BigInt(offset)) as Address, region: undefined, symbol: undefined, bytes: new Uint8Array(length) });

describe('foundSpans', () => {
  it('cuts a match at the row and says where it goes on', () => {
    expect(foundSpans([hit(-2, 4), hit(14, 4)], ROW as Address, 16)).toEqual([
      { from: 0, to: 2, openStart: true, openEnd: false },
      { from: 14, to: 16, openStart: false, openEnd: true },
    ]);
  });

  it('marks the first byte of a match whose bytes are not known any more', () => {
    expect(foundSpans([hit(3, 0)], ROW as Address, 16)).toEqual([{ from: 3, to: 4, openStart: false, openEnd: false }]);
  });

  it('marks exactly the bytes of all matches, wherever they lie', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.integer({ min: -64, max: 64 }), fc.integer({ min: 1, max: 20 })), { selector: ([at]) => at, maxLength: 12 }), (list) => {
        const hits = [...list].sort((a, b) => a[0] - b[0]).map(([at, length]) => hit(at, length));
        const wanted = Array.from({ length: 16 }, (_, i) => list.some(([at, length]) => i >= at && i < at + length));
        const spans = foundSpans(hits, ROW as Address, 16);
        expect(Array.from({ length: 16 }, (_, i) => spans.some(({ from, to }) => i >= from && i < to))).toEqual(wanted);
      }),
    );
  });
});
