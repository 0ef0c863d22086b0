/**
 * Runs one piece of work at a time. Whoever asks while it runs shares one further run, which begins after the current one: its answer is then younger than
 * the question.
 */
export class Coalescer {
  readonly #work: () => Promise<void>;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  run(): Promise<void> {
    if (!this.#current) return this.#start();
    this.#next ??= this.#current.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  /** Resolves when nothing is under way; failures belong to those who asked for the run. */
  async settled(): Promise<void> {
    while (this.#next ?? this.#current) {
      try {
        await (this.#next ?? this.#current);
      } catch {
        // The caller of run() has it.
      }
    }
  }

  #startNext(): Promise<void> {
    this.#next = undefined;
    return this.#start();
  }

  #start(): Promise<void> {
    const run = this.#work().finally(() => {
      if (this.#current === run) this.#current = undefined;
    });
    this.#current = run;
    return run;
  }
}
