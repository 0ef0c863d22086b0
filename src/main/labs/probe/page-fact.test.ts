import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { pageFact } from './page-fact.ts';

/** Bits as kernel Documentation/admin-guide/mm/pagemap.rst numbers them. */
function word(frame: bigint, ...bits: readonly number[]): bigint {
  return bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), frame);
}

describe('a pagemap word', () => {
  it('is that of the whole page', () => {
    expect(pageFact(7, toAddress(0x1234n), word(0n)).start).toBe(0x1000n);
  });

  it.each([
    ['absent', [], { present: false, swapped: false, fileOrShared: false, exclusive: false, frame: undefined }],
    ['swapped out', [62], { present: false, swapped: true }],
    ['of a file', [63, 61], { present: true, fileOrShared: true, exclusive: false, frame: 0xabcden }],
    ['anonymous, mapped once', [63, 56], { present: true, fileOrShared: false, exclusive: true, frame: 0xabcden }],
    ['a guard region, which is no swapped page', [62, 58], { present: false, swapped: false }],
  ] as const)('tells a page that is %s', (_, bits, expected) => {
    expect(pageFact(7, toAddress(0x1000n), word(0xabcden, ...bits))).toMatchObject(expected);
  });

  it('says in words what labs look at', () => {
    expect(pageFact(7, toAddress(0x1000n), word(0n, 63, 56)).evidence).toEqual({
      from: '/proc/7/pagemap', text: '0x1000: 0x8100000000000000 (bit 63 set: present, bit 61 clear: anonymous, bit 56 set: mapped once)',
    });
  });
});
