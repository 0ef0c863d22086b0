import type { BreakpointInfo, FrameExtent, RegisterValue, ThreadInfo } from '../../model/debug.ts';

export interface DebugContract {
  readonly calls: {
    threads(params: { readonly sessionId: string }): { readonly generation: number; readonly threads: readonly ThreadInfo[]; readonly selected: number | undefined };
    /** Frames low to high inclusive; always bounded (at most 256 a call). */
    frames(params: { readonly sessionId: string; readonly threadId: number; readonly low: number; readonly high: number }):
      { readonly generation: number; readonly frames: readonly FrameExtent[]; readonly more: boolean };
    registers(params: { readonly sessionId: string; readonly threadId: number; readonly frameLevel: number }):
      { readonly generation: number; readonly registers: readonly RegisterValue[] };
    breakpoints(params: { readonly sessionId: string }): readonly BreakpointInfo[];
    /** `location` as gdb understands it (`main`, `tour.c:38`, `*0x…`). */
    insertBreakpoint(params: { readonly sessionId: string; readonly location: string; readonly condition?: string; readonly temporary?: boolean; readonly hardware?: boolean }): BreakpointInfo;
    removeBreakpoint(params: { readonly sessionId: string; readonly number: string }): null;
    enableBreakpoint(params: { readonly sessionId: string; readonly number: string; readonly enabled: boolean }): null;
  };
  readonly events: {
    readonly breakpointsChanged: { readonly sessionId: string };
    /** The user selected another thread or frame, in the console or a view. */
    readonly selected: { readonly sessionId: string; readonly threadId: number; readonly frameLevel: number };
  };
}
