import type { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { fence } from '../mi-commands/run-commands.ts';
import { threadInfo } from '../mi-commands/stack-commands.ts';
import type { RunTracker } from './run-tracker.ts';

/** gdb says `*running` also when it then could not let the target go on (its breakpoints did not go in), and never that it stopped. Here that is noticed. */
export class GoingOn {
  readonly #connection: Pick<MiConnection, 'run' | 'onLateError' | 'ended'>;
  readonly #tracker: RunTracker;

  constructor(connection: Pick<MiConnection, 'run' | 'onLateError' | 'ended'>, tracker: RunTracker) {
    this.#connection = connection;
    this.#tracker = tracker;
  }

  /** Sends what lets the program go on. Rejects with gdb's words where it could not. */
  async goOn(run: () => Promise<void>): Promise<void> {
    const connection = this.#connection;
    let late: VmatlasError | undefined;
    const stop = connection.onLateError((error) => (late = error));
    try {
      // Both go out in one write, and gdb has said all that there is to say of the first when it answers the second.
      await Promise.all([run(), connection.run(fence())]);
      if (late !== undefined) throw late;
    } catch (error) {
      if (connection.ended === undefined) await this.seeIfStopped();
      throw error;
    } finally {
      stop();
    }
  }

  /** Asks gdb whether a target that is taken for running stands still. Rejects with gdb's error. */
  async seeIfStopped(): Promise<void> {
    const tracker = this.#tracker;
    while (tracker.state === 'running' && !tracker.attaching) {
      const { tidings } = tracker;
      // A stop that gdb had to tell came before this answer.
      const { threads, selected } = await this.#connection.run(threadInfo());
      // A `*running` behind the answer may have come in one read with it: then it is known here already, and the answer is of before.
      if (tracker.tidings !== tidings) continue;
      if (threads.length > 0 && threads.every(({ state }) => state === 'stopped')) tracker.didNotGoOn(selected ?? threads[0]?.id ?? 1);
      return;
    }
  }
}
