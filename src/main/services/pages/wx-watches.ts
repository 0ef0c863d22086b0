import { WxHistory } from '../../../shared/analysis/hardening/wx-history.ts';
import type { WritableExecutable } from '../../../shared/model/hardening.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import { acrossSessions } from '../across-sessions.ts';

interface Watch {
  readonly history: WxHistory;
  generation: number;
}

/** One history of writable and executable memory per session, fed with every picture from its first on. */
export class WxWatches {
  readonly #watches = new Map<string, Watch>();
  readonly #listeners = new Set<(sessionId: string, found: readonly WritableExecutable[]) => void>();

  constructor(manager: SessionManager) {
    acrossSessions(manager, (session) => session.onMapChanged(() => {
      // A picture that can't be had any more is no news about permissions; the session tells of its end itself.
      this.#take(session).catch(() => undefined);
    }));
    manager.onClosed((sessionId) => this.#watches.delete(sessionId));
  }

  /** What is known by now, the newest picture included. */
  async of(session: Session): Promise<{ generation: number; watchedSinceUnixMs: number; found: readonly WritableExecutable[] }> {
    const watch = await this.#take(session);
    return { generation: watch.generation, watchedSinceUnixMs: watch.history.watchedSinceUnixMs, found: watch.history.found() };
  }

  onFound(listener: (sessionId: string, found: readonly WritableExecutable[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #take(session: Session): Promise<Watch> {
    const { picture, generation } = await session.picture();
    let watch = this.#watches.get(session.id);
    if (!watch) this.#watches.set(session.id, (watch = { history: new WxHistory(Date.now()), generation: -1 }));
    if (watch.generation !== generation) {
      watch.generation = generation;
      const fresh = watch.history.update(picture.regions, Date.now());
      if (fresh.length > 0) for (const listener of this.#listeners) listener(session.id, fresh);
    }
    return watch;
  }
}
