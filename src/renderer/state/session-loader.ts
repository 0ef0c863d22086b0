import { RegionTable } from '../../shared/model/region-table.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import type { SessionStore } from './session-store.ts';

/** Innermost frames shown at once; a deep recursion has more than anybody reads, and gdb takes time for each. */
export const FRAME_LIMIT = 64;
/** Walking outwards shows more, as far as gdb itself selects frames: its `backtrace limit` is 512 from our start on. */
const MOST_FRAMES = 510;

/**
 * Fetches what the window shows of a session and puts it in the store. Every load remembers for which picture it was begun; an answer that comes after a newer
 * load of the same kind began, or for another session, is dropped.
 */
export class SessionLoader {
  readonly #clients: Clients;
  readonly #store: SessionStore;
  readonly #onFailure: (error: unknown) => void;
  readonly #rounds = { map: 0, threads: 0, frame: 0, frames: 0, breakpoints: 0, runControl: 0 };
  #mapLoading = false;
  /** Ask again after the present answer unless that is at least of this generation. */
  #mapWanted: number | undefined;

  constructor(clients: Clients, store: SessionStore, onFailure: (error: unknown) => void) {
    this.#clients = clients;
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** Makes every answer under way unwanted: another session comes. */
  forget(): void {
    for (const kind of ['map', 'threads', 'frame', 'frames', 'breakpoints', 'runControl'] as const) this.#rounds[kind]++;
    this.#mapLoading = false;
    this.#mapWanted = undefined;
  }

  /**
   * One snapshot at a time: while the program maps and unmaps quickly, the ones in between are skipped. `atLeast` is the generation that is wanted, for a caller that knows
   * it; without it an answer under way may be too old.
   */
  async map(sessionId: string, atLeast = Infinity): Promise<void> {
    if (this.#mapLoading) {
      this.#mapWanted = Math.max(this.#mapWanted ?? 0, atLeast);
      return;
    }
    this.#mapLoading = true;
    const round = ++this.#rounds.map;
    try {
      const map = await this.#clients.map.snapshot({ sessionId });
      if (round !== this.#rounds.map || !this.#isShown(sessionId)) return;
      const present = this.#store.getState().map;
      if (present === undefined || map.generation >= present.generation) {
        this.#store.setState({ map, regions: new RegionTable(map.regions) });
      }
    } catch (error) {
      if (round === this.#rounds.map) this.#failed(sessionId, error);
    } finally {
      if (round === this.#rounds.map) {
        this.#mapLoading = false;
        const wanted = this.#mapWanted;
        this.#mapWanted = undefined;
        if (wanted !== undefined && wanted > (this.#store.getState().map?.generation ?? -1)) void this.map(sessionId, wanted);
      }
    }
  }

  /** Threads of a stopped target, then frames and registers of the one that is selected. `prefer` is the thread that stopped first. */
  async threads(sessionId: string, prefer: number | undefined): Promise<void> {
    const round = ++this.#rounds.threads;
    try {
      const { threads, selected } = await this.#clients.debug.threads({ sessionId });
      if (round !== this.#rounds.threads || !this.#isStopped(sessionId)) return;
      const has = (id: number | undefined): boolean => threads.some((thread) => thread.id === id);
      const thread = has(prefer) ? prefer : has(selected) ? selected : threads[0]?.id;
      this.#store.setState({ threads, selectedThread: thread, selectedFrame: 0 });
      if (thread !== undefined) await this.thread(sessionId, thread, 0);
    } catch (error) {
      if (round === this.#rounds.threads) this.#failed(sessionId, error);
    }
  }

  async thread(sessionId: string, threadId: number, frameLevel: number): Promise<void> {
    await Promise.all([this.#frames(sessionId, threadId), this.frame(sessionId, threadId, frameLevel)]);
  }

  async #frames(sessionId: string, threadId: number): Promise<void> {
    const round = ++this.#rounds.frames;
    try {
      const { frames, more } = await this.#clients.debug.frames({ sessionId, threadId, low: 0, high: FRAME_LIMIT - 1 });
      if (round === this.#rounds.frames && this.#isStopped(sessionId)) this.#store.setState({ frames, moreFrames: more });
    } catch (error) {
      if (round === this.#rounds.frames) this.#failed(sessionId, error);
    }
  }

  /** Level is one that gdb can be asked for at once: among the frames of the store, or these are not known. */
  hasFrame(level: number): boolean {
    const { frames, moreFrames } = this.#store.getState();
    return level < frames.length || (!moreFrames && level < MOST_FRAMES);
  }

  /** Fetches the frames that come after those in the store. False when `level` is not among them, or gdb would not select it. */
  async moreFrames(sessionId: string, threadId: number, level: number): Promise<boolean> {
    const round = this.#rounds.frames;
    const { frames } = this.#store.getState();
    if (level >= MOST_FRAMES) return false;
    try {
      const next = await this.#clients.debug.frames({ sessionId, threadId, low: frames.length, high: Math.min(frames.length + FRAME_LIMIT, MOST_FRAMES) - 1 });
      if (round !== this.#rounds.frames || !this.#isStopped(sessionId)) return false;
      const all = [...frames, ...next.frames];
      this.#store.setState({ frames: all, moreFrames: next.more && all.length < MOST_FRAMES });
      return level < all.length;
    } catch (error) {
      if (round === this.#rounds.frames) this.#failed(sessionId, error);
      return false;
    }
  }

  /** Registers as one frame sees them. */
  async frame(sessionId: string, threadId: number, frameLevel: number): Promise<void> {
    const round = ++this.#rounds.frame;
    try {
      const { registers } = await this.#clients.debug.registers({ sessionId, threadId, frameLevel, vectors: false });
      if (round === this.#rounds.frame && this.#isStopped(sessionId)) this.#store.setState({ registers });
    } catch (error) {
      if (round === this.#rounds.frame) this.#failed(sessionId, error);
    }
  }

  async breakpoints(sessionId: string): Promise<void> {
    const round = ++this.#rounds.breakpoints;
    try {
      const breakpoints = await this.#clients.debug.breakpoints({ sessionId });
      if (round === this.#rounds.breakpoints && this.#isShown(sessionId)) this.#store.setState({ breakpoints });
    } catch (error) {
      if (round === this.#rounds.breakpoints) this.#failed(sessionId, error);
    }
  }

  async runControl(sessionId: string): Promise<void> {
    const round = ++this.#rounds.runControl;
    try {
      const runControl = await this.#clients.debug.runControl({ sessionId });
      if (round === this.#rounds.runControl && this.#isShown(sessionId)) this.#store.setState({ runControl });
    } catch (error) {
      if (round === this.#rounds.runControl) this.#failed(sessionId, error);
    }
  }

  #isShown(sessionId: string): boolean {
    return this.#store.getState().session?.sessionId === sessionId;
  }

  #isStopped(sessionId: string): boolean {
    const { session } = this.#store.getState();
    return session?.sessionId === sessionId && session.phase === 'stopped';
  }

  #failed(sessionId: string, error: unknown): void {
    if (this.#isShown(sessionId)) this.#onFailure(error);
  }
}
