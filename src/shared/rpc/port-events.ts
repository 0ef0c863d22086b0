/**
 * The listening half of a Port, the same for every transport: messages and the end that come before somebody listens are kept, the end is told once,
 * and nothing comes after it.
 */
export class PortEvents {
  #onMessage: ((message: Uint8Array) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;
  #waiting: Uint8Array[] = [];
  #closed: string | undefined;

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  onMessage(listener: (message: Uint8Array) => void): void {
    if (this.#onMessage) throw new Error('a port has one message listener');
    this.#onMessage = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) listener(message);
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#onClose) throw new Error('a port has one close listener');
    this.#onClose = listener;
    if (this.#closed !== undefined) listener(this.#closed);
  }

  message(message: Uint8Array): void {
    if (this.isClosed) return;
    if (this.#onMessage) this.#onMessage(message);
    else this.#waiting.push(message);
  }

  closed(reason: string): void {
    if (this.isClosed) return;
    this.#closed = reason;
    this.#onClose?.(reason);
  }
}
