import { constants } from 'node:os';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import { liveThreadOf } from '../../procfs/process-list.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { fence, kill } from '../mi-commands/run-commands.ts';
import type { RunTracker } from './run-tracker.ts';

const LOOK_MS = 500;

/**
 * gdb listens to a stopped target no more than the target runs: one that is killed from outside meanwhile goes unnoticed until the next command. So look at it now and then.
 */
export class DeathWatch {
  readonly #connection: Pick<MiConnection, 'run'>;
  readonly #tracker: RunTracker;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(connection: Pick<MiConnection, 'run'>, tracker: RunTracker) {
    this.#connection = connection;
    this.#tracker = tracker;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { pid, state } = this.#tracker;
    if (this.#looking || pid === undefined || state !== 'stopped' || liveThreadOf(pid) !== undefined) return;
    this.#looking = true;
    try {
      // A `kill` may be under way, ours or the console's: that one gdb tells by itself, before it answers this.
      await this.#connection.run(fence());
      if (this.#tracker.pid !== pid || this.#tracker.state !== 'stopped') return;
      this.#tracker.died(deathWords(pid));
      // Not by continuing: at a breakpoint, gdb 13.1 then waits for a step that never ends. Killing what is dead makes it look.
      await this.#connection.run(kill());
    } catch (error) {
      // gdb has ended, or says that there is nothing to kill: either way the target is known to be gone.
      if (!(error instanceof VmatlasError)) throw error;
    } finally {
      this.#looking = false;
    }
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
