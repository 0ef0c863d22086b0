import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../../shared/address/address.ts';
import { isConsecutive } from './mapping-checks.ts';

/** Rows as maps has them: start, end, perms, offset. */
function rows(text: string): Parameters<typeof isConsecutive>[0] {
  const at = (hex: string | undefined): bigint => BigInt(`0x${hex}`);
  return text.trim().split('\n').map((line) => {
    const [, start, end, perms = '', offset] = /(\w+)-(\w+) (\S+) (\w+)/.exec(line) ?? [];
    return { start: toAddress(at(start)), end: toAddress(at(end)), perms, offset: at(offset) };
  });
}

describe('pieces of a library', () => {
  it('are consecutive as Debian 12 maps glibc 2.36', () => {
    expect(isConsecutive(rows(`
      7f00000000-7f00026000 r--p 00000000
      7f00026000-7f0017c000 r-xp 00026000
      7f0017c000-7f001cf000 r--p 0017c000
      7f001cf000-7f001d3000 r--p 001cf000
      7f001d3000-7f001d5000 rw-p 001d3000`))).toBe(true);
  });

  it('may map the page on a border twice, and leave a hole of no permissions', () => {
    expect(isConsecutive(rows(`
      7f00000000-7f00028000 r--p 00000000
      7f00028000-7f001b0000 r-xp 00028000
      7f001b0000-7f001ff000 r--p 001b0000
      7f001ff000-7f00200000 ---p 001ff000
      7f00200000-7f00204000 r--p 001fe000
      7f00204000-7f00206000 rw-p 00202000`))).toBe(true);
  });

  it.each([
    ['a part of the file is left out', '7f00000000-7f00028000 r--p 00000000\n7f00028000-7f001b0000 r-xp 00029000'],
    ['the first does not begin the file', '7f00000000-7f00028000 r--p 00001000'],
    ['they lie in another order', '7f00028000-7f001b0000 r--p 00000000\n7f00000000-7f00028000 r-xp 00188000'],
  ])('are not when %s', (_, text) => expect(isConsecutive(rows(text))).toBe(false));
});
