import { z } from 'zod';
import { formatSize } from '../../../shared/address/size.ts';
import { pointerPattern } from '../../../shared/analysis/search/parse-pattern.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import type { SearchPattern, SearchScope } from '../../../shared/model/search.ts';
import type { CallContext, ServiceHandlers } from '../../../shared/rpc/contract.ts';
import { MAX_HIT_ROWS, MAX_STREAMED_BATCH, MAX_STREAMED_HITS, type SearchContract, type SearchResult } from '../../../shared/rpc/contracts/search.ts';
import { refineSearch, runSearch } from '../../search/run-search.ts';
import type { WorkerPool } from '../../search/worker-pool.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import { address, checked, endAddress } from '../validate.ts';
import { describeHits, withPreview } from './describe-hits.ts';
import { FoundSets } from './found-sets.ts';
import { align, limit, ofSearch, refineCondition, searchPattern, searchScope } from './search-params.ts';

type Found = SearchContract['events']['found'];

/** How often a running search tells of itself: more would be read by nobody. */
const TELL_EVERY_MS = 60;

interface RunParams {
  readonly sessionId: string;
  readonly searchId: string;
  readonly pattern: SearchPattern;
  readonly scope: SearchScope;
  readonly align?: number | undefined;
  readonly limit?: number | undefined;
  readonly touchNotPresent?: boolean | undefined;
}

export function searchService(manager: SessionManager, pool: WorkerPool): ServiceHandlers<SearchContract> {
  const sets = new FoundSets();
  const listeners = new Set<(found: Found) => void>();
  manager.onClosed((id) => sets.forgetSession(id));

  const run = async (params: RunParams, context: CallContext): Promise<SearchResult> => {
    const { sessionId, searchId, pattern, scope } = params;
    const session = manager.get(sessionId);
    sets.forget(sessionId, searchId);
    const { picture } = await session.picture();
    const stream = new HitStream(({ first, hits, total }) => {
      const told: Found = { sessionId, searchId, first, hits: describeHits(hits, picture), total };
      for (const listener of listeners) listener(told);
    });
    const progress = throttled(context);
    const outcome = await session.withTarget((target) =>
      runSearch(
        pool, { target, pattern, scope, align: params.align, touchNotPresent: params.touchNotPresent ?? false, patched: patchedOf(session), mostHits: params.limit },
        {
          signal: context.signal,
          found: ({ addresses, kept }, set) => stream.add(addresses, kept, set.keptBytes, set.count),
          progress: (done, total) => progress(done, total, `${formatSize(done)} of ${formatSize(total)}`),
        },
      ),
    );
    stream.end();
    sets.put(sessionId, searchId, outcome.found);
    if (outcome.ended === 'cancelled') throw cancelled();
    const { ended, searchedBytes, skipped, elapsedMs } = outcome;
    return { total: outcome.found.hits.count, ended, searchedBytes, skipped, elapsedMs };
  };

  return {
    calls: {
      run: checked('search.run', ofSearch.extend({ pattern: searchPattern, scope: searchScope, align: align.optional(), limit: limit.optional(), touchNotPresent: z.boolean().optional() }), run),
      whatPointsHere: checked('search.whatPointsHere', ofSearch.extend({ start: address, end: endAddress, limit: limit.optional() }), (params, context) =>
        run({ sessionId: params.sessionId, searchId: params.searchId, pattern: pointerPattern(params.start, params.end), scope: { kind: 'readable' }, limit: params.limit }, context),
      ),
      refine: checked('search.refine', ofSearch.extend({ condition: refineCondition }), async (params, context) => {
        const session = manager.get(params.sessionId);
        const found = sets.get(params.sessionId, params.searchId);
        const progress = throttled(context);
        const narrowed = await session.withTarget((target) =>
          refineSearch(pool, target, found, params.condition, patchedOf(session), { signal: context.signal, progress: (done, total) => progress(done, total, `${done} of ${total} places`) }),
        );
        sets.put(params.sessionId, params.searchId, narrowed.found);
        return { total: narrowed.found.hits.count, unreadable: narrowed.unreadable, elapsedMs: narrowed.elapsedMs };
      }),
      hits: checked('search.hits', ofSearch.extend({ first: z.int().min(0).max(0x7fff_ffff), count: z.int().min(0).max(MAX_HIT_ROWS) }), async (params) => {
        const session = manager.get(params.sessionId);
        const { hits } = sets.get(params.sessionId, params.searchId);
        const { picture } = await session.picture();
        const rows = describeHits(hits.rows(params.first, params.count), picture);
        return { total: hits.count, hits: session.isOver ? rows : await session.withTarget((target) => withPreview(rows, target)) };
      }),
      forget: checked('search.forget', ofSearch, (params) => {
        sets.forget(params.sessionId, params.searchId);
        return null;
      }),
    },
    events: {
      found: (emit) => {
        listeners.add(emit);
        return () => void listeners.delete(emit);
      },
    },
  };
}

function patchedOf(session: Session): readonly PatchedByte[] {
  return session.attachedDebugger()?.patchedBytes() ?? [];
}

function cancelled(): VmatlasError {
  return new VmatlasError({ code: 'cancelled', message: 'The search was cancelled.', remedy: 'What it had found is kept.' });
}

function throttled(context: CallContext): (done: number, total: number, words: string) => void {
  let told = -Infinity;
  return (done, total, words) => {
    const now = performance.now();
    if (done < total && now - told < TELL_EVERY_MS) return;
    told = now;
    context.progress({ done, total, words });
  };
}

interface Batch {
  readonly first: number;
  readonly hits: readonly { readonly position: number; readonly kept: Uint8Array }[];
  readonly total: number;
}

/** Hands on the first hits of a search in small batches, and later only how many there are. */
class HitStream {
  readonly #tell: (batch: Batch) => void;
  #streamed = 0;
  #total = 0;
  #told = 0;
  #toldAt = -Infinity;

  constructor(tell: (batch: Batch) => void) {
    this.#tell = tell;
  }

  add(addresses: Float64Array, kept: Uint8Array, keptBytes: number, total: number): void {
    this.#total = total;
    let at = 0;
    while (at < addresses.length && this.#streamed < MAX_STREAMED_HITS) {
      const count = Math.min(MAX_STREAMED_BATCH, addresses.length - at, MAX_STREAMED_HITS - this.#streamed);
      const hits = Array.from({ length: count }, (_, i) => ({ position: addresses[at + i] ?? 0, kept: kept.subarray((at + i) * keptBytes, (at + i + 1) * keptBytes) }));
      this.#send(hits);
      at += count;
    }
    if (this.#told < this.#total && performance.now() - this.#toldAt >= TELL_EVERY_MS) this.#send([]);
  }

  end(): void {
    if (this.#told < this.#total) this.#send([]);
  }

  #send(hits: Batch['hits']): void {
    const first = this.#streamed;
    this.#streamed += hits.length;
    // Of a batch cut in pieces the pieces to come are not counted yet.
    this.#told = this.#streamed < MAX_STREAMED_HITS && hits.length > 0 ? this.#streamed : this.#total;
    this.#toldAt = performance.now();
    this.#tell({ first, hits, total: Math.max(this.#told, this.#streamed) });
  }
}
