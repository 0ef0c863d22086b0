import type { TerminalChannel } from '../../target/debugger.ts';

/** The other end of a machine interface, worked by a test. */
export class Wire implements TerminalChannel {
  readonly ptyName = '/dev/pts/9';
  sent: string[] = [];
  #data: (data: Uint8Array) => void = () => undefined;
  #end: () => void = () => undefined;

  write(data: Uint8Array): void {
    this.sent.push(new TextDecoder().decode(data));
  }

  onData(listener: (data: Uint8Array) => void): () => void {
    this.#data = listener;
    return () => undefined;
  }

  onEnd(listener: () => void): () => void {
    this.#end = listener;
    return () => undefined;
  }

  say(text: string): void {
    this.#data(new TextEncoder().encode(text));
  }

  hangUp(): void {
    this.#end();
  }

  resize(): void {
    // Has no size.
  }

  pause(): void {
    // Never full.
  }

  resume(): void {
    // Never full.
  }
}
