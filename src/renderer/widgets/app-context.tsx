import { createContext, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '../state/app-state.ts';
import type { Command } from '../state/command-registry.ts';
import type { CursorState } from '../state/cursor-store.ts';
import type { FaultView } from '../state/fault-control.ts';
import type { LabsView } from '../state/labs-control.ts';
import type { SessionView } from '../state/session-store.ts';
import type { Settings } from '../state/settings-store.ts';

/** Filled by the composition root; views only read it through the hooks below. */
export const AppContext = createContext<AppState | undefined>(undefined);

/** Everything a view may reach. Throws outside the app: a view that runs without it is a mistake. */
export function useApp(): AppState {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('useApp needs an AppContext around it');
  return app;
}

/** A part of what is known of the session; the view renders again when that part changes (by ===: select stored values, build nothing). */
export function useSession<T>(selector: (view: SessionView) => T): T {
  return useStore(useApp().session, selector);
}

export function useCursor<T>(selector: (cursor: CursorState) => T): T {
  return useStore(useApp().cursor, selector);
}

/** Why the program stopped. */
export function useFault<T>(selector: (fault: FaultView) => T): T {
  return useStore(useApp().fault, selector);
}

export function useLabs<T>(selector: (labs: LabsView) => T): T {
  return useStore(useApp().labs, selector);
}

export function useSettings<T>(selector: (settings: Settings) => T): T {
  return useStore(useApp().settings, selector);
}

/** A command by id, renewed when commands come and go. Whether it can run also depends on the session: use it beside `useSession`. */
export function useCommand(id: string): Command | undefined {
  const { commands } = useApp();
  return useSyncExternalStore((listener) => commands.onChange(listener), () => commands.get(id));
}
