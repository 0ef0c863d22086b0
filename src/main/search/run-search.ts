import { VmatlasError } from '../../shared/model/errors.ts';
import type { PatchedByte } from '../../shared/model/memory-range.ts';
import { SKIP_REASONS, type RefineCondition, type SearchPattern, type SearchScope, type SkippedBytes, type SkipReason } from '../../shared/model/search.ts';
import { spaceIsGone } from '../target/live/memory-reader.ts';
import type { Target } from '../target/target.ts';
import { firstHits, hitsFrom, HitSet } from './hit-set.ts';
import type { JobResult } from './job-scanner.ts';
import { naturalAlignment } from './matchers/create-matcher.ts';
import { cutJobs, planSearch, type JobRange, type SearchPlan } from './plan.ts';
import type { SearchSetup } from './protocol.ts';
import type { HitColumns } from './refine-scanner.ts';
import type { SearchWorker } from './search-worker.ts';
import type { SearchTeam, WorkerPool } from './worker-pool.ts';

/** Hits that one answer of a worker holds at most: some megabytes. */
const BATCH_HITS = 131_072;
/** Jobs that may be finished before an earlier one is. */
const MOST_AHEAD = 64;
/** A worker has the next job at hand when it finishes one. */
const JOBS_PER_WORKER = 2;
/** Searches smaller than this are done by one worker. */
const ONE_WORKER_BYTES = 8 * 1024 * 1024;

export interface SearchRequest {
  readonly target: Target;
  readonly pattern: SearchPattern;
  readonly scope: SearchScope;
  /** Only addresses that it divides; undefined: what the type is usually aligned to. */
  readonly align: number | undefined;
  readonly touchNotPresent: boolean;
  readonly patched: readonly PatchedByte[];
  /** The search ends when it has so many; undefined: as many as a set may hold. */
  readonly mostHits: number | undefined;
}

export interface SearchWatcher {
  readonly signal: AbortSignal;
  /** New hits at the end of the set, in order. */
  readonly found?: (added: HitColumns, set: HitSet) => void;
  readonly progress?: (doneBytes: number, totalBytes: number) => void;
}

/** Places found, and what is needed to look at them again. */
export interface FoundSet {
  readonly pattern: SearchPattern;
  readonly align: number;
  readonly touchNotPresent: boolean;
  readonly hits: HitSet;
}

export interface SearchOutcome {
  readonly found: FoundSet;
  /** `limit`: there may be more. `cancelled`: what was found until then. */
  readonly ended: 'complete' | 'limit' | 'cancelled';
  readonly searchedBytes: bigint;
  readonly skipped: readonly SkippedBytes[];
  readonly elapsedMs: number;
}

/** Searches a live process. A cancel is an outcome, not an error. Rejects with `process-exited`, `permission-denied`, `invalid-argument`. */
export async function runSearch(pool: WorkerPool, request: SearchRequest, watcher: SearchWatcher): Promise<SearchOutcome> {
  throwIfCancelled(watcher.signal);
  const began = performance.now();
  const { target, pattern, scope, touchNotPresent } = request;
  const { regions } = await target.readPicture();
  const plan = planSearch(regions, scope);
  const align = request.align ?? naturalAlignment(pattern);
  const setup = setupOf(request, pattern, align, touchNotPresent, plan);
  return withTeam(pool, setup, target, watcher.signal, plan.bytes <= ONE_WORKER_BYTES ? 1 : undefined, async (team) => {
    const most = Math.min(HitSet.roomFor(team.keptBytes), request.mostHits ?? Infinity);
    const run = new OrderedRun(plan, team, most, watcher);
    const ended = await run.go();
    return {
      found: { pattern, align, touchNotPresent, hits: run.hits }, ended, searchedBytes: BigInt(run.searchedBytes), skipped: skippedList(run.skipped, plan), elapsedMs: performance.now() - began,
    };
  });
}

