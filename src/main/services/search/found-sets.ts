import { VmatlasError } from '../../../shared/model/errors.ts';
import type { FoundSet } from '../../search/run-search.ts';

/** Sets kept for one session; each may hold 64 MiB. The oldest goes first. */
const MOST_SETS = 2;

/** What searches have found, by session and the name the caller gave. */
export class FoundSets {
  readonly #bySession = new Map<string, Map<string, FoundSet>>();

  put(sessionId: string, searchId: string, found: FoundSet): void {
    let sets = this.#bySession.get(sessionId);
    if (!sets) this.#bySession.set(sessionId, (sets = new Map()));
    sets.delete(searchId);
    sets.set(searchId, found);
    for (const oldest of sets.keys()) {
      if (sets.size <= MOST_SETS) break;
      sets.delete(oldest);
    }
  }

  /** Throws `wrong-state` when there is none of that name. */
  get(sessionId: string, searchId: string): FoundSet {
    const found = this.#bySession.get(sessionId)?.get(searchId);
    if (found) return found;
    throw new VmatlasError({ code: 'wrong-state', message: 'What this search found is not kept any more.', remedy: 'Search again.' });
  }

  forget(sessionId: string, searchId: string): void {
    this.#bySession.get(sessionId)?.delete(searchId);
  }

  forgetSession(sessionId: string): void {
    this.#bySession.delete(sessionId);
  }
}
