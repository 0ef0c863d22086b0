import { toAddress, type Address } from '../../address/address.ts';
import type { Region } from '../../model/region.ts';
import { readWord, viewOf } from '../stack/read-bytes.ts';
import type { FaultGround } from './fault-facts.ts';

/** Where a value was found that malloc leaves in a block when it is freed. */
export interface FreedBlock {
  /** Address that malloc had given out. */
  readonly block: Address;
  /** Offset of the value in it. */
  readonly offset: 0 | 8;
  /** `listed`: the block was found in malloc's own list of free ones. `form`: only the value's form says so. */
  readonly proof: 'listed' | 'form';
  readonly what: 'link' | 'key';
}

/** Words of a heap that are looked through for the value: beyond this, only malloc's lists are. */
const MOST_HEAP_BYTES = 64n << 20n;
const CHUNK = 1 << 20;
/** glibc 2.30 and later, malloc/malloc.c: struct tcache_perthread_struct is the heap's first block: 64 counts of 16 bits, then 64 lists. */
const TCACHE_BINS = 64;
const TCACHE_COUNTS = 0x10n;
const TCACHE_ENTRIES = 0x90n;
const TCACHE_CHUNK_BYTES = 0x290n;
const LONGEST_LIST = 64;
/** How far from the heap's beginning the cache may lie. */
const FIRST_BLOCKS = 16_384n;

/**
 * Is `value` what glibc's malloc writes into a block when it is freed? Its first word becomes a link, `next ^ (its own place >> 12)` (PROTECT_PTR of malloc.c, glibc 2.32 and later); in a thread's cache
 * its second word becomes a key that is the same for all. Looks first in the main heap's cache of free blocks, then for the link's form anywhere in the heaps.
 */
export function findFreedBlock(value: bigint, ground: FaultGround): FreedBlock | undefined {
  if (value === 0n) return undefined;
  const heaps = [...ground.regions].filter(({ kind, perms }) => (kind === 'heap' || kind === 'arena') && perms.startsWith('rw'));
  const main = heaps.find(({ kind }) => kind === 'heap');
  return (main && inCache(value, main.start, ground)) ?? byForm(value, heaps, ground);
}

function inCache(value: bigint, start: Address, ground: FaultGround): FreedBlock | undefined {
  // In a static program the thread's own block lies before it.
  let heap: bigint = start;
  while ((readWord(ground.read, heap + 8n) ?? 0n) >> 3n !== TCACHE_CHUNK_BYTES >> 3n) if ((heap += 16n) > start + FIRST_BLOCKS) return undefined;
  const counts = ground.read(heap + TCACHE_COUNTS, TCACHE_BINS * 2);
  if (!counts) return undefined;
  for (let bin = 0; bin < TCACHE_BINS; bin++) {
    let left = Math.min(viewOf(counts).getUint16(bin * 2, true), LONGEST_LIST);
    let at = left === 0 ? 0n : (readWord(ground.read, heap + TCACHE_ENTRIES + BigInt(bin) * 8n) ?? 0n);
    for (; left > 0 && at !== 0n; left--) {
      const stored = readWord(ground.read, at);
      if (stored === undefined) break;
      if (stored === value) return { block: toAddress(at), offset: 0, proof: 'listed', what: 'link' };
      if (readWord(ground.read, at + 8n) === value) return { block: toAddress(at), offset: 8, proof: 'listed', what: 'key' };
      at = stored ^ (at >> 12n);
    }
  }
  return undefined;
}

/** A word at a block's beginning (16-byte aligned) that is `value`, and undone points at a block of the same heap or at none. */
function byForm(value: bigint, heaps: readonly Region[], ground: FaultGround): FreedBlock | undefined {
  for (const heap of heaps) {
    const end = heap.end - heap.start > MOST_HEAP_BYTES ? heap.start + MOST_HEAP_BYTES : heap.end;
    // The page number of the place is in the value: most heaps can be told apart without being read.
    for (let from: bigint = heap.start; from < end; from += BigInt(CHUNK)) {
      const length = Number(end - from < BigInt(CHUNK) ? end - from : BigInt(CHUNK));
      const bytes = ground.read(from, length);
      if (!bytes) continue;
      const view = viewOf(bytes);
      for (let offset = 0; offset + 8 <= length; offset += 16) {
        if (view.getBigUint64(offset, true) !== value) continue;
        const place = from + BigInt(offset);
        const next = value ^ (place >> 12n);
        if (next === 0n || (next % 16n === 0n && heap.start <= next && next < heap.end)) return { block: toAddress(place), offset: 0, proof: 'form', what: 'link' };
      }
    }
  }
  return undefined;
}
