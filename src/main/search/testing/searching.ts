import type { RefineCondition, SearchPattern, SearchScope } from '../../../shared/model/search.ts';
import type { LiveTarget } from '../../target/live/live-target.ts';
import { refineSearch, runSearch, type FoundSet, type SearchOutcome, type SearchRequest, type SearchWatcher } from '../run-search.ts';
import type { WorkerPool } from '../worker-pool.ts';

const calm: SearchWatcher = { signal: new AbortController().signal };

export function search(
  pool: WorkerPool, target: LiveTarget, pattern: SearchPattern, scope: SearchScope = { kind: 'readable' }, more: Partial<SearchRequest> = {}, watcher: SearchWatcher = calm,
): Promise<SearchOutcome> {
  return runSearch(pool, { target, pattern, scope, align: undefined, touchNotPresent: false, patched: [], mostHits: undefined, ...more }, watcher);
}

export function refine(pool: WorkerPool, target: LiveTarget, found: FoundSet, condition: RefineCondition): ReturnType<typeof refineSearch> {
  return refineSearch(pool, target, found, condition, [], calm);
}

/** All places of a set. */
export function placesOf(found: FoundSet): bigint[] {
  return found.hits.rows(0, found.hits.count).map(({ position }) => BigInt(position));
}

/** Skipped bytes by reason. */
export function skippedBy(outcome: SearchOutcome): Record<string, bigint> {
  return Object.fromEntries(outcome.skipped.map(({ reason, bytes }) => [reason, bytes]));
}
