import type { Address } from '../../shared/address/address.ts';
import { PAGE_COUNT_OF_SPACE, PAGE_SIZE_BYTES, pageOf, pageStart, type PageNumber } from '../../shared/address/page.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { MAX_READ_BYTES } from '../../shared/rpc/contracts/memory.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import type { Baseline, CachedPage, MemoryCache } from './memory-cache.ts';
import { byteInPage, splitIntoPages } from './page-split.ts';

/** 16 MiB of bytes: a hex view of any size plus what was looked at before. */
const PAGE_LIMIT = 4096;
/** One read carries at most 256 KiB, so that a cancelled one wastes little and the first bytes come soon. */
const BATCH_PAGES = 64;
/** Pages without bytes cost next to nothing to ask for: a view that folds megabytes of untouched memory asks for all of it in one question. */
const BATCH_PAGES_OF_A_HOLE = MAX_READ_BYTES / PAGE_SIZE_BYTES;
/** What follows a hole, and was never asked for, is likely more of it. */
const BATCH_PAGES_AFTER_A_HOLE = 512;
/** More at once only queue in the host. */
const READS_AT_ONCE = 4;
/** Earlier generations kept. Their pages are those the cache had then, shared among them where nothing was read anew. */
const BASELINE_LIMIT = 8;
/** A generation no answer has: the entry is stale whatever the session's. */
const NEVER = -1;

interface Read {
  readonly first: number;
  readonly count: number;
  readonly abort: AbortController;
}

export interface LiveMemoryCache extends MemoryCache {
  /** Takes the pages of the present generation as what the next ones are compared with. Called when a stop ends, or before a refresh; `words` say which it was. */
  rebase(words?: string): void;
  /** The target has run on: reads again what is looked at. What is there stays and counts as current until the new answer comes, so that a living view does not flicker. */
  reread(): void;
  /** Something wrote [start, start + lengthBytes): read it anew. */
  invalidate(start: Address, lengthBytes: bigint): void;
  /** Reads under way and waiting. */
  readonly pendingReads: number;
  dispose(): void;
}

/**
 * `schedule` runs a function once the present turn's requests are all in (a microtask is too early: React asks over several), default a zero timeout.
 * `onFailure` hears of reads that failed as a whole; their pages are not asked for again in the same generation.
 */
