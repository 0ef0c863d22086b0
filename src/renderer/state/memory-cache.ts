import type { Address } from '../../shared/address/address.ts';
import type { PageNumber } from '../../shared/address/page.ts';
import type { MemoryRange, PatchedByte } from '../../shared/model/memory-range.ts';

/** One page as the hex view knows it. */
export interface CachedPage {
  readonly page: PageNumber;
  /** Generation of the answer. Older than the session's: stale, and drawn as stale until the new answer is there. */
  readonly generation: number;
  /** Gapless ranges covering the page. */
  readonly ranges: readonly MemoryRange[];
  readonly patched: readonly PatchedByte[];
}

/** Bytes kept from an earlier stop or refresh, to compare with. */
export interface Baseline {
  readonly id: number;
  /** `stop 2`, `before the refresh at 12:03:10`. */
  readonly words: string;
}

/**
 * Bytes of the target by page, newest answer per page, least recently used dropped. `pageAt` never waits: it answers with what is there (maybe stale, maybe
 * nothing) and asks for the rest; listeners hear when more has come.
 */
export interface MemoryCache {
  pageAt(page: PageNumber): CachedPage | undefined;
  /** Asks for pages that will be needed soon; replaces the previous wish (requests no longer wanted are cancelled). */
  want(first: PageNumber, count: number): void;
  /** Reads a not-present page on the user's explicit word. */
  touch(page: PageNumber): Promise<void>;
  /** The page's bytes in the generation that is compared with, for change marks; undefined when it was not cached then. */
  previousPageAt(page: PageNumber): CachedPage | undefined;
  /** Earlier generations whose bytes are kept, newest first. */
  readonly baselines: readonly Baseline[];
  /** The one chosen; undefined: always the newest. */
  readonly comparedWith: number | undefined;
  compareWith(id: number | undefined): void;
  /** Bytes from the cache only: value of the byte at an address when valid. */
  byteAt(address: Address): number | undefined;
  setSession(sessionId: string | undefined): void;
  setGeneration(generation: number): void;
  onChange(listener: () => void): () => void;
}
