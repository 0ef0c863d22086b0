import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BreakpointInfo, FrameExtent, RegisterValue, ThreadInfo } from '../../shared/model/debug.ts';
import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { RunControl } from '../../shared/model/run-control.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { MapSnapshot } from '../../shared/rpc/contracts/map.ts';

/** What the window knows of its session. Filled by the session controller only; views read it. */
export interface SessionView {
  readonly session: SessionState | undefined;
  /** The host has said which sessions there are: without one, the start screen is what to show. */
  readonly sessionsKnown: boolean;
  readonly map: MapSnapshot | undefined;
  /** The regions of `map`, ready to search. */
  readonly regions: RegionTable | undefined;
  readonly threads: readonly ThreadInfo[];
  readonly selectedThread: number | undefined;
  readonly selectedFrame: number;
  /** Innermost frames of the selected thread: 64, and more once somebody walks there. */
  readonly frames: readonly FrameExtent[];
  readonly moreFrames: boolean;
  readonly registers: readonly RegisterValue[];
  readonly breakpoints: readonly BreakpointInfo[];
  /** Settings of forks and stepping, and the recording; undefined without gdb. */
  readonly runControl: RunControl | undefined;
  /** Rises when registers, signals or settings may be others: views that ask for them ask again. */
  readonly settledCount: number;
  /** Commands under way, by name: buttons show them and are disabled. */
  readonly busy: ReadonlySet<string>;
  /** Told to the user until dismissed. */
  readonly notices: readonly Notice[];
  /** The connection to the host is lost: everything shown is stale. */
  readonly connection: 'connecting' | 'open' | 'lost';
}

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'info';
  readonly facts: ErrorFacts | { readonly message: string };
}

export type SessionStore = StoreApi<SessionView>;

export const EMPTY_SESSION_VIEW: SessionView = {
  session: undefined, sessionsKnown: false, map: undefined, regions: undefined, threads: [], selectedThread: undefined, selectedFrame: 0, frames: [], moreFrames: false,
  registers: [], breakpoints: [], runControl: undefined, settledCount: 0, busy: new Set(), notices: [], connection: 'connecting',
};

export function createSessionStore(): SessionStore {
  return createStore<SessionView>(() => EMPTY_SESSION_VIEW);
}
