import type { TerminalChannel } from '../../target/debugger.ts';

const CTRL_C = 0x03;

/**
 * gdb's console with one difference: Ctrl-C while the target runs becomes our own interrupt. gdb by itself stops only a target that this very console resumed, and
 * with SIGINT, which a program may block.
 */
export class InterruptibleConsole implements TerminalChannel {
  readonly #channel: TerminalChannel;
  readonly #targetRuns: () => boolean;
  readonly #interrupt: () => void;

  constructor(channel: TerminalChannel, targetRuns: () => boolean, interrupt: () => void) {
    this.#channel = channel;
    this.#targetRuns = targetRuns;
    this.#interrupt = interrupt;
  }

  get ptyName(): string {
    return this.#channel.ptyName;
  }

  write(data: Uint8Array): void {
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
