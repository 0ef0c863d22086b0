import type { Address } from '../../address/address.ts';
import type { RefineCondition, SearchPattern, SearchScope, SkippedBytes } from '../../model/search.ts';
import type { RegionKind } from '../../model/region.ts';

/** A place found. */
export interface SearchHit {
  readonly address: Address;
  /** The region it lies in now; undefined when nothing is mapped there any more. */
  readonly region: { readonly start: Address; readonly end: Address; readonly kind: RegionKind; readonly label: string } | undefined;
  readonly symbol: { readonly name: string; readonly offset: bigint } | undefined;
  /** First bytes as they were when found (numbers: all of them); for an expression as they are now; empty when they can't be read. */
  readonly bytes: Uint8Array;
}

export interface SearchResult {
  /** Places in the set. */
  readonly total: number;
  /** `limit`: there may be more than the set holds. */
  readonly ended: 'complete' | 'limit';
  readonly searchedBytes: bigint;
  readonly skipped: readonly SkippedBytes[];
  readonly elapsedMs: number;
}

export interface RefineResult {
  readonly total: number;
  /** Places left out because they can't be read any more. */
  readonly unreadable: number;
  readonly elapsedMs: number;
}

/** Places in one `found` event at most. */
export const MAX_STREAMED_BATCH = 256;
/** Of one search so many places are streamed; more are asked for with `hits`. */
export const MAX_STREAMED_HITS = 4096;
/** Rows of one `hits` call. */
export const MAX_HIT_ROWS = 4096;

export interface SearchContract {
  readonly calls: {
    /**
     * Searches to the end, with progress. The set of places found is kept under `searchId`, a name the caller makes up, until another search takes the name, the session closes, or a few newer
     * searches have pushed it out. `align`: only addresses that it divides; by default the size of the number, 1 for bytes and text. `limit`: places to stop after. Pages that are not present
     * are left out unless `touchNotPresent`. Cancelled, it rejects with `cancelled` and the places found until then stay in the set.
     */
    run(params: {
      readonly sessionId: string; readonly searchId: string; readonly pattern: SearchPattern; readonly scope: SearchScope; readonly align?: number; readonly limit?: number;
      readonly touchNotPresent?: boolean;
    }): SearchResult;
    /** Looks again at all places of a set and keeps those that the condition fits. Cancelled, the set stays as it was. */
    refine(params: { readonly sessionId: string; readonly searchId: string; readonly condition: RefineCondition }): RefineResult;
    /** Places [first, first + count) of a set, ascending, at most MAX_HIT_ROWS a call. */
    hits(params: { readonly sessionId: string; readonly searchId: string; readonly first: number; readonly count: number }): { readonly total: number; readonly hits: readonly SearchHit[] };
    /** Places whose 64-bit word leads into [start, end): a search like any other, over everything readable. */
    whatPointsHere(params: { readonly sessionId: string; readonly searchId: string; readonly start: Address; readonly end: Address; readonly limit?: number }): SearchResult;
    /** Forgets a set. */
    forget(params: { readonly sessionId: string; readonly searchId: string }): null;
  };
  readonly events: {
    /** While a search runs: new places at the end of its set, from number `first` on, in order, and how many there are by now. */
    readonly found: { readonly sessionId: string; readonly searchId: string; readonly first: number; readonly hits: readonly SearchHit[]; readonly total: number };
  };
}
