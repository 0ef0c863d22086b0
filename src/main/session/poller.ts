/** Least time between two looks, in milliseconds: twice a second is smooth enough to the eye and costs a small process under a thousandth of a core. */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A look may take one twentieth of the time; an expensive map (60,000 mappings take 50 ms) is looked at less often. */
const PAUSE_PER_COST = 20;

/** Time to wait after a look that took `costMs`. */
export function pauseAfter(costMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, costMs * PAUSE_PER_COST));
}

/** Looks again and again while it is active; never two at once, and never when inactive. */
export class Poller {
  readonly #look: () => Promise<void>;
  readonly #pause: (costMs: number) => number;
  #active = false;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  /** `look` handles its own failures. */
  constructor(look: () => Promise<void>, pause: (costMs: number) => number = pauseAfter) {
    this.#look = look;
    this.#pause = pause;
  }

  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    if (active) this.#schedule(this.#pause(0));
    else clearTimeout(this.#timer);
  }

  #schedule(pauseMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#active || this.#looking) return;
    this.#timer = setTimeout(() => void this.#tick(), pauseMs);
    // Polling alone keeps no host alive.
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    this.#looking = true;
    const begun = performance.now();
    try {
      await this.#look();
    } finally {
      this.#looking = false;
      this.#schedule(this.#pause(performance.now() - begun));
    }
  }
}
