import type { ThreadInfo } from '../../../shared/model/debug.ts';
import type { InitialStackPart, StackFrame, StackOutlineRow, ThreadStack } from '../../../shared/model/stack.ts';

/** What one look at a stack gives. */
export interface StackLook {
  /** For how long gdb held the process, at most. */
  readonly stoppedMs: number;
  readonly thread: ThreadInfo;
  readonly frames: readonly StackFrame[];
  readonly more: boolean;
  readonly rows: readonly StackOutlineRow[];
  readonly depth: number;
  readonly complete: boolean;
  readonly stack: ThreadStack | undefined;
  /** The top of the main stack; undefined for other threads. */
  readonly initial: readonly InitialStackPart[] | undefined;
}
