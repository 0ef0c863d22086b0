import type { Address } from '../../address/address.ts';
import type { InitialStackPart, RawStackWord, StackFrame, StackOutlineRow, StackSlot, ThreadStack } from '../../model/stack.ts';

/** Frames of one `frames` call. */
export const MOST_STACK_FRAMES = 256;
/** Children of one `children` call. */
export const MOST_CHILDREN = 1000;

/** A field, element or base class of a variable, with its own place. */
export interface SlotChild {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: string | undefined;
  /** undefined for a child without an address (a bit field, a register's part). */
  readonly start: Address | undefined;
  readonly end: Address | undefined;
  readonly pointsTo: Address | undefined;
  /** Can be opened in turn. */
  readonly opensWith: string | undefined;
}

export interface StackAnswer {
  readonly generation: number;
  /** Counts stops (SessionState.stopCount); `change` and `before` compare with the stop before this one that was looked at. */
  readonly stopCount: number;
  readonly frames: readonly StackFrame[];
  /** There are frames beyond the last one. */
  readonly more: boolean;
}

/**
 * Threads are gdb's numbers (`threadId`) in calls that need gdb and a stopped target, kernel thread ids (`tid`) in those that do not. Errors: `not-attached`, `target-running`,
 * `not-stopped`, `process-exited`, `gdb-error`.
 */
export interface StackContract {
  readonly calls: {
    /** Every thread's stack: used, mapped, limit, guard. With and without gdb. */
    threads(params: { readonly sessionId: string }): { readonly generation: number; readonly stacks: readonly ThreadStack[] };
    /** The whole stack in at most a few hundred rows: frames, and runs of repeated frames folded. Bounded at any depth. */
    outline(params: { readonly sessionId: string; readonly threadId: number }):
      { readonly generation: number; readonly rows: readonly StackOutlineRow[]; readonly depth: number; readonly complete: boolean };
    /** Frames low to high inclusive with all their slots and values; at most MOST_STACK_FRAMES a call. Any level that the outline shows may be asked for. */
    frames(params: { readonly sessionId: string; readonly threadId: number; readonly low: number; readonly high: number }): StackAnswer;
    /** Fields or elements `from` to `from + count − 1` of a slot's or a child's `opensWith`. */
    children(params: { readonly sessionId: string; readonly threadId: number; readonly frameLevel: number; readonly expression: string; readonly from: number; readonly count: number }):
      { readonly generation: number; readonly children: readonly SlotChild[]; readonly total: number };
    /** What the kernel put on top of the main stack at exec: arguments, environment, auxiliary vector. Ascending, gapless. With and without gdb. */
    initial(params: { readonly sessionId: string }): { readonly generation: number; readonly start: Address; readonly end: Address; readonly parts: readonly InitialStackPart[] };
    /** Words of a thread's stack from its sp upwards (or from `start`), at most 4096 a call, for threads that nobody unwinds. Without gdb: of a blocked thread. */
    raw(params: { readonly sessionId: string; readonly tid: number; readonly start?: Address; readonly words: number }):
      { readonly generation: number; readonly start: Address; readonly words: readonly RawStackWord[]; readonly more: boolean };
    /** For how long gdb has held the process since it was told to attach, or held it when it was last attached: an upper bound of how long it stood still without being resumed. */
    held(params: { readonly sessionId: string }): { readonly heldMs: number };
  };
  readonly events: Record<never, never>;
}

export type { StackFrame, StackSlot };
