import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { DebuggerLaunch } from '../target/debugger.ts';
import { Emitter } from './emitter.ts';
import type { SessionFactories } from './factories.ts';
import { Session } from './session.ts';
import { SpareDebugger } from './spare-debugger.ts';

/** All sessions of one host. */
export class SessionManager {
  readonly #factories: SessionFactories;
  readonly #spare: SpareDebugger;
  readonly #sessions = new Map<string, Session>();
  /** Observations that have not answered yet, by PID: asking twice opens once. */
  readonly #opening = new Map<number, Promise<Session>>();
  readonly #added = new Emitter<Session>();
  readonly #state = new Emitter<SessionState>();
  readonly #closed = new Emitter<string>();
  #count = 0;
  #listened = false;
  #disposed = false;

  readonly onState = this.#state.on;
  readonly onClosed = this.#closed.on;
  /** A session exists, before its first state. */
  readonly onAdded = this.#added.on;

  constructor(factories: SessionFactories) {
    this.#spare = new SpareDebugger(() => factories.startDebugger());
    this.#factories = {
      openTarget: (pid) => factories.openTarget(pid), startedByOurDebugger: (pid) => factories.startedByOurDebugger(pid), startDebugger: () => this.#spare.take(),
    };
  }

  list(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  get(sessionId: string): Session {
    const session = this.#sessions.get(sessionId);
    if (!session) {
      throw new VmatlasError({ code: 'no-such-session', message: 'This session is closed, or never was.', evidence: `session id ${sessionId}`, remedy: 'Open the process again.' });
    }
    return session;
  }

  /** Looking at a process that a session looks at already answers with that session. */
  async observe(pid: number): Promise<Session> {
    const opening = this.#opening.get(pid);
    if (opening) return opening;
    for (const session of this.#sessions.values()) if (session.state.target?.pid === pid && !session.isOver) {
      await session.refresh();
      // The refresh may have found that the old process is gone and the PID is another's.
      if (!session.isOver) return session;
    }
    const fresh = this.#opened((session) => session.observe(pid));
    this.#opening.set(pid, fresh);
    try {
      return await fresh;
    } finally {
      this.#opening.delete(pid);
    }
  }

  launch(spec: DebuggerLaunch): Promise<Session> {
    return this.#opened((session) => session.launch(spec));
  }

  /** Closes a session; resolves when its process is let go or ended. */
  async close(sessionId: string): Promise<void> {
    const session = this.get(sessionId);
    await session.close();
    if (this.#sessions.delete(sessionId)) this.#closed.emit(sessionId);
  }

  /** Polls only while somebody listens. */
  setListened(listened: boolean): void {
    this.#listened = listened;
    for (const session of this.#sessions.values()) session.setListened(listened);
    this.#readySpare();
  }

  /** Closes everything, all at once; each close has its own limit. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.allSettled([this.#spare.dispose(), ...[...this.#sessions.keys()].map((sessionId) => this.close(sessionId))]);
  }

  /** Whoever looks at a process without gdb may attach. */
  #readySpare(): void {
    this.#spare.want(this.#listened && this.list().some(({ state }) => state.phase === 'observing' && state.gdbVersion === undefined));
  }

  async #opened(open: (session: Session) => Promise<void>): Promise<Session> {
    if (this.#disposed) throw new VmatlasError({ code: 'cancelled', message: 'vmatlas is closing.' });
    this.#count++;
    const session = new Session(`s${this.#count}`, this.#factories);
    this.#sessions.set(session.id, session);
    this.#added.emit(session);
    session.onState((state) => {
      this.#state.emit(state);
      this.#readySpare();
    });
    session.setListened(this.#listened);
    try {
      await open(session);
      return session;
    } catch (error) {
      await session.close();
      if (this.#sessions.delete(session.id)) this.#closed.emit(session.id);
      throw error;
    }
  }
}
