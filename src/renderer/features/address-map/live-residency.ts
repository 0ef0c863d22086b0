import type { PageOverview } from '../../../shared/rpc/contracts/pages.ts';
import type { AppState } from '../../state/app-state.ts';

/** A target that maps and unmaps all the time is not counted more often than this. */
const LEAST_INTERVAL_MS = 1000;

/** Present pages of every region, counted when somebody wants to know. */
export class LiveResidency {
  readonly #app: AppState;
  readonly #arrived: () => void;
  #sessionId: string | undefined;
  #overview: PageOverview | undefined;
  #askedAtMs = -Infinity;
  #askedFor = -1;

  constructor(app: AppState, arrived: () => void) {
    this.#app = app;
    this.#arrived = arrived;
  }

  /** The counts that belong to the map with this generation; asks for them when they are not there. */
  of(generation: number): PageOverview | undefined {
    const { session } = this.#app.session.getState();
    if (session?.sessionId !== this.#sessionId) {
      this.#sessionId = session?.sessionId;
      this.#overview = undefined;
      this.#askedFor = -1;
    }
    if (this.#overview?.generation === generation) return this.#overview;
    const now = performance.now();
    if (session && this.#askedFor !== generation && now - this.#askedAtMs > LEAST_INTERVAL_MS) {
      this.#askedAtMs = now;
      this.#askedFor = generation;
      void this.#ask(session.sessionId);
    }
    return undefined;
  }

  async #ask(sessionId: string): Promise<void> {
    try {
      const overview = await this.#app.clients.pages.overview({ sessionId });
      if (sessionId !== this.#sessionId) return;
      this.#overview = overview;
      this.#arrived();
    } catch {
      // No page table to ask: residency is shown as not known, and the pages view says why.
    }
  }
}
