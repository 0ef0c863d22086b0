import { availableParallelism } from 'node:os';
import type { SearchSetup } from './protocol.ts';
import { SearchWorker } from './search-worker.ts';

/** More threads only wait for each other at the target's page-table lock. */
const MOST_WORKERS = 4;
/** Threads without work are ended after this long: each keeps some megabytes. */
const IDLE_MS = 15_000;
/** A worker that does not heed a cancel for this long is ended: an expression may backtrack for ever. */
const CANCEL_LIMIT_MS = 1000;

/** Workers that all have one search open. */
export interface SearchTeam {
  readonly search: number;
  readonly workers: readonly SearchWorker[];
  readonly keptBytes: number;
  /** Lets the workers forget the search. Never rejects. */
  close(): Promise<void>;
}

/** The threads that search, made when first wanted and shared by all searches of one host. */
export class WorkerPool {
  readonly #size: number;
  #workers: SearchWorker[] = [];
  #nextSearch = 1;
  #teams = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(size: number = Math.min(MOST_WORKERS, availableParallelism())) {
    this.#size = Math.max(1, size);
  }

  /** Opens a search on at most `most` workers. Rejects with what keeps the memory from being opened, or with `invalid-argument` for a pattern that can't be. */
  async open(setup: SearchSetup, most: number): Promise<SearchTeam> {
    clearTimeout(this.#idle);
    this.#teams++;
    const search = this.#nextSearch++;
    const workers = this.#take(Math.max(1, Math.min(most, this.#size)));
    const close = async (): Promise<void> => {
      await Promise.all(workers.map((worker) => worker.ask({ do: 'close', search }).catch(() => undefined)));
      this.#release();
    };
    try {
      const answers = await Promise.all(workers.map((worker) => worker.ask({ do: 'open', search, setup })));
      const [first] = answers;
      return { search, workers, keptBytes: first?.did === 'open' ? first.keptBytes : 0, close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Sets the flag; ends those workers of the team that go on regardless. `finished` resolves when the team's work has ended. */
  cancel(setup: SearchSetup, team: SearchTeam, finished: Promise<unknown>): void {
    Atomics.store(setup.cancelFlag, 0, 1);
    const timer = setTimeout(() => {
      for (const worker of team.workers) void worker.terminate();
    }, CANCEL_LIMIT_MS);
    const stop = (): void => clearTimeout(timer);
    finished.then(stop, stop);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#idle);
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #take(count: number): SearchWorker[] {
    this.#workers = this.#workers.filter((worker) => !worker.ended);
    while (this.#workers.length < count) this.#workers.push(new SearchWorker());
    return this.#workers.slice(0, count);
  }

  #release(): void {
    this.#teams--;
    if (this.#teams > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#teams === 0) void this.dispose();
    }, IDLE_MS).unref();
  }
}
