import type { Session } from '../../session/session.ts';
import { StackGround } from './stack-ground.ts';
import { StackHistory } from './stack-history.ts';
import { ThreadFrames } from './thread-frames.ts';

/** What is kept of one session's stacks: the ground while the map stays the same, threads for one stop, histories for good. */
export class SessionStacks {
  readonly #session: Session;
  #ground: StackGround | undefined;
  #stop = -1;
  #generation = -1;
  readonly #threads = new Map<number, ThreadFrames>();
  readonly #histories = new Map<number, StackHistory>();

  constructor(session: Session) {
    this.#session = session;
    // What was read of the stack is old when something writes into the program.
    session.onWritten(() => this.#threads.clear());
  }

  async ground(): Promise<StackGround> {
    const { picture } = await this.#session.picture();
    return this.#session.withTarget((target) => {
      if (this.#ground?.target !== target || this.#ground.picture.fingerprint !== picture.fingerprint) {
        this.#ground?.close();
        this.#ground = new StackGround(target, picture);
        this.#threads.clear();
      }
      return this.#ground;
    });
  }

  /** A thread at the present stop. Rejects with `not-attached` or `target-running`. */
  async thread(id: number): Promise<ThreadFrames> {
    const held = this.#session.debugger('read its stack', 'stopped');
    const ground = await this.ground();
    const { stopCount, generation } = this.#session.state;
    // A new generation without a stop: something was written, or the map was read anew.
    if (stopCount !== this.#stop || generation !== this.#generation) this.#threads.clear();
    this.#stop = stopCount;
    this.#generation = generation;
    const thread = this.#threads.get(id) ?? new ThreadFrames(held, id, ground);
    this.#threads.set(id, thread);
    return thread;
  }

  history(thread: number): StackHistory {
    const history = this.#histories.get(thread) ?? new StackHistory();
    this.#histories.set(thread, history);
    return history;
  }

  close(): void {
    this.#ground?.close();
    this.#ground = undefined;
    this.#threads.clear();
  }
}
