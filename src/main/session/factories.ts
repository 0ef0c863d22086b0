import type { Debugger } from '../target/debugger.ts';
import type { Target } from '../target/target.ts';

/** How a session gets what it works with. The real ones are in live-factories.ts; tests give their own. */
export interface SessionFactories {
  /** Opens a live process for looking. Rejects with the codes of opening a target (`no-such-process`, `permission-denied`, …). */
  openTarget(pid: number): Promise<Target>;
  /** Starts a debugger that holds nothing yet. Rejects with `gdb-missing`, `gdb-too-old` or `gdb-start-failed`. */
  startDebugger(): Promise<Debugger>;
  /** Was this process started by a debugger of ours (and not merely attached to)? */
  startedByOurDebugger(pid: number): boolean;
}
