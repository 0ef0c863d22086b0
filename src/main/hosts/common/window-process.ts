import type { ChildProcess } from 'node:child_process';

/** A window that runs as a process of its own. */
export interface WindowProcess {
  /** Resolves when it has ended, by the user or by `close`. `status` is undefined when it could not be started or a signal ended it. */
  readonly ended: Promise<{ readonly status: number | undefined; readonly words: string }>;
  /** Ends it; resolves when it has ended. */
  close(): Promise<void>;
}

export interface WindowProcessOptions {
  /** The child leads a process group of its own, which is to end with it. */
  readonly wholeGroup: boolean;
  /** How long after SIGTERM it gets SIGKILL; undefined for never, because it has targets to detach. */
  readonly patienceMs: number | undefined;
  /** Awaited before `ended` resolves. */
  readonly afterwards?: () => Promise<void>;
}

/** Watches a spawned window. */
export function windowProcess(child: ChildProcess, { wholeGroup, patienceMs, afterwards }: WindowProcessOptions): WindowProcess {
  let running = true;
  const ended = new Promise<{ status: number | undefined; words: string }>((resolve) => {
    child.once('error', (error) => resolve({ status: undefined, words: error.message }));
    child.once('exit', (code, signal) => resolve({ status: code ?? undefined, words: signal === null ? `exit status ${code}` : `ended by ${signal}` }));
  }).then(async (ending) => {
    running = false;
    await afterwards?.();
    return ending;
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!running || child.pid === undefined) return;
    if (!wholeGroup) {
      child.kill(name);
      return;
    }
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      // Between its end and our hearing of it.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  return {
    ended,
    async close() {
      signal('SIGTERM');
      const timer = patienceMs === undefined ? undefined : setTimeout(() => signal('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
