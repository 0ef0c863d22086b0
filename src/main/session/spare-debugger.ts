import { VmatlasError } from '../../shared/model/errors.ts';
import type { Debugger } from '../target/debugger.ts';
import { bounded } from './bounded.ts';

/** The first picture comes first: only who looks on for a moment is likely to attach. */
const READY_AFTER_MS = 1000;
const END_LIMIT_MS = 10_000;

/** A debugger that was started ahead, while somebody looks at a process: attaching then need not wait for gdb's start. It holds nothing, and shows nowhere, until it is taken. */
export class SpareDebugger {
  readonly #start: () => Promise<Debugger>;
  #timer: NodeJS.Timeout | undefined;
  #spare: Promise<Debugger | undefined> | undefined;
  readonly #ended = new WeakSet<Debugger>();
  #disposed = false;

  constructor(start: () => Promise<Debugger>) {
    this.#start = start;
  }

  /** Shall one be ready? One that is ready stays so. */
  want(wanted: boolean): void {
    if (!wanted || this.#disposed || this.#spare) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#spare ??= this.#started();
    }, READY_AFTER_MS).unref();
  }

  /** The one that is ready, or a new one. Rejects as starting one does. */
  async take(): Promise<Debugger> {
    const spare = this.#spare;
    this.#spare = undefined;
    this.want(false);
    const ready = await spare;
    return ready && !this.#ended.has(ready) ? ready : this.#start();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.want(false);
    const spare = await this.#spare;
    this.#spare = undefined;
    if (spare) await bounded(spare.dispose(), END_LIMIT_MS);
  }

  async #started(): Promise<Debugger | undefined> {
    try {
      const started = await this.#start();
      started.onEvent(({ type }) => {
        if (type === 'ended') this.#ended.add(started);
      });
      return started;
    } catch (error) {
      // No concern yet: attaching will try again, and say why.
      if (error instanceof VmatlasError) return undefined;
      throw error;
    }
  }
}
