import type { AddressRange } from '../address/range.ts';

export type WatchAccess = 'write' | 'read' | 'access';

/** Bytes that the processor's debug registers can watch at once: four registers of up to eight aligned bytes (Intel SDM vol. 3, 17.2). */
export const DEBUG_REGISTERS = 4;
export const DEBUG_REGISTER_BYTES = 8;

/** What is watched: fixed bytes, or an expression's value, which follows the expression and ends with its scope. */
export type WatchSubject =
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'expression'; readonly expression: string; readonly threadId: number | undefined; readonly frameLevel: number | undefined };

export const CATCH_KINDS = ['fork', 'vfork', 'exec', 'signal', 'throw', 'catch', 'rethrow', 'syscall'] as const;
export type CatchKind = (typeof CATCH_KINDS)[number];

/** How gdb treats a signal of the program (`info signals`). */
export interface SignalHandling {
  readonly name: string;
  /** gdb's words: `Segmentation fault`. */
  readonly meaning: string;
  readonly stop: boolean;
  readonly print: boolean;
  readonly pass: boolean;
}

/** What gdb does when the program forks or execs, and which threads run while one is stepped. Changed in the console or here, they are the same settings. */
export interface RunChoices {
  /** Which process is followed after fork. */
  readonly followFork: 'parent' | 'child';
  /** The other process of a fork is let go at once; otherwise it is held stopped. */
  readonly detachOnFork: boolean;
  /** Whether a program started by exec is the same inferior or a new one. */
  readonly followExec: 'same' | 'new';
  /** Which threads run when one is resumed. All of them stop together whenever one stops (all-stop). */
  readonly schedulerLocking: 'off' | 'step' | 'on' | 'replay';
}

/** Instructions since the recording began can be run backwards. */
export interface Recording {
  readonly method: 'full' | 'btrace';
}

export interface RunControl {
  readonly choices: RunChoices;
  readonly recording: Recording | undefined;
  /** The target can run backwards now (it records, or is a replay). */
  readonly canReverse: boolean;
  /** Processes that gdb holds: more than one after a fork without detaching. */
  readonly heldPids: readonly number[];
}

/** A thread with where it is. Without gdb, of a blocked thread, from /proc. */
export interface ThreadPlace {
  /** gdb's number; undefined without gdb. */
  readonly id: number | undefined;
  readonly tid: number;
  readonly name: string;
  /** `stopped`, `running` under gdb, else the kernel's state letter in words (`sleeping`). */
  readonly state: string;
  readonly pc: bigint | undefined;
  readonly function: string | undefined;
  readonly sp: bigint | undefined;
  /** The mapping its stack pointer is in. */
  readonly stack: { readonly start: bigint; readonly end: bigint; readonly label: string } | undefined;
}