export function createMemoryCache(
  memory: Clients['memory'],
  onFailure: (error: unknown) => void = () => {},
  schedule: (run: () => void) => void = (run) => setTimeout(run, 0),
): LiveMemoryCache {
  /** In order of use, oldest first. */
  const pages = new Map<number, CachedPage>();
  /** In which tide each page was last read; `reread` begins a new one. */
  const tides = new Map<number, number>();
  let tide = 0;
  /** Newest first. */
  let baselines: (Baseline & { readonly pages: ReadonlyMap<number, CachedPage> })[] = [];
  let chosen: number | undefined;
  let nextBaseline = 1;
  /** Pages to ask for, with the wish round in which somebody last asked. */
  const asked = new Map<number, number>();
  const failed = new Set<number>();
  const reads = new Set<Read>();
  const listeners = new Set<() => void>();
  let sessionId: string | undefined;
  let generation = 0;
  let round = 0;
  let wishFirst = 0;
  let wishEnd = 0;
  let flushScheduled = false;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const isFresh = (page: number): boolean => {
    const entry = pages.get(page);
    return entry !== undefined && entry.generation >= generation && tides.get(page) === tide;
  };

  const isBeingRead = (page: number): boolean => {
    for (const read of reads) if (page >= read.first && page < read.first + read.count) return true;
    return false;
  };

  const isHole = (page: number): boolean => pages.get(page)?.ranges.every(({ kind }) => kind !== 'valid') ?? false;

  /** Which part of a read one page makes up, by what was there when it was last read. */
  const shareOfBatch = (page: number, first: number): number => {
    if (pages.has(page)) return 1 / (isHole(page) ? BATCH_PAGES_OF_A_HOLE : BATCH_PAGES);
    return 1 / (isHole(first - 1) ? BATCH_PAGES_AFTER_A_HOLE : BATCH_PAGES);
  };

  const ask = (page: number): void => {
    if (sessionId === undefined || page < 0 || page >= PAGE_COUNT_OF_SPACE || failed.has(page) || isFresh(page)) return;
    asked.set(page, round);
    if (isBeingRead(page)) return;
    if (!flushScheduled) {
      flushScheduled = true;
      schedule(flush);
    }
  };

  const store = (entry: CachedPage, readIn: number): void => {
    pages.delete(entry.page);
    pages.set(entry.page, entry);
    tides.set(entry.page, readIn);
    if (pages.size <= PAGE_LIMIT) return;
    for (const oldest of pages.keys()) {
      pages.delete(oldest);
      tides.delete(oldest);
      if (pages.size <= PAGE_LIMIT) break;
    }
  };

  const flush = (): void => {
    flushScheduled = false;
    while (reads.size < READS_AT_ONCE) {
      const next = nextBatch(asked, isBeingRead, shareOfBatch);
      if (next === undefined) return;
      startRead(next.first, next.count);
    }
  };

  const startRead = (first: number, count: number): void => {
    const id = sessionId;
    if (id === undefined) return;
    const read: Read = { first, count, abort: new AbortController() };
    const startedIn = generation;
    const startedInTide = tide;
    reads.add(read);
    const params = { sessionId: id, start: pageStart(first as PageNumber), lengthBytes: count * PAGE_SIZE_BYTES, touchNotPresent: false };
    memory.read(params, { signal: read.abort.signal }).then(
      (answer) => {
        finishRead(read);
        if (id !== sessionId) return;
        for (const page of splitIntoPages(answer, first as PageNumber, count)) {
          accept(page, startedInTide);
          // The host told us of a generation it does not answer from: asking again at once would never end.
          if (answer.generation < startedIn) {
            failed.add(page.page);
            asked.delete(page.page);
          }
        }
        changed();
        flush();
      },
      (error: unknown) => {
        finishRead(read);
        if (id !== sessionId) return;
        if (!read.abort.signal.aborted && !(error instanceof VmatlasError && error.code === 'cancelled')) {
          for (let page = first; page < first + count; page++) {
            failed.add(page);
            asked.delete(page);
          }
          onFailure(error);
        }
        // Whoever still needs a cancelled page asks again when told.
        changed();
        flush();
      },
    );
  };

  const finishRead = (read: Read): void => {
    reads.delete(read);
  };

  /** Keeps an answer unless a newer one is there; an answer of an older generation is kept as stale and asked for again. */
  const accept = (page: CachedPage, readIn: number): void => {
    const present = pages.get(page.page);
    if (present !== undefined && present.generation > page.generation) return;
    store(page, readIn);
    if (page.generation >= generation && readIn === tide) asked.delete(page.page);
  };

  const cancelAll = (): void => {
    asked.clear();
    for (const read of reads) read.abort.abort();
    reads.clear();
  };

  return {
    get pendingReads() {
      return reads.size + asked.size;
    },
    pageAt(page) {
      const entry = pages.get(page);
      if (entry !== undefined) {
        pages.delete(page);
        pages.set(page, entry);
      }
      ask(page);
      return entry;
    },
    want(first, count) {
      round++;
      wishFirst = first;
      wishEnd = first + Math.min(count, PAGE_LIMIT / 2);
      for (const [page, askedIn] of asked) {
        // Inside the wish, or asked for by somebody since the wish before this one: still wanted.
        if ((page >= wishFirst && page < wishEnd) || askedIn >= round - 1) continue;
        asked.delete(page);
      }
      for (const read of reads) if (!hasAny(asked, read)) read.abort.abort();
      for (let page = wishFirst; page < wishEnd; page++) ask(page);
    },
    async touch(page) {
      if (sessionId === undefined) return;
      const id = sessionId;
      let answer;
      try {
        answer = await memory.read({ sessionId: id, start: pageStart(page), lengthBytes: PAGE_SIZE_BYTES, touchNotPresent: true });
      } catch (error) {
        // Told to the user as every failed read is; the page stays as it was.
        if (id === sessionId) onFailure(error);
        return;
      }
      if (id !== sessionId) return;
      failed.delete(page);
      for (const cut of splitIntoPages(answer, page, 1)) accept(cut, tide);
      changed();
    },
    previousPageAt: (page) => (chosen === undefined ? baselines[0] : baselines.find(({ id }) => id === chosen))?.pages.get(page),
    get baselines() {
      return baselines;
    },
    get comparedWith() {
      return chosen;
    },
    compareWith(id) {
      if (id === chosen) return;
      chosen = id;
      changed();
    },
    byteAt(address) {
      const entry = pages.get(pageOf(address));
      return entry === undefined ? undefined : byteInPage(entry, address);
    },
    rebase(words = `generation ${generation}`) {
      const current = new Map([...pages].filter(([, entry]) => entry.generation >= generation));
      baselines = [{ id: nextBaseline++, words, pages: current }, ...baselines].slice(0, BASELINE_LIMIT);
      // The chosen one has been dropped: the newest is the usual choice.
      if (!baselines.some(({ id }) => id === chosen)) chosen = undefined;
    },
    reread() {
      if (sessionId === undefined) return;
      tide++;
      failed.clear();
      changed();
    },
    invalidate(start, lengthBytes) {
      if (lengthBytes <= 0n) return;
      const first = pageOf(start);
      const last = pageOf((start + lengthBytes - 1n) as Address);
      let any = false;
      for (const [number, entry] of pages) {
        if (number < first || number > last) continue;
        pages.set(number, { ...entry, generation: NEVER });
        any = true;
      }
      // A read under way may have passed before the write.
      for (const read of reads) if (read.first <= last && read.first + read.count > first) read.abort.abort();
      if (any || reads.size > 0) changed();
    },
    setSession(id) {
      if (id === sessionId) return;
      cancelAll();
      pages.clear();
      tides.clear();
      baselines = [];
      chosen = undefined;
      failed.clear();
      sessionId = id;
      generation = 0;
      changed();
    },
    setGeneration(next) {
      if (next === generation) return;
      generation = next;
      failed.clear();
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      cancelAll();
      listeners.clear();
      sessionId = undefined;
    },
  };
}

function hasAny(asked: ReadonlyMap<number, number>, read: Read): boolean {
  for (let page = read.first; page < read.first + read.count; page++) if (asked.has(page)) return true;
  return false;
}

/** The most recently asked page with its asked neighbours above it, up to one batch. Undefined when nothing is left to ask. */
function nextBatch(asked: ReadonlyMap<number, number>, isBeingRead: (page: number) => boolean, shareOfBatch: (page: number, first: number) => number): { first: number; count: number } | undefined {
  let newest = -1;
  let pick: number | undefined;
  for (const [page, round] of asked) {
    if (isBeingRead(page)) continue;
    if (round > newest || (round === newest && pick !== undefined && page < pick)) {
      newest = round;
      pick = page;
    }
  }
  if (pick === undefined) return undefined;
  let count = 1;
  let share = shareOfBatch(pick, pick);
  while (asked.has(pick + count) && !isBeingRead(pick + count)) {
    share += shareOfBatch(pick + count, pick);
    // Sums of powers of two are exact.
    if (share > 1) break;
    count++;
  }
  return { first: pick, count };
}
