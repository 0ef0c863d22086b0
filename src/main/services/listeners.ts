import type { Unsubscribe } from '../../shared/rpc/contract.ts';

/** Counts subscriptions of the events that need polling, and says when the first comes and the last goes. */
export class Listeners {
  readonly #changed: (listened: boolean) => void;
  #count = 0;

  constructor(changed: (listened: boolean) => void) {
    this.#changed = changed;
  }

  /** Counts a subscription until it ends. */
  counted(unsubscribe: Unsubscribe): Unsubscribe {
    this.#count++;
    if (this.#count === 1) this.#changed(true);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      unsubscribe();
      this.#count--;
      if (this.#count === 0) this.#changed(false);
    };
  }
}
