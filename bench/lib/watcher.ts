import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { start } from './children.ts';
import { fact } from './programs.ts';

export interface StoppedTime {
  readonly stoppedMs: number;
  readonly stops: number;
  /** Longest time the watcher did not look. */
  readonly largestHoleMs: number;
}

/** Runs `work` while an independent program (bench/programs/watch_stopped.c) looks from outside at how long `pid` is stopped. */
export async function whileWatched<T>(watchStopped: string, pid: number, work: () => Promise<T>): Promise<{ readonly answer: T; readonly time: StoppedTime }> {
  const child = start(watchStopped, [String(pid)], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('no pipe');
  const facts = new Map<string, string>();
  const ended = once(child, 'close');
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      if (line === 'ready') resolve();
      else facts.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1));
    });
  });
  await Promise.race([ready, ended]);
  try {
    const answer = await work();
    child.stdin?.end();
    await ended;
    const ms = (key: string): number => Number(fact(facts, key)) / 1e6;
    return { answer, time: { stoppedMs: ms('stopped_ns'), stops: Number(fact(facts, 'stops')), largestHoleMs: ms('largest_hole_ns') } };
  } finally {
    child.stdin?.end();
  }
}
