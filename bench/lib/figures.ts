/** One way of doing the work. `run` answers with its own figure: milliseconds, MB/s, whatever the benchmark compares. */
export interface Contender {
  readonly name: string;
  run(): number | Promise<number>;
}

export interface Figures {
  /** Of the very first run: nothing compiled, nothing cached. */
  readonly first: number;
  /** Median of the runs after the first. */
  readonly warm: number;
  readonly all: readonly number[];
}

export const ROUNDS = 5;

/** Runs a, b, c, a, b, c … so that all meet the same moods of the machine: one first round, then `rounds` more. */
export async function interleave(contenders: readonly Contender[], rounds = ROUNDS): Promise<readonly Figures[]> {
  const all = contenders.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      collectGarbage();
      // oxlint-disable-next-line no-await-in-loop -- one at a time, or they measure each other
      all[index]?.push(await contender.run());
    }
  }
  return all.map((runs) => ({ first: runs[0] ?? Number.NaN, warm: median(runs.slice(1)), all: runs }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Milliseconds that `work` takes. */
export async function elapsedMs(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * So that nobody pays for the garbage of the one before. Young objects only: a full collection also throws away compiled code, and every run would be a first one. The runner
 * starts Node with --expose-gc.
 */
export function collectGarbage(): void {
  globalThis.gc?.({ type: 'minor' });
}
