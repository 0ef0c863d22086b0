import type { Liveness, Target } from '../target/target.ts';

/** How a process ended as far as /proc can tell: only its parent learns the status. */
export function endingWords(liveness: Exclude<Liveness, 'alive'>): string {
  switch (liveness) {
    case 'exited':
      return 'has ended (its exit status is known only to its parent)';
    case 'zombie':
      return 'has ended (its parent has not collected its exit status yet)';
    case 'execed':
      return 'runs another program now (it called execve); open it again to look at that';
  }
}

const SIGNAL_WAIT_MS = 500;
const CHECK_EVERY_MS = 20;

/** Sends the signals one after the other until the process has ended. The PID is checked against reuse before each. Resolves when it is over, or after the last wait. */
export async function endProcess(target: Target, signals: readonly NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    if (!isThere(target)) return;
    try {
      process.kill(target.identity.pid, signal);
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
    for (let waited = 0; waited < SIGNAL_WAIT_MS && isThere(target); waited += CHECK_EVERY_MS) await pause(CHECK_EVERY_MS);
  }
}

/** An exec'ed process is still the one that was launched. */
function isThere(target: Target): boolean {
  const liveness = target.liveness();
  return liveness === 'alive' || liveness === 'execed';
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeMs);
  });
}
