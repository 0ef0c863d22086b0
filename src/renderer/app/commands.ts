import { addBytes, formatAddress } from '../../shared/address/address.ts';
import { formatRange, rangeContains } from '../../shared/address/range.ts';
import type { Capability, SessionState } from '../../shared/model/session.ts';
import type { ResumeKind } from '../../shared/model/debug.ts';
import type { AppState } from '../state/app-state.ts';
import type { Command } from '../state/command-registry.ts';
import { isFinal } from '../state/session-controller-live.ts';
import { isLight } from '../theme/theme-colours.ts';

type Why = (session: SessionState) => string | undefined;

/** Commands of the whole window, independent of which views are open. */
export function sessionCommands({ session: store, controller, cursor, settings, search, commands, labs }: AppState): Command[] {
  const state = (): SessionState | undefined => store.getState().session;
  const when = (why: Why) => (): string | undefined => {
    const session = state();
    return session === undefined ? 'nothing is open' : why(session);
  };
  const can = (session: SessionState, capability: Capability): boolean => session.capabilities.includes(capability);
  const needsGdb: Why = (session) =>
    isFinal(session) ? 'the process is gone' : session.gdbVersion === undefined ? 'gdb is not attached' : undefined;
  const needsStop: Why = (session) => needsGdb(session) ?? (session.phase === 'stopped' ? undefined : 'the target is running');
  const resume = (id: string, title: string, kind: ResumeKind, keys: readonly string[]): Command =>
    ({ id, title, group: 'Run', keys, disabledBecause: when(needsStop), run: () => void controller.resume(kind) });

  return [
    resume('run.continue', 'Continue', 'continue', ['F5']),
    {
      id: 'run.pause', title: 'Pause', group: 'Run', keys: ['F6'], run: () => void controller.interrupt(),
      disabledBecause: when((session) => needsGdb(session) ?? (session.phase === 'running' ? undefined : 'the target is stopped')),
    },
    resume('run.over', 'Step over', 'step-over', ['F10']),
    resume('run.into', 'Step into', 'step-into', ['F11']),
    resume('run.out', 'Step out', 'step-out', ['Shift+F11']),
    resume('run.next-instruction', 'Step over one instruction', 'next-instruction', ['Ctrl+F10']),
    resume('run.step-instruction', 'Step one instruction', 'step-instruction', ['Ctrl+F11']),
    {
      id: 'session.attach', title: 'Attach gdb (stops the process)', group: 'Session', keys: [], run: () => void controller.attach(),
      disabledBecause: when((session) => (session.phase === 'observing' ? undefined : isFinal(session) ? 'the process is gone' : 'gdb is attached already')),
    },
    {
      id: 'session.detach', title: 'Detach gdb (the process runs on)', group: 'Session', keys: [], run: () => void controller.detach(),
      disabledBecause: when(needsGdb),
    },
    {
      id: 'session.kill', title: 'Kill the program', group: 'Session', keys: [], run: () => void controller.kill(),
      disabledBecause: when((session) => (isFinal(session) ? 'the process is gone' : can(session, 'kill') ? undefined : 'only a program started from here may be killed')),
    },
    {
      id: 'session.refresh', title: 'Read everything anew', group: 'Session', keys: ['Ctrl+Alt+R'], run: () => void controller.refresh(),
      disabledBecause: when((session) => (isFinal(session) ? 'the process is gone' : undefined)),
    },
    {
      id: 'session.close', title: 'Close and return to the start screen', group: 'Session', keys: [], run: () => void controller.close(),
      disabledBecause: when(() => undefined),
    },
    {
      id: 'nav.back', title: 'Back', group: 'Go', keys: ['Alt+ArrowLeft'], run: () => cursor.back(),
      disabledBecause: () => (cursor.getState().index > 0 ? undefined : 'this is the first place'),
    },
    {
      id: 'nav.forward', title: 'Forward', group: 'Go', keys: ['Alt+ArrowRight'], run: () => cursor.forward(),
      disabledBecause: () => (cursor.getState().index < cursor.getState().history.length - 1 ? undefined : 'this is the newest place'),
    },
    {
      id: 'search.points-here', title: 'What points here', group: 'Search', keys: ['Alt+R'],
      disabledBecause: when((session) => (isFinal(session) ? 'the process is gone' : cursor.getState().address === undefined ? 'no byte is chosen' : undefined)),
      run: () => {
        const { address, selection } = cursor.getState();
        if (address === undefined) return;
        // A selection that holds the cursor is what is meant; else the very byte.
        const inside = selection !== undefined && rangeContains(selection, address);
        const range = inside ? selection : { start: address, end: addBytes(address, 1) };
        void search.whatPointsHere(range, inside ? `pointers into ${formatRange(range)}` : `pointers to ${formatAddress(address)}`);
        commands.run('view.search');
      },
    },
    ...frameCommands(store, controller),
    { id: 'labs.show', title: 'Labs: small programs that prove each region', group: 'View', keys: ['Alt+0'], disabledBecause: () => undefined, run: () => labs.show(!labs.getState().shown) },
    {
      id: 'window.theme', title: 'Switch between dark and light', group: 'Window', keys: [], disabledBecause: () => undefined,
      run: () => settings.setState(({ theme }) => ({ theme: isLight(theme) ? 'dark' : 'light' })),
    },
    {
      id: 'window.theme-system', title: 'Follow the system’s dark or light', group: 'Window', keys: [], run: () => settings.setState({ theme: 'system' }),
      disabledBecause: () => (settings.getState().theme === 'system' ? 'it does already' : undefined),
    },
  ];
}

function frameCommands(store: AppState['session'], controller: AppState['controller']): Command[] {
  const step = (by: 1 | -1): number | undefined => {
    const { frames, moreFrames, selectedFrame, session } = store.getState();
    const level = selectedFrame + by;
    return session?.phase === 'stopped' && (frames.some((frame) => frame.level === level) || (moreFrames && level === frames.length)) ? level : undefined;
  };
  const move = (id: string, title: string, by: 1 | -1, key: string): Command => ({
    id, title, group: 'Run', keys: [key],
    disabledBecause: () => (step(by) === undefined ? 'there is no such frame' : undefined),
    run: () => {
      const level = step(by);
      if (level !== undefined) void controller.selectFrame(level);
    },
  });
  return [move('frame.caller', 'Frame of the caller', 1, 'Alt+ArrowUp'), move('frame.callee', 'Frame called from here', -1, 'Alt+ArrowDown')];
}
