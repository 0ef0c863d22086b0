import type { StopInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { DebuggerEvent } from '../../target/debugger.ts';

export type Outcome = { readonly kind: 'stopped'; readonly stop: StopInfo } | { readonly kind: 'gone'; readonly words: string };

export type Subscribe = (listener: (event: DebuggerEvent) => void) => () => void;

/** The next stop, or the end of the target. Rejects with `gdb-ended` when gdb ends, and with `gdb-timeout`. Ask before sending what causes it. */
export function nextOutcome(subscribe: Subscribe, timeoutMs?: number): Promise<Outcome> {
  const outcome = new Promise<Outcome>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = subscribe((event) => {
      const seen = outcomeOf(event);
      if (seen === undefined) return;
      clearTimeout(timer);
      stop();
      if (seen instanceof Error) reject(seen);
      else resolve(seen);
    });
    if (timeoutMs !== undefined) {
      timer = setTimeout(() => {
        stop();
        reject(new VmatlasError({ code: 'gdb-timeout', message: `The program did not stop within ${Math.round(timeoutMs / 1000)} seconds.` }));
      }, timeoutMs).unref();
    }
  });
  // Whoever asked may have given up because the command itself failed; that error is the one that is told.
  outcome.catch(() => undefined);
  return outcome;
}

/** Resolves when the target runs, or has stopped or gone already. Ask before sending what causes it: gdb's `^running` comes a moment before `*running`. */
export function nextRun(subscribe: Subscribe): Promise<void> {
  return new Promise((resolve) => {
    const stop = subscribe((event) => {
      if (event.type !== 'running' && outcomeOf(event) === undefined) return;
      stop();
      resolve();
    });
  });
}

function outcomeOf(event: DebuggerEvent): Outcome | Error | undefined {
  switch (event.type) {
    case 'stopped':
      return { kind: 'stopped', stop: event.stop };
    case 'exited':
      return { kind: 'gone', words: event.words };
    case 'target-changed':
      return event.pid === undefined ? { kind: 'gone', words: 'was let go' } : undefined;
    case 'ended':
      return event.error ?? new VmatlasError({ code: 'gdb-ended', message: 'gdb has ended.' });
    default:
      return undefined;
  }
}

/** Waits until `holds`, looked at every few milliseconds: for what /proc shows and nobody tells. */
export async function until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
