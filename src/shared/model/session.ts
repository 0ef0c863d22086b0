import type { ErrorFacts } from './errors.ts';
import type { StopInfo } from './debug.ts';
import type { TargetIdentity } from './process.ts';

/**
 *   idle → observing ⇄ attached(running ⇄ stopped) → exited | detached | lost
 *
 * `opening` covers the time between the user's wish and the first picture. The last three are final: the last picture stays on screen, marked stale.
 */
export type SessionPhase = 'idle' | 'opening' | 'observing' | 'running' | 'stopped' | 'exited' | 'detached' | 'lost';

export interface SessionState {
  readonly sessionId: string;
  readonly phase: SessionPhase;
  readonly target: TargetIdentity | undefined;
  /** Started by us: it may be killed, and ends with the session. */
  readonly launched: boolean;
  /** gdb is attached and gone states: which gdb, e.g. `13.1`. */
  readonly gdbVersion: string | undefined;
  readonly stop: StopInfo | undefined;
  /** Number of stops so far. */
  readonly stopCount: number;
  /** Rises at each stop and each refresh whose picture differs. Answers carry it. */
  readonly generation: number;
  /** How it ended, in words, for final phases: `exited with status 0`, `killed by SIGSEGV`. */
  readonly ending: string | undefined;
  /** The last thing that went wrong and still matters, such as gdb's end. */
  readonly problem: ErrorFacts | undefined;
  readonly capabilities: readonly Capability[];
}

/** What this target and debugger can do; views ask before they offer. */
export type Capability =
  | 'read-memory' | 'write-memory' | 'page-states' | 'page-frames' | 'run-control' | 'registers' | 'frames' | 'breakpoints' | 'symbols' | 'kill'
  | 'console' | 'program-terminal';
