import { formatPlainAddress, toAddress, type Address } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';
import type { ResumeKind } from '../../shared/model/debug.ts';
import type { WatchAccess } from '../../shared/model/run-control.ts';
import { isUnmappedKind } from '../../shared/model/region.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { AppState } from '../state/app-state.ts';
import type { Command } from '../state/command-registry.ts';
import { isFinal } from '../state/session-controller-live.ts';

/** Without a selection: what a debug register watches in one piece. */
const WATCHED_BYTES = 8n;

/** The rarer ways to run, and what is set at the shared cursor: in every view it stands on an instruction or on data. */
export function runCommands(app: AppState): Command[] {
  const { session: store, controller, cursor } = app;
  const state = (): SessionState | undefined => store.getState().session;
  const needsGdb = (): string | undefined => {
    const session = state();
    if (session === undefined) return 'nothing is open';
    return isFinal(session) ? 'the process is gone' : session.phase === 'running' || session.phase === 'stopped' ? undefined : 'gdb is not attached';
  };
  const needsStop = (): string | undefined => needsGdb() ?? (state()?.phase === 'stopped' ? undefined : 'the target is running');
  const needsReverse = (): string | undefined =>
    needsStop() ?? (store.getState().runControl?.canReverse === true ? undefined : 'the target records nothing; begin recording first');
  const reverse = (id: string, title: string, kind: ResumeKind, key: string): Command =>
    ({ id, title, group: 'Run', keys: [key], disabledBecause: needsReverse, run: () => void controller.resume(kind) });

  /** The cursor, when it stands in executable memory. */
  const codeAddress = (): Address | undefined => {
    const { address } = cursor.getState();
    const region = address === undefined ? undefined : store.getState().regions?.regionAt(address);
    return region?.perms.includes('x') === true ? address : undefined;
  };
  const needsCode = (first: () => string | undefined) => (): string | undefined => first() ?? (codeAddress() === undefined ? 'the cursor is not in executable memory' : undefined);
  const atCursor = (run: (location: string, address: Address) => void) => (): void => {
    const address = codeAddress();
    if (address !== undefined) run(`*${formatPlainAddress(address)}`, address);
  };

  /** The selection, or the bytes at the cursor. */
  const watched = (): AddressRange | undefined => {
    const { selection, address } = cursor.getState();
    if (selection !== undefined && selection.end > selection.start) return selection;
    const region = address === undefined ? undefined : store.getState().regions?.regionAt(address);
    if (address === undefined || region === undefined || isUnmappedKind(region.kind)) return undefined;
    const start = address - (address % WATCHED_BYTES);
    return { start: toAddress(start), end: toAddress(start + WATCHED_BYTES) };
  };
  const watch = (access: WatchAccess, title: string, keys: readonly string[]): Command => ({
    id: `watch.${access}`, title, group: 'Break', keys,
    disabledBecause: () => needsGdb() ?? (watched() === undefined ? 'the cursor is not in mapped memory' : undefined),
    run: () => {
      const range = watched();
      if (range !== undefined) void controller.run.watchRange(range, access);
    },
  });

  return [
    { id: 'run.until', title: 'Run to the next line, out of the loop', group: 'Run', keys: ['F8'], disabledBecause: needsStop, run: () => void controller.resume('until') },
    { id: 'run.to-cursor', title: 'Run to the cursor', group: 'Run', keys: ['F4'], disabledBecause: needsCode(needsStop), run: atCursor((location) => void controller.run.runTo(location)) },
    {
      id: 'run.restart', title: 'Start the program again', group: 'Run', keys: ['Ctrl+Shift+F5'], run: () => void controller.run.restart(),
      disabledBecause: () => {
        const session = state();
        if (session === undefined) return 'nothing is open';
        if (!session.launched) return 'only a program started from here can be started again';
        return session.gdbVersion === undefined ? 'gdb is gone' : undefined;
      },
    },
    reverse('run.reverse-continue', 'Run backwards', 'reverse-continue', 'Alt+F5'),
    reverse('run.reverse-over', 'Step back over', 'reverse-over', 'Alt+F10'),
    reverse('run.reverse-into', 'Step back into', 'reverse-into', 'Alt+F11'),
    reverse('run.reverse-instruction', 'Step back one instruction', 'reverse-step-instruction', 'Ctrl+Alt+F11'),
    reverse('run.reverse-out', 'Run back to the call', 'reverse-out', 'Alt+Shift+F11'),
    {
      id: 'run.record', title: 'Record, so that the program can run backwards', group: 'Run', keys: [], run: () => void controller.run.record(true),
      disabledBecause: () => needsStop() ?? (store.getState().runControl?.recording === undefined ? undefined : 'it is recorded already'),
    },
    {
      id: 'run.record-stop', title: 'Stop recording', group: 'Run', keys: [], run: () => void controller.run.record(false),
      disabledBecause: () => needsStop() ?? (store.getState().runControl?.recording === undefined ? 'nothing is recorded' : undefined),
    },
    {
      id: 'break.toggle', title: 'Set or delete a breakpoint at the cursor', group: 'Break', keys: ['F9'], disabledBecause: needsCode(needsGdb),
      run: atCursor((location, address) => toggle(app, address, location)),
    },
    {
      id: 'break.hardware', title: 'Set a hardware breakpoint at the cursor', group: 'Break', keys: ['Ctrl+F9'], disabledBecause: needsCode(needsGdb),
      run: atCursor((location) => void controller.run.insertBreakpoint({ location, hardware: true })),
    },
    watch('write', 'Stop when the selection, or the 8 bytes at the cursor, are written', ['Alt+W']),
    watch('read', 'Stop when the selection, or the 8 bytes at the cursor, are read', ['Alt+Shift+W']),
    watch('access', 'Stop when the selection, or the 8 bytes at the cursor, are read or written', []),
  ];
}

function toggle({ session, controller }: AppState, address: Address, location: string): void {
  const there = session.getState().breakpoints.filter((breakpoint) => breakpoint.locations.some((one) => one.address === address));
  if (there.length === 0) void controller.run.insertBreakpoint({ location });
  else for (const { number } of there) void controller.removeBreakpoint(number);
}
