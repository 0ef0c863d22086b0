import { formatPlainAddress, toAddress } from '../../../shared/address/address.ts';
import type { ArenaHeapFacts } from '../../../shared/analysis/space-facts.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { readIfPresent } from './present-pages.ts';
import type { ProcessFiles } from './process-files.ts';

/**
 * glibc (malloc/arena.c) gives every arena but the main one heaps of HEAP_MAX_SIZE, aligned to it, each headed by a heap_info:
 *
 *     +0x00 ar_ptr          the arena (malloc_state); in the arena's first heap it follows right after the heap_info
 *     +0x08 prev            the arena's heap before this one, 0 for the first
 *     +0x10 size            bytes in use
 *     +0x18 mprotect_size   bytes made accessible
 */
const HEAP_BYTES = 64n << 20n;
const HEAP_PAGES = Number(HEAP_BYTES >> 12n);
/** malloc_state.top, the same place in every glibc since 2.26 on x86-64. */
const TOP_OFFSET = 96n;
/** More aligned places than this are not looked at: a program with so many is reserving, not allocating. */
const MAX_CANDIDATES = 65536;

interface HeapInfo {
  readonly start: bigint;
  readonly arena: bigint;
  readonly prev: bigint;
  readonly size: bigint;
  readonly usable: bigint;
}

/** Heaps of further arenas. Only present pages are read: two small reads for each multiple of 64 MiB inside private anonymous rw-p memory, of which most programs have a handful. */
export function findArenaHeaps(files: ProcessFiles, mappings: MappingColumns): ArenaHeapFacts[] {
  const candidates = new Map<bigint, HeapInfo>();
  let budget = MAX_CANDIDATES;
  for (let row = 0; row < mappings.length && budget > 0; row++) {
    const start = mappings.startPage[row] ?? 0;
    const end = mappings.endPage[row] ?? 0;
    const first = Math.ceil(start / HEAP_PAGES) * HEAP_PAGES;
    if (first >= end) continue;
    if (((mappings.perms[row] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC | PERM_SHARED)) !== (PERM_READ | PERM_WRITE) || mappings.inode[row] !== 0) continue;
    const name = mappings.names[mappings.name[row] ?? 0] ?? '';
    if (name !== '' && !name.startsWith('[anon:')) continue;
    for (let page = first; page < end && budget > 0; page += HEAP_PAGES, budget--) {
      const info = readHeapInfo(files, BigInt(page) << 12n, BigInt(end) << 12n);
      if (info) candidates.set(info.start, info);
    }
  }
  return [...candidates.values()].filter((info) => isProven(files, info, candidates)).map(toFacts);
}

function readHeapInfo(files: ProcessFiles, start: bigint, rowEnd: bigint): HeapInfo | undefined {
  const view = readIfPresent(files, start, 32);
  if (!view) return undefined;
  const info = { start, arena: view.getBigUint64(0, true), prev: view.getBigUint64(8, true), size: view.getBigUint64(16, true), usable: view.getBigUint64(24, true) };
  const wholePages = (info.size & 0xfffn) === 0n && (info.usable & 0xfffn) === 0n;
  if (!wholePages || info.size === 0n || info.size > info.usable || info.usable > HEAP_BYTES || start + info.usable > rowEnd) return undefined;
  return info.prev % HEAP_BYTES === 0n && info.arena % 8n === 0n && info.arena !== 0n ? info : undefined;
}

/** The chain of `prev` ends in the heap that holds the arena, all of one arena, and the arena's top chunk lies in one of its heaps. */
function isProven(files: ProcessFiles, info: HeapInfo, candidates: ReadonlyMap<bigint, HeapInfo>): boolean {
  let first = info;
  for (let steps = 0; first.prev !== 0n; steps++) {
    const before = candidates.get(first.prev);
    if (!before || before.arena !== info.arena || steps > candidates.size) return false;
    first = before;
  }
  if (first.arena <= first.start || first.arena >= first.start + 0x100n) return false;
  const top = readIfPresent(files, info.arena + TOP_OFFSET, 8)?.getBigUint64(0, true);
  if (top === undefined) return false;
  const topHeap = candidates.get(top - (top % HEAP_BYTES));
  return topHeap !== undefined && topHeap.arena === info.arena && top < topHeap.start + topHeap.size;
}

function toFacts(info: HeapInfo): ArenaHeapFacts {
  const hex = (value: bigint): string => formatPlainAddress(toAddress(value));
  return {
    start: toAddress(info.start),
    usedEnd: toAddress(info.start + info.usable),
    reservedEnd: toAddress(info.start + HEAP_BYTES),
    arena: toAddress(info.arena),
    evidence: [
      { source: 'memory', text: `heap_info at ${hex(info.start)}: ar_ptr ${hex(info.arena)}, prev ${hex(info.prev)}, size ${hex(info.size)}, mprotect_size ${hex(info.usable)}` },
    ],
  };
}
