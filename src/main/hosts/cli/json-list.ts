import type { Sink } from './context.ts';

/** Prints a JSON list as its items come, one a line, so that a million of them need no memory. */
export class JsonList {
  readonly #sink: Sink;
  readonly #indent: string;
  #empty = true;

  /** `indent`: of the list's closing bracket. */
  constructor(sink: Sink, indent = '') {
    this.#sink = sink;
    this.#indent = indent;
  }

  async add(items: readonly object[]): Promise<void> {
    if (items.length === 0) return;
    const lines = items.map((item) => `${this.#indent}  ${JSON.stringify(item)}`).join(',\n');
    await this.#sink.write(`${this.#empty ? '[\n' : ',\n'}${lines}`);
    this.#empty = false;
  }

  async end(): Promise<void> {
    await this.#sink.write(this.#empty ? '[]' : `\n${this.#indent}]`);
  }
}
