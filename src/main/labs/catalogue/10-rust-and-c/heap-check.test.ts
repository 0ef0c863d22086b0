import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../../shared/address/address.ts';
import { walkChunks } from './heap-check.ts';

const START = toAddress(0x5555_5555_9000n);

/** A heap of chunks of these sizes, each with its flags, followed by `rest` bytes of zeros. */
function heapOf(chunks: readonly { readonly size: number; readonly flags: number }[], rest: number): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { size }) => sum + size, 0) + rest);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { size, flags } of chunks) {
    view.setBigUint64(at + 8, BigInt(size | flags), true);
    at += size;
  }
  return bytes;
}

describe('walk of a heap', () => {
  it('finds every chunk, whatever its flags, and stops where no size stands', () => {
    const chunk = fc.record({ size: fc.integer({ min: 2, max: 64 }).map((units) => units * 16), flags: fc.integer({ min: 0, max: 7 }) });
    fc.assert(fc.property(fc.array(chunk, { maxLength: 30 }), fc.integer({ min: 0, max: 100 }), (chunks, rest) => {
      const found = walkChunks(heapOf(chunks, rest), START);
      expect(found.map(({ sizeBytes }) => Number(sizeBytes))).toEqual(chunks.map(({ size }) => size));
      let next: bigint = START;
      for (const { start, sizeBytes } of found) {
        expect(start).toBe(next);
        next += sizeBytes;
      }
    }));
  });

  it('stops at a size that leads out of the heap', () => {
    const bytes = heapOf([{ size: 32, flags: 1 }, { size: 48, flags: 1 }], 0);
    new DataView(bytes.buffer).setBigUint64(40, 0x1001n, true);
    expect(walkChunks(bytes, START)).toEqual([{ start: START, sizeBytes: 32n }]);
  });
});