/** Looks again at the places of a set; the set that comes out is a new one, and a cancel leaves the old one as it was. `unreadable`: places lost because they can't be read now. */
export async function refineSearch(
  pool: WorkerPool, target: Target, found: FoundSet, condition: RefineCondition, patched: readonly PatchedByte[], watcher: SearchWatcher,
): Promise<{ readonly found: FoundSet; readonly unreadable: number; readonly elapsedMs: number }> {
  throwIfCancelled(watcher.signal);
  const began = performance.now();
  const { pattern, align, touchNotPresent, hits } = found;
  const nothing = { segments: { start: new Float64Array(), end: new Float64Array(), flags: new Uint8Array() } };
  const setup = { ...setupOf({ target, patched }, pattern, align, touchNotPresent, nothing), refine: { keptBytes: hits.keptBytes, condition } };
  return withTeam(pool, setup, target, watcher.signal, hits.count < 4096 ? 1 : undefined, async (team) => {
    const results = Array.from<HitColumns | undefined>({ length: hits.chunks.length });
    let next = 0;
    let done = 0;
    let unreadable = 0;
    const lane = async (worker: SearchWorker): Promise<void> => {
      for (let index = next++; index < hits.chunks.length; index = next++) {
        const chunk = hits.chunks[index];
        if (!chunk) break;
        // oxlint-disable-next-line no-await-in-loop -- a lane does one chunk after the other
        const answer = await worker.ask({ do: 'refine', search: team.search, hits: chunk });
        if (answer.did !== 'refine') throw new Error(`asked to refine, the worker did ${answer.did}`);
        results[index] = answer.result;
        unreadable += answer.result.unreadable;
        done += chunk.addresses.length;
        watcher.progress?.(done, hits.count);
      }
    };
    await Promise.all(lanes(team, lane));
    const kept = new HitSet(hits.keptBytes);
    for (const result of results) if (result) kept.append(result);
    return { found: { ...found, hits: kept }, unreadable, elapsedMs: performance.now() - began };
  });
}

function setupOf(
  { target, patched }: Pick<SearchRequest, 'target' | 'patched'>, pattern: SearchPattern, align: number, touchNotPresent: boolean, { segments }: Pick<SearchPlan, 'segments'>,
): SearchSetup {
  return {
    pid: target.identity.pid, pattern, align, segments, touchNotPresent, cancelFlag: new Int32Array(new SharedArrayBuffer(4)), refine: undefined,
    patches: patched.map(({ address, original }) => ({ position: Number(address), original })),
  };
}

async function withTeam<T>(pool: WorkerPool, setup: SearchSetup, target: Target, signal: AbortSignal, most: number | undefined, work: (team: SearchTeam) => Promise<T>): Promise<T> {
  throwIfCancelled(signal);
  const team = await pool.open(setup, most ?? Infinity);
  let ended: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (ended = resolve));
  const onAbort = (): void => pool.cancel(setup, team, finished);
  try {
    // The workers have their own files by now: whoever is alive at this moment is whom they opened.
    if (target.liveness() !== 'alive') throw spaceIsGone(target.identity.pid);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return await work(team);
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended();
    await team.close();
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new VmatlasError({ code: 'cancelled', message: 'The search was cancelled.' });
}

function lanes(team: SearchTeam, lane: (worker: SearchWorker) => Promise<void>): Promise<void>[] {
  return team.workers.flatMap((worker) => Array.from({ length: JOBS_PER_WORKER }, () => lane(worker)));
}

/** What a job has found while an earlier one is under way. */
interface Slot {
  readonly parts: JobResult[];
  done: boolean;
}

/** Jobs go to whichever worker is free, and their hits into the set in the order of their addresses. */
class OrderedRun {
  readonly hits: HitSet;
  readonly skipped = new Float64Array(SKIP_REASONS.length);
  searchedBytes = 0;
  readonly #plan: SearchPlan;
  readonly #team: SearchTeam;
  readonly #most: number;
  readonly #watcher: SearchWatcher;
  readonly #jobs: Iterator<JobRange>;
  readonly #slots = new Map<number, Slot>();
  #head = 0;
  #next = 0;
  #doneBytes = 0;
  /** End of the last match taken: a match of the next job that began inside it is none. */
  #lastEnd = 0;
  #full = false;
  #waiting: (() => void)[] = [];

