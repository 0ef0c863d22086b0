/** Listeners of one kind of event, called in the order they came. */
export class Emitter<T> {
  readonly #listeners = new Set<(payload: T) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  readonly on = (listener: (payload: T) => void): (() => void) => {
    // A wrapper, so that the same function may subscribe twice and leave once.
    const own = (payload: T): void => listener(payload);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  emit(payload: T): void {
    for (const listener of [...this.#listeners]) listener(payload);
  }
}
