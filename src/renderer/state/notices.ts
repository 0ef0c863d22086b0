import { errorFacts, type ErrorFacts } from '../../shared/model/errors.ts';
import type { Notice, SessionStore } from './session-store.ts';

/** Failures of a question that the target's going on or going away made pointless: the session's state says so already. */
const OVERTAKEN = new Set<ErrorFacts['code']>([
  'target-running', 'not-stopped', 'not-attached', 'target-lost', 'process-exited', 'no-such-session', 'connection-lost', 'cancelled', 'wrong-state',
]);

/** More would cover the window; the oldest goes. */
const NOTICE_LIMIT = 5;

/** Unique in the window: several views tell notices into one list. */
let nextId = 1;

/** The messages shown until dismissed. One message at a time is kept per text, so that a failing poll does not fill the screen. */
export class Notices {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  error(error: unknown): void {
    const facts = errorFacts(error);
    // The user asked for it, or something newer took its place.
    if (facts.code === 'cancelled') return;
    this.tell(facts);
  }

  tell(facts: ErrorFacts): void {
    this.#add({ id: nextId++, tone: 'error', facts });
  }

  /** For questions the window asks by itself: silent when the answer no longer matters. */
  failedQuestion(error: unknown): void {
    const facts = errorFacts(error);
    if (!OVERTAKEN.has(facts.code)) this.tell(facts);
  }

  info(message: string): void {
    this.#add({ id: nextId++, tone: 'info', facts: { message } });
  }

  /** A new question makes the failure of the last one of its kind old. */
  forget(codes: readonly ErrorFacts['code'][]): void {
    const isOld = ({ facts }: Notice): boolean => 'code' in facts && codes.includes(facts.code);
    this.#store.setState((view) => (view.notices.some(isOld) ? { notices: view.notices.filter((notice) => !isOld(notice)) } : view));
  }

  dismiss(id: number): void {
    this.#store.setState((view) => ({ notices: view.notices.filter((notice) => notice.id !== id) }));
  }

  #add(notice: Notice): void {
    this.#store.setState((view) => ({
      notices: [...view.notices.filter((old) => old.facts.message !== notice.facts.message), notice].slice(-NOTICE_LIMIT),
    }));
  }
}
