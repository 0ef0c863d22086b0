import type { DebuggerEvent } from '../target/debugger.ts';

/**
 * Holds a debugger's events back while an answer that says the same thing is under way.
 *
 *     open       events go through
 *     pending    attach or launch is under way: what it tells of running and stopping is in its answer, so those events are dropped; an exit is held
 *     holding    the answer is being worked into the session: everything is held, then delivered in order
 */
export class EventGate {
  readonly #deliver: (event: DebuggerEvent) => void;
  #mode: 'open' | 'pending' | 'holding' = 'open';
  #held: DebuggerEvent[] = [];

  constructor(deliver: (event: DebuggerEvent) => void) {
    this.#deliver = deliver;
  }

  readonly take = (event: DebuggerEvent): void => {
    if (this.#mode === 'open') this.#deliver(event);
    else if (this.#mode === 'holding' || event.type === 'exited' || event.type === 'ended') this.#held.push(event);
  };

  /** Runs a debugger operation, then `settle` with its answer. */
  async during<T>(operation: () => Promise<T>, settle: (answer: T) => Promise<void>): Promise<void> {
    this.#mode = 'pending';
    try {
      const answer = await operation();
      this.#mode = 'holding';
      await settle(answer);
    } finally {
      this.#release();
    }
  }

  /** Holds events until `work` is done. */
  async hold(work: () => Promise<void>): Promise<void> {
    this.#mode = 'holding';
    try {
      await work();
    } finally {
      this.#release();
    }
  }

  /** Delivering one event may begin to hold the next ones. */
  #release(): void {
    this.#mode = 'open';
    while (this.#isOpen()) {
      const event = this.#held.shift();
      if (!event) return;
      this.#deliver(event);
    }
  }

  #isOpen(): boolean {
    return this.#mode === 'open';
  }
}
