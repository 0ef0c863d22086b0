/** Counts work under way so that tests (and nothing else) can wait for the window to come to rest. */
export interface IdleDetector {
  /** Counts a promise as work until it settles; hands it back. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Begins work that is no promise; the answer ends it, once. */
  begin(): () => void;
  readonly pending: number;
  /** Resolves when nothing is under way, no frame is pending, and neither began again within one turn of the event loop. */
  whenIdle(): Promise<void>;
}

/** `framesIdle` resolves when no frame waits to be drawn; `nextTurn` lets queued events (answers of the host, React's renders) run first. */
export function createIdleDetector(framesIdle: () => Promise<void>, nextTurn: () => Promise<void> = macrotask): IdleDetector {
  let pending = 0;
  /** Rises with every piece of work, so that work which began and ended while we waited is noticed. */
  let begun = 0;
  let waiting: (() => void)[] = [];

  const begin = (): (() => void) => {
    pending++;
    begun++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      pending--;
      if (pending > 0) return;
      const ready = waiting;
      waiting = [];
      for (const wake of ready) wake();
    };
  };

  return {
    get pending() {
      return pending;
    },
    begin,
    track(work) {
      const end = begin();
      work.then(end, end);
      return work;
    },
    async whenIdle() {
      for (;;) {
        const seen = begun;
        if (pending > 0) await new Promise<void>((resolve) => waiting.push(resolve));
        await nextTurn();
        await framesIdle();
        await nextTurn();
        if (pending === 0 && begun === seen) return;
      }
    },
  };
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
