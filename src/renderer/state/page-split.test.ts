import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, toPageNumber } from '../../shared/address/page.ts';
import { memoryRangeLength, type MemoryRange } from '../../shared/model/memory-range.ts';
import { byteInPage, splitIntoPages } from './page-split.ts';

const FIRST = toPageNumber(0x7fff_f7dd5);
const COUNT = 4;

/** A gapless answer over COUNT pages, cut at arbitrary bytes. Valid bytes tell their own offset. */
function answerFrom(cuts: readonly number[], kinds: readonly boolean[]): MemoryRange[] {
  const edges = [0, ...new Set(cuts), COUNT * PAGE_SIZE_BYTES].toSorted((a, b) => a - b);
  return edges.slice(0, -1).map((from, i): MemoryRange => {
    const to = edges[i + 1] ?? from;
    const start = toAddress(pageStart(FIRST) + BigInt(from));
    return kinds[i % kinds.length] === true
      ? { kind: 'valid', start, bytes: Uint8Array.from({ length: to - from }, (_, k) => (from + k) % 251) }
      : { kind: 'unmapped', start, lengthBytes: BigInt(to - from) };
  });
}

describe('splitIntoPages', () => {
  it('gives every page gapless ranges that say the same of every byte', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 1, max: COUNT * PAGE_SIZE_BYTES - 1 }), { maxLength: 12 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 0, max: COUNT * PAGE_SIZE_BYTES - 1 }), { minLength: 1, maxLength: 20 }),
      (cuts, kinds, probes) => {
        const ranges = answerFrom(cuts, kinds);
        const pages = splitIntoPages({ generation: 7, ranges, patched: [] }, FIRST, COUNT);
        expect(pages).toHaveLength(COUNT);
        for (const [i, page] of pages.entries()) {
          let at: bigint = pageStart(toPageNumber(FIRST + i));
          for (const range of page.ranges) {
            expect(range.start).toBe(at);
            at += memoryRangeLength(range);
          }
          expect(at).toBe(pageStart(toPageNumber(FIRST + i + 1)));
        }
        for (const probe of probes) {
          const address = toAddress(pageStart(FIRST) + BigInt(probe));
          const source = ranges.find((range) => range.start <= address && address < range.start + memoryRangeLength(range));
          const page = pages[Math.floor(probe / PAGE_SIZE_BYTES)];
          expect(page === undefined ? undefined : byteInPage(page, address)).toBe(source?.kind === 'valid' ? probe % 251 : undefined);
        }
      },
    ));
  });

  it('gives a page the patched bytes that are in it', () => {
    const patched = [0, PAGE_SIZE_BYTES - 1, PAGE_SIZE_BYTES].map((offset) => ({ address: toAddress(pageStart(FIRST) + BigInt(offset)), original: 0x55, breakpoint: '1' }));
    const [first, second] = splitIntoPages({ generation: 1, ranges: answerFrom([], [true]), patched }, FIRST, COUNT);
    expect(first?.patched).toHaveLength(2);
    expect(second?.patched).toHaveLength(1);
  });
});
