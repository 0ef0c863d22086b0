import type { SessionState } from '../../shared/model/session.ts';
import type { Liveness, Target } from '../target/target.ts';
import { isAttached, isFinal } from './session-machine.ts';

/** gdb tells how a process ended in better words than /proc can; after this long without them, /proc's word is taken. */
const WAIT_FOR_GDB_WORDS_MS = 1500;

export interface EndListener {
  /** The session's target and state now. */
  now(): { readonly target: Target | undefined; readonly state: SessionState };
  ended(liveness: Exclude<Liveness, 'alive'>): void;
  /** The process has exec'ed under gdb: same PID, another program. */
  execed(target: Target): void;
}

/** Asks the kernel whether a session's process is still there, and draws the consequence. */
export class EndWatch {
  readonly #listener: EndListener;
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: EndListener) {
    this.#listener = listener;
  }

  /** Looks at `target` if it is still the session's. */
  look(target: Target | undefined): void {
    const { target: own, state } = this.#listener.now();
    if (target === undefined || target !== own || isFinal(state.phase)) return;
    const liveness = target.liveness();
    if (liveness === 'alive') return;
    if (!isAttached(state.phase)) this.#listener.ended(liveness);
    else if (liveness === 'execed') this.#listener.execed(target);
    else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (target === this.#listener.now().target) this.#listener.ended(liveness);
      }, WAIT_FOR_GDB_WORDS_MS).unref();
    }
  }

  /** The session is over by other means. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
