import type { Address } from '../../shared/address/address.ts';
import type { FrameVariable } from '../../shared/analysis/stack/assemble-frames.ts';
import type { BreakpointInfo, FrameExtent, RegisterGroup, RegisterValue, ResumeKind, StopInfo, ThreadInfo } from '../../shared/model/debug.ts';
import type { VmatlasError } from '../../shared/model/errors.ts';
import type { PatchedByte } from '../../shared/model/memory-range.ts';
import type { DebuggerCode, DebuggerControl } from './debugger-control.ts';

/** Run control and symbolic questions. Implemented by src/main/gdb. One debugger serves one session and is made anew for the next. */
export interface Debugger {
  readonly version: string;
  /** gdb's own console. */
  readonly console: TerminalChannel;
  /** The program's terminal; undefined for an attached process, which keeps its own. */
  readonly program: TerminalChannel | undefined;
  readonly runState: 'none' | 'running' | 'stopped';
  readonly pid: number | undefined;
  /** Milliseconds since gdb was told to attach; after it has let go, how long it held the process in all. undefined when it never attached. */
  readonly heldMs: number | undefined;
  readonly control: DebuggerControl;
  readonly code: DebuggerCode;

  /** Attaches and waits for the stop. Symbols of the executable are read before the target is frozen; libraries' after. */
  attach(pid: number): Promise<StopInfo>;
  /** Starts a program; resolves at its first stop at `stopAt`, or when it runs if `stopAt` is ''. */
  launch(spec: DebuggerLaunch): Promise<{ readonly pid: number; readonly stop: StopInfo | undefined }>;
  /** Lets go; the process runs on with its original text. */
  detach(): Promise<void>;
  kill(): Promise<void>;
  interrupt(): Promise<void>;
  resume(kind: ResumeKind, threadId: number | undefined): Promise<void>;

  threads(): Promise<{ readonly threads: readonly ThreadInfo[]; readonly selected: number | undefined }>;
  frames(threadId: number, low: number, high: number): Promise<{ readonly frames: readonly FrameExtent[]; readonly more: boolean }>;
  /** With `only`, registers of one group: much quicker than all, but `changed` is always false. `plain`: all but vector registers, as quick, and `changed` is told. */
  registers(threadId: number, frameLevel: number, only?: RegisterGroup | 'plain'): Promise<readonly RegisterValue[]>;
  /** Frames low to high and the one after, as far as there are, with what the layout of a stack needs. `high` below gdb's backtrace limit. Empty past the outermost frame. */
  stack(threadId: number, low: number, high: number, withVariables: boolean): Promise<StackReading>;
  /** What gdb prints for each expression in that frame; undefined where it refuses. Nothing of the program is changed or called. */
  values(threadId: number, frameLevel: number, expressions: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Where a frame keeps its caller's registers, rip included. Slow: for code without unwind tables. */
  savedRegisters(threadId: number, frameLevel: number): Promise<readonly { readonly register: string; readonly address: bigint }[]>;
  /** Fields or elements of an expression, and its own type. */
  variableChildren(expression: string, context: EvaluationContext, from: number, count: number): Promise<{ readonly children: readonly VariableChild[]; readonly total: number; readonly type?: string | undefined }>;
  /** Value of an expression as an address: an integer, a pointer, or the address of an lvalue (`&x`, `x` when x is an array or function). */
  evaluateAddress(expression: string, context: EvaluationContext): Promise<{ readonly address: Address; readonly text: string }>;
  completeExpression(text: string, limit: number): Promise<readonly string[]>;

  /**
   * Lets the stopped program call mprotect; registers, stack and errno are put back. Rejects with `unreadable` and the kernel's errno as evidence, or `unsupported` when the
   * program has no such function. undefined where the debugger cannot call functions at all.
   */
  protectMemory?(request: ProtectMemoryRequest): Promise<void>;

  breakpoints(): Promise<readonly BreakpointInfo[]>;
  insertBreakpoint(request: BreakpointRequest): Promise<BreakpointInfo>;
  removeBreakpoint(number: string): Promise<void>;
  enableBreakpoint(number: string, enabled: boolean): Promise<void>;
  /** Bytes that inserted software breakpoints replace in the target's memory right now. */
  patchedBytes(): readonly PatchedByte[];

  onEvent(listener: (event: DebuggerEvent) => void): () => void;
  /** Detaches (launched programs are ended), then ends gdb by SIGTERM; never by SIGKILL while it holds a target. Idempotent. */
  dispose(): Promise<void>;
}

export interface DebuggerLaunch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stopAt: string;
}

export interface EvaluationContext {
  readonly threadId: number | undefined;
  readonly frameLevel: number | undefined;
}

export interface ProtectMemoryRequest {
  /** Whole pages. */
  readonly start: Address;
  readonly lengthBytes: bigint;
  /** PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4 (sys/mman.h). */
  readonly protection: number;
  /** gdb's thread number; undefined for the one that gdb has selected. */
  readonly threadId: number | undefined;
}

/** Frames with their variables, read in one go. */
export interface StackReading {
  /** One more than asked for, where there is one: it tells the last one's kind. */
  readonly extents: readonly FrameExtent[];
  /** There are frames beyond `extents`. */
  readonly more: boolean;
  /** rbp in the first of these frames. */
  readonly framePointer: Address | undefined;
  /** fs_base of the thread. */
  readonly threadBlock: Address | undefined;
  /** By level, innermost block first. A frame without symbols has none. */
  readonly variables: ReadonlyMap<number, readonly FrameVariable[]>;
}

/** A field, element or base class. */
export interface VariableChild {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: string | undefined;
  /** undefined for a child without one: a bit field. */
  readonly address: Address | undefined;
  readonly sizeBytes: number | undefined;
  /** Expression that opens it in turn. */
  readonly opensWith: string | undefined;
}

export interface BreakpointRequest {
  readonly location: string;
  readonly condition: string | undefined;
  readonly temporary: boolean;
  readonly hardware: boolean;
  readonly ignoreCount?: number | undefined;
  /** Stops only this thread. */
  readonly threadId?: number | undefined;
}

export type DebuggerEvent =
  | { readonly type: 'stopped'; readonly stop: StopInfo }
  | { readonly type: 'running' }
  /** The program ended. `words`: `exited with status 3`, `killed by SIGSEGV (Segmentation fault)`. */
  | { readonly type: 'exited'; readonly words: string }
  /** The user attached, detached or ran something in the console. pid undefined: no target now. */
  | { readonly type: 'target-changed'; readonly pid: number | undefined }
  | { readonly type: 'breakpoints-changed' }
  | { readonly type: 'selected'; readonly threadId: number; readonly frameLevel: number }
  | { readonly type: 'memory-changed'; readonly start: Address; readonly lengthBytes: bigint }
  | { readonly type: 'threads-changed' }
  | { readonly type: 'libraries-changed' }
  /** Registers, signal handling, settings or the recording may have changed. gdb announces few of these, so this also follows every command of the console. */
  | { readonly type: 'settled' }
  /** gdb is gone, asked or not. After a crash the target's text has been repaired already. */
  | { readonly type: 'ended'; readonly error: VmatlasError | undefined };

/** One pseudo-terminal, as bytes. */
export interface TerminalChannel {
  readonly ptyName: string;
  write(data: Uint8Array): void;
  resize(columns: number, rows: number): void;
  onData(listener: (data: Uint8Array) => void): () => void;
  onEnd(listener: () => void): () => void;
  /** Flow control: a paused channel does not read its pty, so the writer blocks. */
  pause(): void;
  resume(): void;
}
