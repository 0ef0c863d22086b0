import type { Address } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import { createAct } from './acts.ts';
import type { CursorStore } from './cursor-store.ts';
import type { IdleDetector } from './idle-detector.ts';
import type { LiveMemoryCache } from './memory-cache-live.ts';
import type { Notices } from './notices.ts';
import type { SessionController } from './session-controller.ts';
import { dataSection, firstPlace, MOVED_BY_SESSION } from './first-place.ts';
import { samePlace } from './same-place.ts';
import { createRunController } from './run-controller.ts';
import { SessionLoader } from './session-loader.ts';
import { EMPTY_SESSION_VIEW, type SessionStore, type SessionView } from './session-store.ts';

export interface SessionControllerParts {
  readonly clients: Clients;
  readonly session: SessionStore;
  readonly cursor: CursorStore;
  readonly memory: LiveMemoryCache;
  readonly idle: IdleDetector;
  readonly notices: Notices;
  /** Whether anybody can see the window; a hidden one does not read a running target again and again. */
  readonly isShown?: () => boolean;
}

/** Fast enough to look alive, slow enough to cost a running program nothing. */
const REREAD_MS = 1000;

const FINAL_PHASES = new Set(['exited', 'detached', 'lost']);

/** True when the target is gone and what is shown is its last picture. */
export function isFinal(session: SessionState | undefined): boolean {
  return session !== undefined && FINAL_PHASES.has(session.phase);
}

