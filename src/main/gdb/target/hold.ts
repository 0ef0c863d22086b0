import type { MiConnection } from '../connection/mi-connection.ts';
import type { GdbProcess } from '../process/gdb-process.ts';
import type { Subscribe } from '../run-state/next-outcome.ts';
import type { RunTracker } from '../run-state/run-tracker.ts';

/** What the operations on a target work with. */
export interface Hold {
  readonly gdb: GdbProcess;
  readonly connection: MiConnection;
  readonly tracker: RunTracker;
  readonly subscribe: Subscribe;
}
