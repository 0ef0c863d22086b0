import type { Address } from '../../address/address.ts';
import type { AccessPrediction } from '../../model/access.ts';
import type { FrameInfo } from '../../model/debug.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { AslrFacts, ModuleHardening, WritableExecutable } from '../../model/hardening.ts';
import type { PageCounts, PageRunColumns, PageState } from '../../model/page-state.ts';
import type { Region } from '../../model/region.ts';
import type { Section, SymbolRef } from '../../model/symbol.ts';
import type { ReadCost, UsageTable } from '../../model/usage.ts';
import type { PageFacts } from './map.ts';

export const PAGES_PER_CELL = [1, 16, 64, 512] as const;
export type PagesPerCell = (typeof PAGES_PER_CELL)[number];
/** Most runs in one answer of `states`. */
export const MAX_PAGE_RUNS = 65_536;
/** Most cells in one answer of `cells`. */
export const MAX_PAGE_CELLS = 262_144;

/** `pagemap` is cheap. `frames` looks every frame up in kpageflags too (dirty, huge, locked, KSM), where that is allowed. */
export type PageDetail = 'pagemap' | 'frames';

export interface PageRuns {
  readonly generation: number;
  readonly runs: PageRunColumns;
  /** Where to go on: first address not told of because the answer was full; undefined when all of the range is told. */
  readonly next: Address | undefined;
  readonly cost: ReadCost;
}

/** Cells of equal size from `start`, each a group of pages. Pages that no mapping covers leave their cell empty (pages 0). */
export interface PageCells {
  readonly generation: number;
  readonly start: Address;
  readonly pagesPerCell: PagesPerCell;
  readonly count: number;
  /** Commonest state of the cell's mapped pages: index in PAGE_STATES. Present states win over absent ones when the cell holds any. */
  readonly state: Uint8Array;
  /** Bit n set: some page of the cell is in state n. */
  readonly stateSet: Uint16Array;
  /** PAGE_FLAG_* bits of any page in the cell. */
  readonly flags: Uint8Array;
  /** Mapped pages in the cell, 0 to pagesPerCell. */
  readonly mapped: Uint16Array;
  readonly present: Uint16Array;
  readonly cost: ReadCost;
}

/** Counts of every region row of the map with the same generation: row i here is row i there. Unmapped rows hold zeros. */
export interface PageOverview {
  readonly generation: number;
  readonly rows: number;
  readonly mappedPages: Float64Array;
  readonly presentPages: Float64Array;
  /** Pages by state: rows × PAGE_STATES.length, row by row. */
  readonly byState: Float64Array;
  /** 0 when the row's pages were not walked because there are too many; its counts are then from smaps, or unknown. */
  readonly walked: Uint8Array;
  readonly total: PageCounts;
  readonly cost: ReadCost;
}

/** Which pages `find` looks for. All that are given must hold. */
export interface PageFilter {
  readonly states?: readonly PageState[];
  /** PAGE_FLAG_* bits that must all be set. */
  readonly flags?: number;
  readonly writable?: boolean;
  readonly executable?: boolean;
}

/** A bit of the page's pagemap word, in words. */
export interface PagemapBit {
  /** 63, 62 … */
  readonly bit: number;
  readonly name: string;
  readonly set: boolean;
  /** What it means here; '' when there is nothing to add. */
  readonly words: string;
}

/** A fact that only some users may read. */
export type Permitted<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string; readonly remedy: string | undefined };

export interface FrameFacts {
  readonly number: bigint;
  /** Raw word of /proc/kpageflags, and its bits by name. */
  readonly flagsWord: bigint;
  readonly flags: readonly { readonly name: string; readonly words: string }[];
  /** /proc/kpagecount: how many page-table entries map the frame. */
  readonly mapCount: bigint;
}