/** Subscribes to the host, adopts the session that is already open, and answers with the window's verbs. */
export function createSessionController({ clients, session: store, cursor, memory, idle, notices, isShown = () => true }: SessionControllerParts): SessionController {
  const loader = new SessionLoader(clients, store, (error) => notices.failedQuestion(error));
  /** Sessions the user left: a late state event must not bring them back. */
  const left = new Set<string>();
  const current = (): SessionState | undefined => store.getState().session;

  const show = (next: SessionState | undefined): void => {
    loader.forget();
    const { connection, notices: kept, busy } = store.getState();
    store.setState({ ...EMPTY_SESSION_VIEW, connection, notices: kept, busy, session: undefined });
    cursor.reset();
    memory.setSession(next?.sessionId);
    if (next !== undefined) follow(next);
  };

  let liveTimer: ReturnType<typeof setTimeout> | undefined;
  /** While the target runs its bytes change without a new picture. */
  const keepLive = (): void => {
    clearTimeout(liveTimer);
    const phase = current()?.phase;
    if (phase !== 'observing' && phase !== 'running') return;
    liveTimer = setTimeout(() => {
      if (isShown()) memory.reread();
      keepLive();
    }, REREAD_MS);
  };

  /** Takes over one state of the shown session and loads what it makes new. */
  const follow = (next: SessionState): void => {
    const before = current();
    if (before !== undefined && next.generation < before.generation) return;
    const newPicture = before === undefined || next.generation !== before.generation;
    const newStop = next.phase === 'stopped' && (before?.phase !== 'stopped' || before.stopCount !== next.stopCount || newPicture);
    // What the next bytes are compared with: those of the stop that ends now; without gdb, those of the picture before.
    if (before?.phase === 'stopped' ? next.phase !== 'stopped' || newStop : newPicture && next.phase === 'observing') memory.rebase(baselineWords(before));
    store.setState({ session: next });
    memory.setGeneration(next.generation);
    keepLive();
    if (next.phase === 'observing' && before?.phase !== 'observing') {
      store.setState({ threads: [], selectedThread: undefined, selectedFrame: 0, frames: [], moreFrames: false, registers: [], breakpoints: [], runControl: undefined });
    }
    if (next.phase === 'idle' || next.phase === 'opening') return;
    if (newPicture || store.getState().map === undefined || isFinal(next) !== isFinal(before)) void loader.map(next.sessionId, isFinal(next) ? Infinity : next.generation);
    if (newStop) void loader.threads(next.sessionId, next.stop?.threadId);
    const debuggerCame = before?.gdbVersion === undefined && next.gdbVersion !== undefined;
    if (newStop || debuggerCame) void loader.breakpoints(next.sessionId);
    if ((next.phase === 'running' || next.phase === 'stopped') && store.getState().runControl === undefined) void loader.runControl(next.sessionId);
  };

  const adopt = (next: SessionState): void => {
    if (left.has(next.sessionId)) return;
    const shown = current();
    if (shown?.sessionId === next.sessionId) follow(next);
    else if (shown === undefined || (isFinal(shown) && !isFinal(next))) show(next);
  };

  /** The tables of the loader lie before .data in the same mapping: nobody came to see them first. */
  const begin = async (first: Address, { session, regions }: SessionView): Promise<void> => {
    const region = regions?.regionAt(first);
    let start = first;
    if (session !== undefined && region?.kind === 'data') {
      const sections = await clients.map.sections({ sessionId: session.sessionId, start: region.start, end: region.end }).catch(() => []);
      start = dataSection(sections) ?? first;
    }
    if (current()?.sessionId === session?.sessionId && cursor.getState().address === undefined) cursor.goTo(start, MOVED_BY_SESSION);
  };

  /** The process that the map is of. */
  let mappedPid: number | undefined;
  /** A program that was started again lies elsewhere: the cursor goes along. */
  const followRestart = (view: SessionView, before: SessionView): void => {
    const { map, regions, session } = view;
    if (map === before.map || map === undefined || regions === undefined || map.generation < (session?.generation ?? 0)) return;
    const restarted = mappedPid !== undefined && mappedPid !== session?.target?.pid && before.session?.sessionId === session?.sessionId;
    mappedPid = session?.target?.pid;
    const { address } = cursor.getState();
    if (!restarted || address === undefined || before.regions === undefined || (before.regions.regionAt(address)?.perms ?? '') === '') return;
    const place = samePlace(address, before.regions, regions) ?? firstPlace(map, regions);
    if (place !== undefined && place !== address) cursor.nudge(place, MOVED_BY_SESSION);
  };

  const ifShown = (sessionId: string, run: () => void): void => {
    if (current()?.sessionId === sessionId) run();
  };

  const subscriptions = [
    clients.sessions.on('state', adopt),
    clients.sessions.on('closed', ({ sessionId }) => {
      left.add(sessionId);
      ifShown(sessionId, () => show(undefined));
    }),
    clients.map.on('changed', ({ sessionId, generation }) => ifShown(sessionId, () => {
      if (generation > (store.getState().map?.generation ?? -1)) void loader.map(sessionId, generation);
    })),
    clients.memory.on('written', ({ sessionId, start, lengthBytes }) => ifShown(sessionId, () => memory.invalidate(start, lengthBytes))),
    clients.debug.on('breakpointsChanged', ({ sessionId }) => ifShown(sessionId, () => {
      void loader.breakpoints(sessionId);
      // Breakpoints are marks on the map.
      void loader.map(sessionId);
    })),
    clients.debug.on('settled', ({ sessionId }) => ifShown(sessionId, () => {
      const { session, selectedThread, selectedFrame, settledCount } = store.getState();
      store.setState({ settledCount: settledCount + 1 });
      void loader.runControl(sessionId);
      if (session?.phase === 'stopped' && selectedThread !== undefined) void loader.thread(sessionId, selectedThread, selectedFrame);
    })),
    clients.debug.on('selected', ({ sessionId, threadId, frameLevel }) => ifShown(sessionId, () => {
      const view = store.getState();
      if (view.selectedThread === threadId && view.selectedFrame === frameLevel) return;
      store.setState({ selectedThread: threadId, selectedFrame: frameLevel });
      void loader.thread(sessionId, threadId, frameLevel);
    })),
    store.subscribe(followRestart),
    store.subscribe((view, before) => {
      if (view.map !== before.map && view.map !== undefined && view.regions !== undefined && cursor.getState().address === undefined) {
        const first = firstPlace(view.map, view.regions);
        if (first !== undefined) void begin(first, view);
      }
    }),
  ];

  void clients.sessions.list({}).then(
    (sessions) => {
      const open = sessions.filter((session) => session.phase !== 'idle');
      const last = open.findLast((session) => !isFinal(session)) ?? open.at(-1);
      if (last !== undefined && current() === undefined) adopt(last);
      store.setState({ sessionsKnown: true });
    },
    (error: unknown) => {
      store.setState({ sessionsKnown: true });
      notices.error(error);
    },
  );

  const act = createAct(store, notices);

  const open = (name: string, start: () => Promise<SessionState>): Promise<void> =>
    act(name, async () => {
      const next = await start();
      left.delete(next.sessionId);
      if (current()?.sessionId === next.sessionId) follow(next);
      else show(next);
    }).then(nothing);

  const onSession = (name: string, run: (sessionId: string) => Promise<SessionState>): Promise<void> =>
    act(name, async () => {
      const state = await run(sessionOrThrow(current()));
      if (current()?.sessionId === state.sessionId) follow(state);
    }).then(nothing);

  return {
    observe: (pid) => open('observe', () => clients.sessions.observe({ pid })),
    launch: (spec) => open('launch', () => clients.sessions.launch(spec)),
    launchDemo: () => open('launchDemo', () => clients.sessions.launchDemo({})),
    attach: () => onSession('attach', (sessionId) => clients.sessions.attach({ sessionId })),
    detach: () => onSession('detach', (sessionId) => clients.sessions.detach({ sessionId })),
    kill: () => onSession('kill', (sessionId) => clients.sessions.kill({ sessionId })),
    interrupt: () => onSession('interrupt', (sessionId) => clients.sessions.interrupt({ sessionId })),
    refresh: () =>
      onSession('refresh', async (sessionId) => {
        const state = await clients.sessions.refresh({ sessionId });
        // The map may be the same and the bytes other.
        if (state.phase === 'observing' && state.generation === current()?.generation) memory.rebase(baselineWords(state));
        memory.reread();
        return state;
      }),
    resume(kind) {
      const { selectedThread } = store.getState();
      return onSession('resume', (sessionId) =>
        clients.sessions.resume({ sessionId, kind, ...(selectedThread === undefined ? {} : { threadId: selectedThread }) }));
    },
    async replaceWith(sessionId) {
      const next = (await clients.sessions.list({})).find((one) => one.sessionId === sessionId);
      if (next === undefined) throw new VmatlasError({ code: 'no-such-session', message: 'The session is gone.' });
      const before = current();
      if (before?.sessionId === sessionId) {
        follow(next);
        return;
      }
      left.delete(sessionId);
      show(next);
      if (before === undefined) return;
      left.add(before.sessionId);
      await clients.sessions.close({ sessionId: before.sessionId });
    },
    close: () =>
      act('close', async () => {
        const sessionId = sessionOrThrow(current());
        await clients.sessions.close({ sessionId });
        left.add(sessionId);
        if (current()?.sessionId === sessionId) show(undefined);
      }).then(nothing),
    selectThread: (threadId) =>
      act('selectThread', async () => {
        const sessionId = sessionOrThrow(current());
        store.setState({ selectedThread: threadId, selectedFrame: 0 });
        await loader.thread(sessionId, threadId, 0);
      }).then(nothing),
    async selectFrame(level) {
      const { session, selectedThread } = store.getState();
      if (session === undefined || selectedThread === undefined) return;
      if (!loader.hasFrame(level) && !(await loader.moreFrames(session.sessionId, selectedThread, level))) return;
      store.setState({ selectedFrame: level });
      await loader.frame(session.sessionId, selectedThread, level);
    },
    insertBreakpoint: (location) =>
      act('insertBreakpoint', async () => {
        await clients.debug.insertBreakpoint({ sessionId: sessionOrThrow(current()), location });
      }).then(nothing),
    removeBreakpoint: (number) =>
      act(`removeBreakpoint ${number}`, async () => {
        await clients.debug.removeBreakpoint({ sessionId: sessionOrThrow(current()), number });
      }).then(nothing),
    enableBreakpoint: (number, enabled) =>
      act(`enableBreakpoint ${number}`, async () => {
        await clients.debug.enableBreakpoint({ sessionId: sessionOrThrow(current()), number, enabled });
      }).then(nothing),
    goToText: (text, movedBy) =>
      act('goToText', async () => {
        notices.forget(['unknown-location', 'ambiguous-location']);
        const { session, selectedThread, selectedFrame } = store.getState();
        const frame = session?.phase === 'stopped' && selectedThread !== undefined ? { threadId: selectedThread, frameLevel: selectedFrame } : {};
        const found = await clients.locate.resolve({ sessionId: sessionOrThrow(session), text, ...frame });
        cursor.goTo(found.address, movedBy);
      }),
    run: createRunController({
      clients, store, act,
      follow: (state) => {
        if (current()?.sessionId === state.sessionId) follow(state);
      },
    }),
    dismissNotice: (id) => notices.dismiss(id),
    whenIdle: () => idle.whenIdle(),
    dispose() {
      clearTimeout(liveTimer);
      for (const unsubscribe of subscriptions) unsubscribe();
      loader.forget();
      memory.dispose();
    },
  };
}

function sessionOrThrow(session: SessionState | undefined): string {
  if (session !== undefined) return session.sessionId;
  throw new VmatlasError({ code: 'no-such-session', message: 'Nothing is open.', remedy: 'Open a process or launch a program first.' });
}

function nothing(): void {}

function baselineWords(state: SessionState | undefined): string {
  return state?.phase === 'stopped' ? `stop ${state.stopCount}` : `generation ${state?.generation ?? 0}`;
}
