import { addBytes, type Address } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../shared/address/page.ts';
import { memoryRangeLength, type MemoryRange, type PatchedByte } from '../../shared/model/memory-range.ts';
import type { MemoryAnswer } from '../../shared/rpc/contracts/memory.ts';
import type { CachedPage } from './memory-cache.ts';

/** Cuts an answer that covers whole pages into one CachedPage each. Valid bytes are views into the answer's buffers, not copies. */
export function splitIntoPages(answer: MemoryAnswer, first: PageNumber, count: number): CachedPage[] {
  const pages: CachedPage[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    const page = (first + i) as PageNumber;
    const start = pageStart(page);
    const end = start + BigInt(PAGE_SIZE_BYTES);
    const ranges: MemoryRange[] = [];
    while (next < answer.ranges.length) {
      const range = answer.ranges[next];
      if (range === undefined || range.start >= end) break;
      const rangeEnd = range.start + memoryRangeLength(range);
      const cut = cutRange(range, start, end);
      if (cut !== undefined) ranges.push(cut);
      // A range that goes on in the next page is cut again there.
      if (rangeEnd > end) break;
      next++;
    }
    pages.push({ page, generation: answer.generation, ranges, patched: patchedIn(answer.patched, start, end) });
  }
  return pages;
}

function patchedIn(patched: readonly PatchedByte[], start: bigint, end: bigint): readonly PatchedByte[] {
  return patched.length === 0 ? patched : patched.filter((byte) => byte.address >= start && byte.address < end);
}

/** The part of a range inside [start, end); undefined when there is none. */
function cutRange(range: MemoryRange, start: bigint, end: bigint): MemoryRange | undefined {
  const rangeEnd = range.start + memoryRangeLength(range);
  const from = range.start > start ? range.start : start;
  const to = rangeEnd < end ? rangeEnd : end;
  if (from >= to) return undefined;
  if (range.kind === 'valid') {
    const skip = Number(from - range.start);
    return { kind: 'valid', start: addBytes(range.start, skip), bytes: range.bytes.subarray(skip, skip + Number(to - from)) };
  }
  return { ...range, start: addBytes(range.start, from - range.start), lengthBytes: to - from };
}

/** The byte at an address of a page, when it was read. */
export function byteInPage(page: CachedPage, address: Address): number | undefined {
  for (const range of page.ranges) {
    if (range.kind !== 'valid' || address < range.start) continue;
    const offset = Number(address - range.start);
    if (offset < range.bytes.length) return range.bytes[offset];
  }
  return undefined;
}
