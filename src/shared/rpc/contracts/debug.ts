import type { BreakpointInfo, FrameExtent, RegisterValue, ThreadInfo } from '../../model/debug.ts';
import type { CatchKind, RunChoices, RunControl, SignalHandling, ThreadPlace, WatchAccess, WatchSubject } from '../../model/run-control.ts';

export interface DebugContract {
  readonly calls: {
    threads(params: { readonly sessionId: string }): { readonly generation: number; readonly threads: readonly ThreadInfo[]; readonly selected: number | undefined };
    /** Every thread with its state, PC and stack. With and without gdb; at most 1024. */
    threadPlaces(params: { readonly sessionId: string }): { readonly generation: number; readonly threads: readonly ThreadPlace[]; readonly more: boolean };
    /** Frames low to high inclusive; always bounded (at most 256 a call). */
    frames(params: { readonly sessionId: string; readonly threadId: number; readonly low: number; readonly high: number }):
      { readonly generation: number; readonly frames: readonly FrameExtent[]; readonly more: boolean };
    /** `vectors: false` leaves out vector registers, which take gdb twenty times as long as all others together. */
    registers(params: { readonly sessionId: string; readonly threadId: number; readonly frameLevel: number; readonly vectors?: boolean }):
      { readonly generation: number; readonly registers: readonly RegisterValue[] };
    /**
     * Writes a register of a frame; answers with the frame's registers, vector registers only after one was written. In a caller's frame that is where its value was saved. `value` is a number of the register's width, or the whole vector register's bytes, lowest first.
     * Rejects with `needs-confirmation` when the program would probably die of it (rip outside executable memory, rsp outside mapped memory) unless `confirmed`.
     */
    setRegister(params: {
      readonly sessionId: string; readonly threadId: number; readonly frameLevel: number; readonly name: string; readonly value: bigint | Uint8Array; readonly confirmed?: boolean;
    }): { readonly generation: number; readonly registers: readonly RegisterValue[] };

    breakpoints(params: { readonly sessionId: string }): readonly BreakpointInfo[];
    /** `location` as gdb understands it (`main`, `tour.c:38`, `*0x…`). Rejects with `unknown-location`, or `no-debug-register` when all four are taken. */
    insertBreakpoint(params: {
      readonly sessionId: string; readonly location: string; readonly condition?: string; readonly temporary?: boolean; readonly hardware?: boolean;
      readonly ignoreCount?: number; readonly threadId?: number;
    }): BreakpointInfo;
    /**
     * Stops the program when it touches memory. Always by the processor's debug registers, never by single-stepping. Rejects with `cannot-watch` (too many bytes, a value without
     * an address) or `no-debug-register`; the remedy says what would fit.
     */
    insertWatchpoint(params: { readonly sessionId: string; readonly subject: WatchSubject; readonly access: WatchAccess; readonly condition?: string; readonly ignoreCount?: number }): BreakpointInfo;
    /** `what`: names of signals or system calls, or none for all. */
    insertCatchpoint(params: { readonly sessionId: string; readonly kind: CatchKind; readonly what?: readonly string[]; readonly temporary?: boolean }): BreakpointInfo;
    /** Changes what is given; '' takes the condition away. */
    editBreakpoint(params: { readonly sessionId: string; readonly number: string; readonly condition?: string; readonly ignoreCount?: number }): BreakpointInfo;
    removeBreakpoint(params: { readonly sessionId: string; readonly number: string }): null;
    enableBreakpoint(params: { readonly sessionId: string; readonly number: string; readonly enabled: boolean }): null;

    signals(params: { readonly sessionId: string }): readonly SignalHandling[];
    /** `stop` implies `print`, as gdb has it; the answer is what gdb does now. */
    handleSignal(params: { readonly sessionId: string; readonly name: string; readonly stop?: boolean; readonly print?: boolean; readonly pass?: boolean }): SignalHandling;

    runControl(params: { readonly sessionId: string }): RunControl;
    choose(params: { readonly sessionId: string } & Partial<RunChoices>): RunControl;
    /** Begins or ends recording, without which most targets cannot run backwards. */
    record(params: { readonly sessionId: string; readonly on: boolean }): RunControl;
  };
  readonly events: {
    readonly breakpointsChanged: { readonly sessionId: string };
    /** The user selected another thread or frame, in the console or a view. */
    readonly selected: { readonly sessionId: string; readonly threadId: number; readonly frameLevel: number };
    /** Registers, signals, settings or the recording may be others: somebody changed them, here or by a command in the console. */
    readonly settled: { readonly sessionId: string };
  };
}
