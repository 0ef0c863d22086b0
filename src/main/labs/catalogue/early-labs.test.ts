import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { pageFact } from '../probe/page-fact.ts';
import { areThePagesOf } from '../probe/page-run.ts';
import { chunkBytes } from './06-heap/heap-facts.ts';
import { guardKind } from './07-stack/limit-checks.ts';

const PRESENT = 1n << 63n;
/** pagemap.rst: bit 58. A guard region also sets bit 62. */
const GUARD = (1n << 58n) | (1n << 62n);

describe('what labs 4 to 7 make of what they see', () => {
  it('pages are those of the addresses only when none is missing and none is too many', () => {
    const pages = [0x1000n, 0x5000n].map((start) => pageFact(1, toAddress(start), PRESENT));
    const places = (...all: bigint[]): ReturnType<typeof toAddress>[] => all.map(toAddress);
    expect(areThePagesOf(pages, places(0x1008n, 0x5fffn))).toBe(true);
    expect(areThePagesOf(pages, places(0x1008n, 0x1010n, 0x5000n))).toBe(true);
    expect(areThePagesOf(pages, places(0x1008n))).toBe(false);
    expect(areThePagesOf(pages, places(0x1008n, 0x5000n, 0x6000n))).toBe(false);
    expect(areThePagesOf(pages, places(0x1008n, 0x6000n))).toBe(false);
  });

  // glibc 2.36, malloc(n) and the word before the block: 8 → 0x21, 24 → 0x21, 25 → 0x31, 240 → 0x101, 504 → 0x201, 505 → 0x211.
  it.each([[24, 32n], [25, 48n], [240, 256n], [504, 512n], [505, 528n], [1 << 20, 0x100010n]])('a request of %i bytes has a chunk of %i', (request, chunk) => {
    expect(chunkBytes(request)).toBe(chunk);
  });

  it('a guard is a mapping without rights, or a guard page in a mapping with them', () => {
    expect(guardKind('---p', 0n)).toBe('mapping');
    expect(guardKind('rw-p', GUARD)).toBe('page');
    expect(guardKind('rw-p', PRESENT)).toBeUndefined();
    expect(guardKind('r--p', 0n)).toBeUndefined();
    expect(guardKind(undefined, GUARD)).toBeUndefined();
  });
});
