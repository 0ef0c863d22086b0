import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorFacts, type ErrorFacts } from '../../shared/model/errors.ts';
import { FAULT_SIGNALS, type ExplainAnswer } from '../../shared/model/explanation.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import { sameSite, siteOfExplanation, siteOfMark, type FaultSite } from './fault-site.ts';
import type { SessionStore, SessionView } from './session-store.ts';

/** What the window knows of why its program stopped. */
export interface FaultView {
  /** Where the access failed, while the program stands there. */
  readonly site: FaultSite | undefined;
  /** Of the newest stop that was asked about; undefined until it is known. */
  readonly answer: ExplainAnswer | undefined;
  readonly asking: boolean;
  readonly problem: ErrorFacts | undefined;
  /** The card is open. A fault opens it; the user closes and opens it. */
  readonly shown: boolean;
  /** The card without its details. */
  readonly folded: boolean;
}

/** Asks why the program stopped, and holds the answer for the card and for the marks of all views. */
export interface FaultControl extends StoreApi<FaultView> {
  /** Opens the card; asks about the present stop if nobody has yet. */
  open(): Promise<void>;
  close(): void;
  fold(folded: boolean): void;
}

const NOTHING: Omit<FaultView, 'folded'> = { site: undefined, answer: undefined, asking: false, problem: undefined, shown: false };

const SIGNALS: ReadonlySet<string> = new Set(FAULT_SIGNALS);

/** Stops that may be a fault. What a step, a breakpoint or the user made stop is explained by itself, and asking would only slow it. */
function mayBeFault({ phase, stop }: SessionState): boolean {
  if (phase !== 'stopped' || stop === undefined) return false;
  return stop.reason === 'attached' || (stop.reason === 'signal' && stop.signal !== undefined && SIGNALS.has(stop.signal.name));
}

export function createFaultControl({ clients, session }: { readonly clients: Pick<Clients, 'explain'>; readonly session: SessionStore }): FaultControl {
  const store = createStore<FaultView>(() => ({ ...NOTHING, folded: false }));
  let round = 0;
  /** To be asked about once the views have what they show of the stop. */
  let waiting: SessionState | undefined;
  /** The stop that `answer` is of, or that is asked about. */
  let stopKey = '';
  const keyOf = (state: SessionState | undefined): string => (state === undefined ? '' : `${state.sessionId} ${state.stopCount}`);

  const ask = async (state: SessionState): Promise<void> => {
    const mine = ++round;
    stopKey = keyOf(state);
    store.setState({ answer: undefined, asking: true, problem: undefined });
    try {
      const { answer, stopCount } = await clients.explain.explain({ sessionId: state.sessionId });
      if (mine !== round) return;
      // Of another stop: that stop's own question is on its way, and nothing more is to be said of this one.
      if (stopCount !== state.stopCount) store.setState({ asking: false });
      else store.setState({ answer, asking: false, ...(answer.kind === 'fault' ? { shown: true } : {}) });
    } catch (error) {
      if (mine === round) store.setState({ asking: false, problem: errorFacts(error) });
    }
    if (mine === round) mark(session.getState());
  };

  const mark = (view: SessionView): void => {
    const { answer, site } = store.getState();
    const stands = view.session?.phase === 'stopped' && view.map !== undefined;
    const told = stands && answer?.kind === 'fault' && stopKey === keyOf(view.session) ? siteOfExplanation(answer) : undefined;
    const next = stands ? told ?? siteOfMark(view.map.marks) : undefined;
    if (!sameSite(site, next)) store.setState({ site: next });
  };

  const follow = (view: SessionView, before: SessionView | undefined): void => {
    const now = view.session;
    const was = before?.session;
    if (now?.sessionId !== was?.sessionId) {
      round++;
      stopKey = '';
      store.setState(NOTHING);
    }
    const isNewStop = now?.phase === 'stopped' && (was?.phase !== 'stopped' || keyOf(was) !== keyOf(now));
    if (now?.phase !== 'stopped') waiting = undefined;
    if (isNewStop && mayBeFault(now)) {
      // At a fault the card is there at once and fills; elsewhere it comes only if there turns out to be one, and what the views ask goes first.
      const isFault = now.stop?.reason === 'signal';
      store.setState({ shown: isFault });
      if (isFault) void ask(now);
      else waiting = now;
    } else if (isNewStop) {
      waiting = undefined;
      round++;
      stopKey = '';
      store.setState(NOTHING);
    }
    if (waiting !== undefined && view.registers.length > 0) {
      const of = waiting;
      waiting = undefined;
      void ask(of);
    }
    if (now !== was || view.map !== before?.map) mark(view);
  };

  session.subscribe(follow);
  follow(session.getState(), undefined);

  return {
    ...store,
    async open() {
      const state = session.getState().session;
      waiting = undefined;
      store.setState({ shown: true });
      if (state?.phase === 'stopped' && (stopKey !== keyOf(state) || store.getState().problem !== undefined)) await ask(state);
    },
    close: () => store.setState({ shown: false }),
    fold: (folded) => store.setState({ folded }),
  };
}
