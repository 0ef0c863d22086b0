import { VmatlasError } from '../../../shared/model/errors.ts';
import { gdbExit } from '../mi-commands/setup-commands.ts';
import { until } from '../run-state/next-outcome.ts';
import { tracerOf } from './attach-check.ts';
import type { Hold } from './hold.ts';

const ANSWER_MS = 5_000;
const EXIT_MS = 2_000;
const SIGTERM_MS = 5_000;

/**
 * Ends gdb so that nothing is harmed: first `letGo` detaches from an attached process or kills a launched one, then it is asked to exit, then told by SIGTERM. A gdb that still holds a
 * process after that is busy with something of the user's (`shell sleep`); its terminals are hung up, so it detaches when that is over. SIGKILL only for one that holds nothing.
 */
export async function endGdb(hold: Hold, letGo: () => Promise<void>): Promise<void> {
  const { gdb, connection, tracker } = hold;
  const { pid } = tracker;
  if (gdb.exit === undefined && connection.ended === undefined) {
    if (pid !== undefined) await quietly(letGo(), ANSWER_MS);
    void quietly(connection.run(gdbExit()), ANSWER_MS);
    await until(() => gdb.exit !== undefined, EXIT_MS);
  }
  if (gdb.exit === undefined) {
    gdb.signal('SIGTERM');
    await until(() => gdb.exit !== undefined, SIGTERM_MS);
  }
  if (gdb.exit === undefined && (pid === undefined || tracerOf(pid) !== gdb.pid)) {
    gdb.signal('SIGKILL');
    await until(() => gdb.exit !== undefined, EXIT_MS);
  }
  gdb.close();
}

/** Waits for an answer, but not for long: what comes after works without it. */
async function quietly(answer: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  try {
    await Promise.race([answer, limit]);
  } catch (error) {
    if (!(error instanceof VmatlasError)) throw error;
  } finally {
    clearTimeout(timer);
  }
}
