import { decodePages, frameNumber, isPresentWord } from '../../../shared/analysis/pages/decode-pages.ts';
import { backingOf, type Backing } from '../../../shared/analysis/pages/mapping-backing.ts';
import type { PageChunk } from '../../../shared/analysis/pages/page-builders.ts';
import { firstMappingAfter, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { PAGE_FLAG_DIRTY, PAGE_FLAG_HUGE, PAGE_FLAG_KSM, PAGE_FLAG_LOCKED, PAGE_STATE_CODE } from '../../../shared/model/page-state.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { smapsBytes, smapsRowAt } from '../../procfs/smaps-columns.ts';
import type { PageSource } from './page-source.ts';

/** pagemap words read at once: 256 KiB. */
export const WINDOW_PAGES = 32_768;
/** Reading on across an unmapped hole of so many pages costs less than another system call. */
const BRIDGED_PAGES = 256;
/** A mapping without any access and larger than this is reserved address space; its page table is not walked. 64 MiB. */
export const RESERVED_WALK_PAGES = 16_384;
/** Larger mappings are looked up in smaps first: 4 GiB. */
export const SPARSE_PAGES = 1_048_576;
/** Words read of one sparse mapping at most: 2 GiB of words would be 1 TiB of space. */
const MOST_SPARSE_PAGES = 64 * 1_048_576;
const SMAPS_AGE_MS = 2000;

/** Bits of kpageflags (include/uapi/linux/kernel-page-flags.h). */
const KPF_DIRTY = 1 << 4;
const KPF_HUGE = 1 << 17;
const KPF_KSM = 1 << 21;
const KPF_THP = 1 << 22;
/** Among others every page that mlock keeps in memory. */
const KPF_UNEVICTABLE = 1 << 18;

export interface WalkOptions {
  readonly detail: 'pagemap' | 'frames';
  readonly signal?: AbortSignal;
  /** Rows with this VmFlag set `lo` get the flag LOCKED; undefined: not known. */
  readonly locked?: (row: number) => boolean;
}

/** How much a walk read. */
export interface WalkCost {
  bytesRead: number;
}

/**
 * Hands the states of all mapped pages of [startPage, endPage) to `take`, ascending, in chunks that never cross a mapping's end. `take` answers false to stop. Only page
 * tables are read, so nothing is faulted in; reserved space is told in one chunk without being walked.
 */
export function walkPages(source: PageSource, mappings: MappingColumns, startPage: number, endPage: number, options: WalkOptions, take: (chunk: PageChunk) => boolean): WalkCost {
  const walk = new Walk(source, mappings, options, take);
  walk.run(startPage, endPage);
  return walk.cost;
}

const NO_FRAME = (): number => -1;
const NOTHING = new Uint8Array(0);

class Walk {
  readonly cost: WalkCost = { bytesRead: 0 };
  readonly #source: PageSource;
  readonly #mappings: MappingColumns;
  readonly #options: WalkOptions;
  readonly #take: (chunk: PageChunk) => boolean;
  readonly #words = new Uint32Array(WINDOW_PAGES * 2);
  readonly #state = new Uint8Array(WINDOW_PAGES);
  readonly #flags = new Uint8Array(WINDOW_PAGES);
  /** Pages in #words: [from, to). */
  #from = 0;
  #to = 0;
  #refused = false;

  constructor(source: PageSource, mappings: MappingColumns, options: WalkOptions, take: (chunk: PageChunk) => boolean) {
    this.#source = source;
    this.#mappings = mappings;
    this.#options = options;
    this.#take = take;
  }

  run(startPage: number, endPage: number): void {
    const m = this.#mappings;
    for (let row = firstMappingAfter(m, startPage); row < m.length; row++) {
      const start = Math.max(m.startPage[row] ?? 0, startPage);
      const end = Math.min(m.endPage[row] ?? 0, endPage);
      if (start >= endPage) return;
      if (!this.#row(row, start, end, endPage)) return;
    }
  }

  #row(row: number, start: number, end: number, rangeEnd: number): boolean {
    const m = this.#mappings;
    const perms = m.perms[row] ?? 0;
    const size = (m.endPage[row] ?? 0) - (m.startPage[row] ?? 0);
    const noAccess = (perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0;
    // [vsyscall] lies in the kernel's half, where pagemap tells nothing.
    if (start >= 2 ** 44) return this.#uniform(row, start, end - start, PAGE_STATE_CODE.kernel);
    if (noAccess && size > RESERVED_WALK_PAGES) return this.#uniform(row, start, end - start, PAGE_STATE_CODE.reserved);
    if (size > SPARSE_PAGES) return this.#sparse(row, start, end);
    return this.#dense(row, start, end, rangeEnd).goOn;
  }

  /** A very large mapping: smaps says how many pages there are to find, and the walk ends when it has them. */
  #sparse(row: number, start: number, end: number): boolean {
    const m = this.#mappings;
    const { smaps } = this.#source.smaps(SMAPS_AGE_MS);
    const smapsRow = smapsRowAt(smaps, m.startPage[row] ?? 0);
    const known = smapsRow >= 0 ? (smapsBytes(smaps, smapsRow, 'Rss') ?? 0n) + (smapsBytes(smaps, smapsRow, 'Swap') ?? 0n) : undefined;
    let wanted = known === undefined ? Infinity : Number(known >> 12n);
    let page = start;
    const limit = Math.min(end, start + MOST_SPARSE_PAGES);
    while (page < limit && wanted > 0) {
      this.#options.signal?.throwIfAborted();
      const stop = Math.min(limit, page + WINDOW_PAGES);
      const { goOn, present } = this.#dense(row, page, stop, stop);
      if (!goOn) return false;
      wanted -= present;
      page = stop;
    }
    return page >= end || this.#uniform(row, page, end - page, wanted <= 0 ? PAGE_STATE_CODE.absent : PAGE_STATE_CODE.unknown);
  }

  #dense(row: number, start: number, end: number, rangeEnd: number): { goOn: boolean; present: number } {
    const m = this.#mappings;
    const perms = m.perms[row] ?? 0;
    const backing = this.#backing(row);
    const locked = this.#options.locked?.(row) === true;
    let present = 0;
    for (let page = start; page < end; ) {
      if (page < this.#from || page >= this.#to) this.#fill(row, page, rangeEnd);
      if (this.#refused) return { goOn: this.#uniform(row, page, end - page, PAGE_STATE_CODE.unknown), present };
      // A short answer: the rest of the half holds no pages.
      if (page >= this.#to) return { goOn: this.#uniform(row, page, end - page, PAGE_STATE_CODE.absent), present };
      const at = page - this.#from;
      const count = Math.min(end, this.#to) - page;
      present += decodePages(this.#words, at, count, backing, this.#state, this.#flags, at, this.#source.isZeroFrame);
      if (this.#options.detail === 'frames') this.#addFrameFlags(at, count);
      if (locked) for (let i = at; i < at + count; i++) if (isPresentWord(this.#words, i)) this.#flags[i] = (this.#flags[i] ?? 0) | PAGE_FLAG_LOCKED;
      const goOn = this.#take({
        row, perms, firstPage: page, count, state: this.#state, flags: this.#flags, at, uniform: undefined, uniformFlags: 0, frame: (i) => frameNumber(this.#words, at + i),
      });
      if (!goOn) return { goOn, present };
      page += count;
    }
    return { goOn: true, present };
  }

  /** Reads a window from `page` on, across small holes, up to the first mapping that is not to be walked. */
  #fill(row: number, page: number, rangeEnd: number): void {
    const m = this.#mappings;
    this.#options.signal?.throwIfAborted();
    let end = Math.min(m.endPage[row] ?? page, rangeEnd);
    for (let next = row + 1; next < m.length && end - page < WINDOW_PAGES; next++) {
      const start = m.startPage[next] ?? 0;
      const size = (m.endPage[next] ?? 0) - start;
      const noAccess = ((m.perms[next] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0;
      if (start - end > BRIDGED_PAGES || start >= rangeEnd || size > SPARSE_PAGES || (noAccess && size > RESERVED_WALK_PAGES)) break;
      end = Math.min(m.endPage[next] ?? 0, rangeEnd);
    }
    const count = Math.min(WINDOW_PAGES, end - page);
    const got = this.#source.readWords(page, count, this.#words);
    this.#refused = got === undefined;
    this.#from = page;
    this.#to = page + (got ?? 0);
    this.cost.bytesRead += (got ?? 0) * 8;
  }

  #addFrameFlags(at: number, count: number): void {
    for (let i = at; i < at + count; i++) {
      const frame = frameNumber(this.#words, i);
      if (frame < 0) continue;
      const bits = this.#source.frameFlags(frame);
      if (bits === undefined) return;
      let flag = this.#flags[i] ?? 0;
      if (bits & KPF_DIRTY) flag |= PAGE_FLAG_DIRTY;
      if (bits & (KPF_HUGE | KPF_THP)) flag |= PAGE_FLAG_HUGE;
      if (bits & KPF_KSM) flag |= PAGE_FLAG_KSM;
      if (bits & KPF_UNEVICTABLE) flag |= PAGE_FLAG_LOCKED;
      this.#flags[i] = flag;
    }
  }

  #uniform(row: number, firstPage: number, count: number, state: number): boolean {
    return this.#take({
      row, perms: this.#mappings.perms[row] ?? 0, firstPage, count, state: NOTHING, flags: NOTHING, at: 0, uniform: state, uniformFlags: 0, frame: NO_FRAME,
    });
  }

  #backing(row: number): Backing {
    const m = this.#mappings;
    const name = m.name[row] ?? 0;
    const perms = m.perms[row] ?? 0;
    // Unnamed memory is most of it, and its line says all.
    if (name === 0) return perms & PERM_SHARED ? 'shared-memory' : 'anonymous';
    return backingOf(m.names[name] ?? '', perms, m.inode[row] ?? 0);
  }
}