/** One of r, w, x: at three levels. */
export interface PermissionRow {
  readonly letter: 'r' | 'w' | 'x';
  /** From the ELF segment's flags; undefined where no segment covers the page. */
  readonly segment: boolean | undefined;
  readonly mapping: boolean;
  /** VmFlags mr, mw, me: what mprotect may grant; undefined before smaps was read. */
  readonly mayBecome: boolean | undefined;
  /** Where the mapping's answer comes from, one clause. */
  readonly reason: string;
}

export interface PageCard {
  readonly generation: number;
  readonly address: Address;
  /** First byte of the page. */
  readonly page: Address;
  /** Region at the address itself; unmapped ones too. */
  readonly region: Region;
  /** Range and line of the mapping as maps prints it; undefined where nothing is mapped. */
  readonly mapping: { readonly start: Address; readonly end: Address; readonly line: string } | undefined;
  readonly state: PageState;
  /** PAGE_FLAG_* bits. */
  readonly flags: number;
  readonly facts: PageFacts | undefined;
  readonly permissions: readonly PermissionRow[];
  /** Shared (s) or private (p), in words. */
  readonly sharing: string;
  /** Where the page's content comes from: `libc.so.6 +0x26000`, `anonymous`, `shared zero page`. */
  readonly content: string;
  readonly pagemapBits: readonly PagemapBit[];
  readonly frame: Permitted<FrameFacts>;
  readonly vmFlags: Permitted<readonly { readonly flag: string; readonly words: string }[]>;
  /** Sums of the whole mapping from smaps, kB as printed; empty before smaps was read. */
  readonly smaps: readonly { readonly field: string; readonly bytes: bigint }[];
  readonly numaNode: Permitted<{ readonly node: number; readonly words: string }>;
  /** Huge page state in words: `part of a transparent huge page`, `4 KiB pages; huge pages only where the program asks (madvise)`. */
  readonly huge: string;
  /** Page protection key of the mapping (smaps ProtectionKey); undefined where processor or kernel has none. */
  readonly protectionKey: number | undefined;
  readonly access: AccessPrediction;
  readonly sections: readonly Section[];
  /** Symbols that lie on the page, at most 64. */
  readonly symbols: readonly SymbolRef[];
  readonly moreSymbols: boolean;
  /** Frames of stopped threads that lie on the page, innermost first. */
  readonly frames: readonly { readonly threadId: number; readonly frame: FrameInfo; readonly start: Address; readonly end: Address }[];
  /** How the page came to be as it is, as far as mapping and page table tell: one step each, oldest first. */
  readonly history: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Another mapping of the same page of a file. */
export interface FileSharer {
  readonly pid: number;
  readonly name: string;
  readonly user: string;
  readonly start: Address;
  /** Where this very page lies in that process. */
  readonly pageAddress: Address;
  readonly perms: string;
}

export interface ProtectPreview {
  readonly start: Address;
  readonly end: Address;
  /** `rwx` letters that the range would have. */
  readonly perms: string;
  /** Mappings as they are, clipped to nothing: each that the range touches. */
  readonly before: readonly PieceOfMapping[];
  /** What they would become: cut at the range's ends, and joined with equal neighbours as the kernel does. */
  readonly after: readonly PieceOfMapping[];
  /** One sentence each: `libc.so.6 data is cut in three`, `joins the mapping above`. */
  readonly words: readonly string[];
  /** Why the kernel would refuse: `ENOMEM: 0x… is not mapped`; undefined when nothing speaks against it. */
  readonly refusal: string | undefined;
  /** What is dangerous about it: writable and executable, the page the program stands on, the stack. */
  readonly warnings: readonly string[];
}

export interface PieceOfMapping {
  readonly start: Address;
  readonly end: Address;
  readonly perms: string;
  readonly label: string;
  /** In the asked range. */
  readonly changed: boolean;
}

export interface ProtectResult {
  /** Mappings as they are after the call, those of the preview's range. */
  readonly now: readonly PieceOfMapping[];
  /** The map is exactly as the preview said. */
  readonly asPreviewed: boolean;
  readonly generation: number;
}

type OfSession = { readonly sessionId: string };
type OfRange = OfSession & { readonly start: Address; readonly end: Address };

/**
 * Page states, permissions, and what would happen. Nothing here reads a byte of the target's memory, so nothing is faulted in; the only call that changes the target is
 * `protect`. Errors: `unsupported` when the target has no page table to show, `process-exited`, `invalid-argument`.
 */
export interface PagesContract {
  readonly calls: {
    /** Page states of [start, end), run by run. At most `maxRuns` (MAX_PAGE_RUNS); go on from `next`. */
    states(params: OfRange & { readonly maxRuns: number; readonly detail: PageDetail }): PageRuns;
    /** For a grid: at most MAX_PAGE_CELLS cells from `start` (rounded down to a page). */
    cells(params: OfSession & { readonly start: Address; readonly count: number; readonly pagesPerCell: PagesPerCell; readonly detail: PageDetail }): PageCells;
    /** Counts of every region at once. */
    overview(params: OfSession): PageOverview;
    /** Counts of the mapped pages in [start, end). */
    statistics(params: OfRange & { readonly detail: PageDetail }): { readonly generation: number; readonly counts: PageCounts; readonly cost: ReadCost };
    /** The nearest page after (or before) the page of `from` that the filter takes, within [start, end) when given; null when there is none. */
    find(params: OfSession & { readonly from: Address; readonly direction: 'next' | 'previous'; readonly filter: PageFilter; readonly start?: Address; readonly end?: Address }):
      { readonly page: Address; readonly state: PageState } | null;
    /** All about one page. `smaps: false` leaves out what only smaps and numa_maps tell, which costs more (see `cost`). */
    card(params: OfSession & { readonly address: Address; readonly smaps: boolean }): PageCard;
    /** What reads, writes and fetches would do at each address; at most 4096 addresses. `smaps: true` also asks VmFlags and protection keys, once for all. */
    access(params: OfSession & { readonly addresses: readonly Address[]; readonly smaps: boolean }): { readonly generation: number; readonly predictions: readonly AccessPrediction[] };
    /** Which other processes map the same page of the same file. Looks through all processes this user may see. */
    sharers(params: OfSession & { readonly address: Address }): { readonly sharers: readonly FileSharer[]; readonly hidden: number; readonly cost: ReadCost };
    /** Mappings that are writable and executable now, and those that became executable after being writable since the session began. */
    writableExecutable(params: OfSession): { readonly generation: number; readonly watchedSinceUnixMs: number; readonly found: readonly WritableExecutable[] };
    hardening(params: OfSession): { readonly generation: number; readonly modules: readonly ModuleHardening[]; readonly aslr: AslrFacts };
    /** Reads smaps: dear for many mappings. Both tables come of one reading. `rollup` reads smaps_rollup too, to compare: the kernel walks all page tables once more. */
    usage(params: OfSession & { readonly rollup?: boolean }): { readonly generation: number; readonly byKind: UsageTable; readonly byModule: UsageTable; readonly rollup: UsageTable['total'] | undefined; readonly cost: ReadCost };
    /** What the last look of each sort cost, for choosing how often to look: `maps`, `pagemap`, `smaps`. Missing until it was done once. */
    cost(params: OfSession): { readonly costs: readonly ReadCost[] };
    /** What mprotect(start, end - start, perms) would do to the mappings. `perms` are the letters wanted, such as `rw`, '' for none. Page-aligned. */
    previewProtect(params: OfRange & { readonly perms: string }): ProtectPreview;
    /** Runs mprotect in the stopped program. Rejects with `not-stopped`, `not-attached`, or `unreadable` with the kernel's errno as evidence. */
    protect(params: OfRange & { readonly perms: string; readonly threadId?: number }): ProtectResult;
  };
  readonly events: {
    /** A mapping was seen that is, or has become, writable and executable. */
    readonly writableExecutableFound: { readonly sessionId: string; readonly found: readonly WritableExecutable[] };
  };
}
