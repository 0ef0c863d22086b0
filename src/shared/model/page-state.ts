/**
 * What the page table says of a page, as one word: the colour of a cell. Every page of every mapping has exactly one; what can be true beside it is a flag (PAGE_FLAG_*).
 * The order is part of the wire format: a state's code is its index.
 */
export const PAGE_STATES = [
  /** The kernel does not tell, or the page was not looked at because the mapping is too large to walk. */
  'unknown',
  /** Inside a mapping that allows no access and is too large to walk: address space that is only reserved. */
  'reserved',
  /** No page is mapped here: never touched, dropped, or not read from its file yet. */
  'absent',
  /** A page of this process's own anonymous memory. */
  'anonymous',
  /** The page cache's page of a file: nobody has changed it here. */
  'file',
  /** Shared memory that has no file of a disk behind it: MAP_SHARED | MAP_ANONYMOUS, memfd, shm. */
  'shared-memory',
  /** The one page of zeros that the kernel maps where anonymous memory is only read. */
  'zero-page',
  /** Anonymous and not this process's alone: the zero page, a page still shared after fork, or one merged by KSM; which of them only the frame number tells. */
  'zero-or-shared',
  /** A private mapping of a file, and the page was written to: a copy of this process's own. */
  'private-copy',
  'swapped',
  /** A guard region of MADV_GUARD_INSTALL. */
  'guard',
  /** A page of the kernel's own that is no memory of the process: [vvar], device memory. */
  'kernel',
] as const;
export type PageState = (typeof PAGE_STATES)[number];

export const PAGE_STATE_CODE = Object.fromEntries(PAGE_STATES.map((state, code) => [state, code])) as Readonly<Record<PageState, number>>;

/** Present, and some other process (or another mapping of this one) maps the frame too: pagemap bit 56 is clear. Never set for the zero page. */
export const PAGE_FLAG_SHARED = 1;
/** kpageflags DIRTY: to be written to its file or to swap before the frame can be given away. */
export const PAGE_FLAG_DIRTY = 2;
/** pagemap bit 55: written since clear_refs, where the kernel tracks it. */
export const PAGE_FLAG_SOFT_DIRTY = 4;
/** Part of a transparent or hugetlb huge page. */
export const PAGE_FLAG_HUGE = 8;
/** mlock: VmFlags lo of its mapping, or kpageflags MLOCKED. */
export const PAGE_FLAG_LOCKED = 16;
/** Merged with equal pages by KSM. */
export const PAGE_FLAG_KSM = 32;
/** Write-protected through userfaultfd. */
export const PAGE_FLAG_UFFD_WP = 64;

export const PAGE_FLAG_WORDS: readonly (readonly [flag: number, name: string, words: string])[] = [
  [PAGE_FLAG_SHARED, 'shared', 'mapped by others too'],
  [PAGE_FLAG_DIRTY, 'dirty', 'changed since it was read or written back'],
  [PAGE_FLAG_SOFT_DIRTY, 'soft-dirty', 'written since the last clear_refs'],
  [PAGE_FLAG_HUGE, 'huge', 'part of a huge page'],
  [PAGE_FLAG_LOCKED, 'locked', 'locked in memory (mlock)'],
  [PAGE_FLAG_KSM, 'ksm', 'merged with equal pages (KSM)'],
  [PAGE_FLAG_UFFD_WP, 'uffd-wp', 'write-protected through userfaultfd'],
];

export function pageFlagNames(flags: number): string[] {
  return PAGE_FLAG_WORDS.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
}

/** Is memory behind a page in this state right now? */
export function isPresentState(state: PageState): boolean {
  return PRESENT.has(state);
}

const PRESENT: ReadonlySet<PageState> = new Set(['anonymous', 'file', 'shared-memory', 'zero-page', 'zero-or-shared', 'private-copy', 'kernel']);

/**
 * Runs of equal neighbouring pages as columns, ascending. A run never crosses the end of a mapping; pages between two runs are not mapped.
 *
 *     pages of run i: [startPage[i], startPage[i] + pageCount[i])
 */
export interface PageRunColumns {
  readonly length: number;
  readonly startPage: Float64Array;
  readonly pageCount: Float64Array;
  /** Index in PAGE_STATES. */
  readonly state: Uint8Array;
  /** PAGE_FLAG_* bits. */
  readonly flags: Uint8Array;
  /** PERM_* bits of the mapping (region-table.ts). */
  readonly perms: Uint8Array;
  /** Frame number of the first page; -1 where there is none or the kernel hides it. Frames of a run need not be consecutive. */
  readonly firstFrame: Float64Array;
}

/** Pages by state and by flag. */
export interface PageCounts {
  readonly pages: number;
  /** By PAGE_STATES index. */
  readonly byState: Float64Array;
  /** Pages that carry each flag, in the order of PAGE_FLAG_WORDS. */
  readonly byFlag: Float64Array;
  readonly present: number;
}
