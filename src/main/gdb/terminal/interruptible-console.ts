import type { TerminalChannel } from '../../target/debugger.ts';

const CTRL_C = 0x03;
const LINE_ENDS = [0x0a, 0x0d];
/** gdb prints its prompt at once after what a command prints. */
const QUIET_MS = 40;

/**
 * gdb's console with one difference: Ctrl-C while the target runs becomes our own interrupt. gdb by itself stops only a target that this very console resumed, and
 * with SIGINT, which a program may block.
 */
export class InterruptibleConsole implements TerminalChannel {
  readonly #channel: TerminalChannel;
  readonly #targetRuns: () => boolean;
  readonly #interrupt: () => void;
  #lineSent = false;
  #quiet: NodeJS.Timeout | undefined;

  /** `commandDone`: a command that was typed here has printed what it had to. gdb announces little of what commands change, so whoever shows it asks again. */
  constructor(channel: TerminalChannel, targetRuns: () => boolean, interrupt: () => void, commandDone: () => void) {
    this.#channel = channel;
    this.#targetRuns = targetRuns;
    this.#interrupt = interrupt;
    channel.onData(() => {
      if (!this.#lineSent) return;
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => {
        this.#lineSent = false;
        commandDone();
      }, QUIET_MS).unref();
    });
    channel.onEnd(() => clearTimeout(this.#quiet));
  }

  get ptyName(): string {
    return this.#channel.ptyName;
  }

  write(data: Uint8Array): void {
    this.#lineSent ||= LINE_ENDS.some((end) => data.includes(end));
    if (!data.includes(CTRL_C) || !this.#targetRuns()) {
      this.#channel.write(data);
      return;
    }
    this.#channel.write(data.filter((byte) => byte !== CTRL_C));
    this.#interrupt();
  }

  resize(columns: number, rows: number): void {
    this.#channel.resize(columns, rows);
  }

  onData(listener: (data: Uint8Array) => void): () => void {
    return this.#channel.onData(listener);
  }

  onEnd(listener: () => void): () => void {
    return this.#channel.onEnd(listener);
  }

  pause(): void {
    this.#channel.pause();
  }

  resume(): void {
    this.#channel.resume();
  }
}
