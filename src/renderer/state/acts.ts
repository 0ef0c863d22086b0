import type { Notices } from './notices.ts';
import type { SessionStore } from './session-store.ts';

/** Runs one verb of the window: it is in `busy` while it lasts and a notice tells when it fails. The same verb twice at once runs once. */
export type Act = (name: string, run: () => Promise<void>) => Promise<boolean>;

export function createAct(store: SessionStore, notices: Notices): Act {
  return async (name, run) => {
    if (store.getState().busy.has(name)) return false;
    store.setState((view) => ({ busy: new Set([...view.busy, name]) }));
    try {
      await run();
      return true;
    } catch (error) {
      notices.error(error);
      return false;
    } finally {
      store.setState((view) => ({ busy: new Set([...view.busy].filter((other) => other !== name)) }));
    }
  };
}
