import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../../shared/address/address.ts';
import { isAllowedAbove, isCanonical } from './fault-checks.ts';

describe('canonical addresses', () => {
  it.each([0n, 0x7fff_ffff_ffffn, 0xffff_8000_0000_0000n, 0xffff_ffff_ffff_ffffn])('%x is one with four levels', (address) => expect(isCanonical(toAddress(address))).toBe(true));
  it.each([0x00ff_ffff_ffff_ffffn, 0xff00_0000_0000_0000n])('%x is one with five levels', (address) => expect(isCanonical(toAddress(address))).toBe(true));
  it.each([0x8000_0000_0000_0000n, 0x0100_0000_0000_0000n, 0xfeff_ffff_ffff_ffffn])('%x is none with either', (address) => expect(isCanonical(toAddress(address))).toBe(false));

  it('are those whose bits 63 to 56 are equal: every one of four levels is one of five', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (address) => {
      const top = address >> 56n;
      expect(isCanonical(toAddress(address))).toBe(top === 0n || (top === 0xffn));
    }));
  });
});

describe('rows above the program’s half', () => {
  const vsyscall = { start: toAddress(0xffff_ffff_ff60_0000n), path: '[vsyscall]' };
  it('may be the legacy page or none', () => {
    expect(isAllowedAbove([])).toBe(true);
    expect(isAllowedAbove([vsyscall])).toBe(true);
  });
  it('may be nothing else', () => {
    expect(isAllowedAbove([vsyscall, { start: toAddress(0xffff_8880_0000_0000n), path: '' }])).toBe(false);
    expect(isAllowedAbove([{ ...vsyscall, start: toAddress(0xffff_ffff_ff50_0000n) }])).toBe(false);
  });
});
