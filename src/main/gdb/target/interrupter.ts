import { VmatlasError } from '../../../shared/model/errors.ts';
import { errnoOf, tryReadDirectory, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import { execInterrupt, resume } from '../mi-commands/run-commands.ts';
import { nextOutcome } from '../run-state/next-outcome.ts';
import type { Hold } from './hold.ts';

const STOP_TIMEOUT_MS = 15_000;
/** The process's own SIGSTOP and one for each of a few threads. */
const MAX_DRAINS = 8;
const SIGSTOP_BIT = 1n << 18n;

/**
 * Stops a running target with SIGSTOP, which no program can block or wait for; gdb is told to keep it from the program. gdb's own interrupt would send SIGINT, which a program
 * may block, and would really get.
 */
export class Interrupter {
  readonly #hold: Hold;
  /** This target has been sent a SIGSTOP. */
  #everSent = false;

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  /** Resolves at the stop, whatever its reason. */
  async interrupt(): Promise<void> {
    const { tracker, connection, subscribe } = this.#hold;
    const { pid } = tracker;
    if (tracker.state === 'stopped') return;
    if (pid === undefined) throw new VmatlasError({ code: 'not-attached', message: 'gdb holds no program that could be interrupted.' });
    const outcome = nextOutcome(subscribe, STOP_TIMEOUT_MS);
    tracker.interrupting = true;
    try {
      process.kill(pid, 'SIGSTOP');
      this.#everSent = true;
    } catch (error) {
      // A program that changed its user id: gdb may stop it where we may not.
      if (errnoOf(error) !== 'EPERM') throw new VmatlasError({ code: 'process-exited', message: `Process ${pid} is gone.`, evidence: errnoOf(error) }, { cause: error });
      await connection.run(execInterrupt());
    }
    await outcome;
  }

  /** Another target, or none. */
  forget(): void {
    this.#everSent = false;
  }

  /** After gdb let go: a program that stands still now does so because of a SIGSTOP of ours. */
  wake(pid: number): void {
    const text = tryReadProcText(`/proc/${pid}/stat`);
    if (this.#everSent && text !== undefined && parseStat(text).state === 'T') process.kill(pid, 'SIGCONT');
  }

  /**
   * The target stopped for another reason before our SIGSTOP came through, so one is still waiting for it: it would stop the program again later, or, once gdb has let go, for good.
   * Runs on to it. Resolves with false if the program stopped for something else first, or ended.
   */
  async drain(): Promise<boolean> {
    const { tracker, connection, subscribe } = this.#hold;
    const { pid } = tracker;
    if (pid === undefined || !this.#everSent) return true;
    for (let turn = 0; turn < MAX_DRAINS && tracker.state === 'stopped' && stopIsPending(pid); turn++) {
      const outcome = nextOutcome(subscribe, STOP_TIMEOUT_MS);
      tracker.interrupting = true;
      await connection.run(resume('continue', undefined));
      const end = await outcome;
      if (end.kind !== 'stopped' || end.stop.reason !== 'interrupted') return false;
    }
    return true;
  }
}

/**
 * SIGSTOP waits in the kernel: for the process (ShdPnd) or for one of its threads (SigPnd). gdb stops threads with SIGSTOPs of its own, and may take ours for one of those; then one
 * of its own is left over.
 */
function stopIsPending(pid: number): boolean {
  const tids = tryReadDirectory(`/proc/${pid}/task`) ?? [];
  return tids.some((tid) => {
    const text = tryReadProcText(`/proc/${pid}/task/${tid}/status`) ?? '';
    return [...text.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].some((match) => (BigInt(`0x${match[1] ?? '0'}`) & SIGSTOP_BIT) !== 0n);
  });
}
