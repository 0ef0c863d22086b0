/** VmFlags of smaps in words (kernel Documentation/filesystems/proc.rst, table of VmFlags). */
const VM_FLAGS: ReadonlyMap<string, string> = new Map([
  ['rd', 'may be read'], ['wr', 'may be written'], ['ex', 'may be executed'], ['sh', 'shared'], ['mr', 'mprotect may grant r'], ['mw', 'mprotect may grant w'],
  ['me', 'mprotect may grant x'], ['ms', 'may be made shared'], ['gd', 'grows down, as a stack'], ['pf', 'frames without page structures (PFNMAP)'],
  ['dw', 'its file may not be written elsewhere'], ['lo', 'locked in memory (mlock)'], ['io', 'memory of a device'], ['sr', 'read in sequence (MADV_SEQUENTIAL)'],
  ['rr', 'read at random (MADV_RANDOM)'], ['dc', 'a child does not get it (MADV_DONTFORK)'], ['de', 'mremap may not enlarge it'], ['ac', 'counts against the commit limit'],
  ['nr', 'no swap is reserved for it'], ['ht', 'huge pages of hugetlbfs'], ['sf', 'faults may be handled without the map’s lock'], ['ar', 'flag of the architecture'],
  ['wf', 'a child finds it wiped (MADV_WIPEONFORK)'], ['dd', 'not in core dumps'], ['sd', 'soft-dirty tracking'], ['mm', 'some frames without page structures'],
  ['hg', 'huge pages wanted (MADV_HUGEPAGE)'], ['nh', 'no huge pages (MADV_NOHUGEPAGE)'], ['mg', 'equal pages may be merged (MADV_MERGEABLE)'],
  ['bt', 'guarded instruction pages'], ['mt', 'memory tags'], ['um', 'userfaultfd fills missing pages'], ['uw', 'userfaultfd write-protects pages'],
  ['ui', 'userfaultfd sees minor faults'], ['ss', 'a shadow stack'], ['sl', 'sealed: it may not be changed (mseal)'], ['lf', 'locked as its pages come (MLOCK_ONFAULT)'],
  ['dp', 'lazily freed pages may be dropped'], ['gu', 'may hold guard regions'],
]);

export function vmFlagWords(flag: string): string {
  return VM_FLAGS.get(flag) ?? 'not known to this version of vmatlas';
}

/** Bits of /proc/kpageflags (kernel Documentation/admin-guide/mm/pagemap.rst; bits from 32 on are for kernel developers, fs/proc/page.c). */
const FRAME_FLAGS: readonly (readonly [bit: number, name: string, words: string])[] = [
  [0, 'LOCKED', 'locked for input or output'], [1, 'HWERROR', 'a hardware error was met'], [2, 'REFERENCED', 'used lately'], [3, 'UPTODATE', 'holds what its file or swap has'],
  [4, 'DIRTY', 'changed since it was written out'], [5, 'LRU', 'on the lists for reclaim'], [6, 'ACTIVE', 'on the list of pages in use'], [7, 'SLAB', 'memory of the kernel’s allocator'],
  [8, 'WRITEBACK', 'being written out'], [9, 'RECLAIM', 'to be reclaimed soon'], [10, 'BUDDY', 'free'], [11, 'MMAP', 'mapped by a process'], [12, 'ANON', 'anonymous'],
  [13, 'SWAPCACHE', 'has a place in swap'], [14, 'SWAPBACKED', 'goes to swap, not to a file'], [15, 'COMPOUND_HEAD', 'first of a larger page'], [16, 'COMPOUND_TAIL', 'part of a larger page'],
  [17, 'HUGE', 'a page of hugetlbfs'], [18, 'UNEVICTABLE', 'cannot be reclaimed'], [19, 'HWPOISON', 'taken out of use after an error'], [20, 'NOPAGE', 'no memory here'],
  [21, 'KSM', 'merged with equal pages'], [22, 'THP', 'part of a transparent huge page'], [23, 'OFFLINE', 'offline'], [24, 'ZERO_PAGE', 'the page of zeros'], [25, 'IDLE', 'not used since it was marked'],
  [26, 'PGTABLE', 'a page table'], [32, 'RESERVED', 'reserved'], [33, 'MLOCKED', 'locked by mlock'], [34, 'MAPPEDTODISK', 'has blocks on disk'], [35, 'PRIVATE', 'private data of the file system'],
  [36, 'PRIVATE_2', 'more data of the file system'], [37, 'OWNER_PRIVATE', 'a flag of its owner'], [38, 'ARCH', 'a flag of the architecture'], [39, 'UNCACHED', 'uncached'], [40, 'SOFTDIRTY', 'soft-dirty'],
];

export function frameFlagWords(word: bigint): { name: string; words: string }[] {
  return FRAME_FLAGS.filter(([bit]) => ((word >> BigInt(bit)) & 1n) === 1n).map(([, name, words]) => ({ name, words }));
}
