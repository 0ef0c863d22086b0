import { constants } from 'node:os';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import { liveThreadOf } from '../../procfs/process-list.ts';

const LOOK_MS = 500;

/**
 * gdb listens to a stopped target no more than the target runs: one that is killed from outside meanwhile goes unnoticed until the next command. So look at it now and then.
 */
export class DeathWatch {
  readonly #stoppedPid: () => number | undefined;
  readonly #died: (pid: number) => void;
  readonly #timer: NodeJS.Timeout;
  #told: number | undefined;

  /** `stoppedPid`: the process that gdb takes for stopped, if it does. `died` is called once for each. */
  constructor(stoppedPid: () => number | undefined, died: (pid: number) => void) {
    this.#stoppedPid = stoppedPid;
    this.#died = died;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const pid = this.#stoppedPid();
    if (pid === undefined) this.#told = undefined;
    if (pid === undefined || pid === this.#told || liveThreadOf(pid) !== undefined) return;
    this.#told = pid;
    this.#died(pid);
  }
}

/** How a dead process ended, from the wait status in field 52 of its stat (proc_pid_stat(5)), in gdb's words. Of a stopped process, only SIGKILL can be the cause. */
export function deathWords(pid: number): string {
  const text = tryReadProcText(`/proc/${pid}/stat`);
  const status = Number(text?.slice(text.lastIndexOf(')') + 2).trim().split(' ')[52 - 3] ?? Number.NaN);
  const number = status & 0x7f;
  if (Number.isNaN(status) || number === 0) return Number.isNaN(status) ? 'ended' : `exited with status ${status >> 8}`;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
  return `killed by ${name}${name === 'SIGKILL' ? ' (Killed)' : ''}`;
}
