import type { Unsubscribe } from '../../shared/rpc/contract.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';

/** Subscribes to something of every session, those to come included. */
export function acrossSessions(manager: SessionManager, subscribe: (session: Session) => Unsubscribe): Unsubscribe {
  const ends = new Map<string, Unsubscribe>();
  const add = (session: Session): void => void ends.set(session.id, subscribe(session));
  for (const session of manager.list()) add(session);
  const stops = [
    manager.onAdded(add),
    manager.onClosed((id) => {
      ends.get(id)?.();
      ends.delete(id);
    }),
  ];
  return () => {
    for (const stop of [...stops, ...ends.values()]) stop();
    ends.clear();
  };
}
