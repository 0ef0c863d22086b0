import { TERMINAL_ACK_BYTES, type TerminalName } from '../../shared/rpc/contracts/terminals.ts';
import type { Clients } from '../../shared/rpc/services.ts';

/** What shows the bytes: a terminal emulator. `done` is called when they are on the screen. */
export interface TerminalScreen {
  write(data: Uint8Array, done: () => void): void;
}

export interface TerminalFeedEvents {
  readonly onOpened: (ptyName: string, ended: boolean) => void;
  readonly onEnded: () => void;
  readonly onError: (error: unknown) => void;
}

const encoder = new TextEncoder();

/**
 * Joins one host terminal to one screen: backlog first, then what comes, with acknowledgements for what has been shown, so that a program that prints without end
 * is slowed down and not buffered.
 */
export class TerminalFeed {
  readonly #terminals: Clients['terminals'];
  readonly #which: { readonly sessionId: string; readonly terminal: TerminalName };
  readonly #screen: TerminalScreen;
  readonly #events: TerminalFeedEvents;
  readonly #unsubscribe: (() => void)[];
  #shownBytes = 0;
  #opened = false;
  #disposed = false;
  #size: { columns: number; rows: number };

  constructor(terminals: Clients['terminals'], sessionId: string, terminal: TerminalName, screen: TerminalScreen, events: TerminalFeedEvents, size: { columns: number; rows: number }) {
    this.#terminals = terminals;
    this.#which = { sessionId, terminal };
    this.#screen = screen;
    this.#events = events;
    this.#size = size;
    const isOurs = (event: { readonly sessionId: string; readonly terminal: TerminalName }): boolean => event.sessionId === sessionId && event.terminal === terminal;
    this.#unsubscribe = [
      terminals.on('data', (event) => {
        // What came before the answer to `open` is in its backlog.
        if (isOurs(event) && this.#opened) this.#show(event.data);
      }),
      terminals.on('ended', (event) => {
        if (isOurs(event)) events.onEnded();
      }),
    ];
    terminals.open({ ...this.#which, ...size }).then(
      ({ backlog, ptyName, ended }) => {
        if (this.#disposed) return;
        this.#opened = true;
        // The backlog was counted when it came the first time.
        this.#screen.write(backlog, () => {});
        events.onOpened(ptyName, ended);
      },
      (error: unknown) => this.#failed(error),
    );
  }

  /** Typed text, as the keyboard or the clipboard gave it. */
  type(text: string): void {
    this.#send(encoder.encode(text));
  }

  /** Bytes as a string of characters 0 to 255 (mouse reports). */
  typeBinary(bytes: string): void {
    this.#send(Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 0xff));
  }

  resize(columns: number, rows: number): void {
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    this.#terminals.resize({ ...this.#which, columns, rows }).catch((error: unknown) => this.#failed(error));
  }

  dispose(): void {
    this.#disposed = true;
    for (const end of this.#unsubscribe) end();
  }

  #send(data: Uint8Array): void {
    this.#terminals.write({ ...this.#which, data }).catch((error: unknown) => this.#failed(error));
  }

  #show(data: Uint8Array): void {
    this.#screen.write(data, () => {
      this.#shownBytes += data.length;
      if (this.#shownBytes < TERMINAL_ACK_BYTES || this.#disposed) return;
      const bytes = this.#shownBytes;
      this.#shownBytes = 0;
      this.#terminals.acknowledge({ ...this.#which, bytes }).catch((error: unknown) => this.#failed(error));
    });
  }

  #failed(error: unknown): void {
    if (!this.#disposed) this.#events.onError(error);
  }
}