  constructor(plan: SearchPlan, team: SearchTeam, most: number, watcher: SearchWatcher) {
    this.#plan = plan;
    this.#team = team;
    this.#most = most;
    this.#watcher = watcher;
    this.hits = new HitSet(team.keptBytes);
    this.#jobs = cutJobs(plan.segments, plan.bytes);
  }

  async go(): Promise<SearchOutcome['ended']> {
    const outcomes = await Promise.allSettled(lanes(this.#team, (worker) => this.#lane(worker)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed && !(this.#watcher.signal.aborted && failed.reason instanceof VmatlasError && failed.reason.code === 'cancelled')) throw failed.reason;
    return failed ? 'cancelled' : this.#full ? 'limit' : 'complete';
  }

  async #lane(worker: SearchWorker): Promise<void> {
    try {
      for (;;) {
        // oxlint-disable no-await-in-loop -- a lane does one job after the other
        while (this.#next - this.#head >= MOST_AHEAD && !this.#full) await this.#moved();
        const job = this.#full || this.#watcher.signal.aborted ? undefined : this.#jobs.next();
        if (!job || job.done === true) return;
        await this.#job(worker, this.#next++, job.value);
        // oxlint-enable no-await-in-loop
      }
    } finally {
      this.#wake();
    }
  }

  /** One job, in as many parts as its hits need. Only the earliest job goes on to a second part, so that what waits stays small. */
  async #job(worker: SearchWorker, index: number, { start, end, bytes }: JobRange): Promise<void> {
    const slot: Slot = { parts: [], done: false };
    this.#slots.set(index, slot);
    for (let from: number | undefined = start; from !== undefined && from < end && !this.#full; ) {
      // oxlint-disable no-await-in-loop -- each part begins where the one before ended
      while (from > start && this.#head !== index && !this.#full) await this.#moved();
      const answer = await worker.ask({ do: 'scan', search: this.#team.search, start: from, end, mostHits: Math.min(BATCH_HITS, this.#most) });
      // oxlint-enable no-await-in-loop
      if (answer.did !== 'scan') throw new Error(`asked to scan, the worker did ${answer.did}`);
      slot.parts.push(answer.result);
      from = answer.result.resumeAt;
      this.#deliver();
    }
    slot.done = true;
    this.#doneBytes += bytes;
    this.#watcher.progress?.(this.#doneBytes, this.#plan.bytes);
    this.#deliver();
  }

  #deliver(): void {
    for (let slot = this.#slots.get(this.#head); slot; slot = this.#slots.get(this.#head)) {
      for (const part of slot.parts.splice(0)) this.#take(part);
      if (!slot.done) break;
      this.#slots.delete(this.#head++);
    }
    this.#wake();
  }

  #take(part: JobResult): void {
    if (this.#full) return;
    this.searchedBytes += part.searchedBytes;
    for (const [i, bytes] of part.skippedBytes.entries()) this.skipped[i] = (this.skipped[i] ?? 0) + bytes;
    const { keptBytes } = this.hits;
    const whole = { addresses: part.addresses, kept: part.kept };
    // Fixed patterns overlap; matches of an expression, which keep nothing, do not.
    const own = keptBytes === 0 ? hitsFrom(whole, this.#lastEnd, keptBytes) : whole;
    this.#lastEnd = Math.max(this.#lastEnd, part.lastEnd);
    const added = firstHits(own, this.#most - this.hits.count, keptBytes);
    this.hits.append(added);
    if (this.hits.count >= this.#most) this.#full = true;
    if (added.addresses.length > 0) this.#watcher.found?.(added, this.hits);
  }

  #moved(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function skippedList(skipped: Float64Array, plan: SearchPlan): readonly SkippedBytes[] {
  const more: Partial<Record<SkipReason, bigint>> = { 'no-access': plan.noAccessBytes, 'unreadable': plan.unreachableBytes };
  return SKIP_REASONS.map((reason, i) => ({ reason, bytes: BigInt(skipped[i] ?? 0) + (more[reason] ?? 0n) })).filter(({ bytes }) => bytes > 0n);
}
