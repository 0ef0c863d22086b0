import { setTimeout } from 'node:timers/promises';
import type { Clients } from '../../../shared/rpc/services.ts';
import type { Sink } from './context.ts';

const QUIET_MS = 40;

/** Hands on what a launched program prints on its terminal: nothing twice, nothing left out, and no faster than it can be written. */
export class OutputRelay {
  readonly #clients: Clients;
  readonly #output: Sink;
  readonly #stop: () => void;
  readonly #early: Uint8Array[] = [];
  #pieces = 0;
  #sessionId: string | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(clients: Clients, output: Sink) {
    this.#clients = clients;
    this.#output = output;
    this.#stop = clients.terminals.on('data', ({ sessionId, terminal, data }) => {
      if (terminal !== 'program' || (this.#sessionId !== undefined && sessionId !== this.#sessionId)) return;
      if (this.#sessionId === undefined) this.#early.push(data);
      else this.#write(data, true);
    });
  }

  async begin(sessionId: string): Promise<void> {
    const { backlog } = await this.#clients.terminals.open({ sessionId, terminal: 'program', columns: 80, rows: 24 });
    this.#sessionId = sessionId;
    this.#write(backlog, false);
    for (const data of this.#early.splice(0)) this.#write(data, true);
  }

  /** What has been printed is written. What a program wrote last may still be on its way through its terminal, which does not say when it is empty: it is waited for until nothing more comes. */
  async end(): Promise<void> {
    for (let seen = -1; seen !== this.#pieces;) {
      seen = this.#pieces;
      // oxlint-disable-next-line no-await-in-loop -- as long as something comes
      await setTimeout(QUIET_MS);
    }
    await this.#written;
  }

  dispose(): void {
    this.#stop();
  }

  #write(data: Uint8Array, acknowledge: boolean): void {
    const sessionId = this.#sessionId;
    this.#pieces++;
    this.#written = this.#written.then(async () => {
      await this.#output.write(withoutReturns(data));
      if (acknowledge && sessionId !== undefined) await this.#clients.terminals.acknowledge({ sessionId, terminal: 'program', bytes: data.length }).catch(() => null);
    });
  }
}

/** A terminal makes CR LF of each LF (termios(3), ONLCR); a pipe shall get what the program wrote. */
function withoutReturns(data: Uint8Array): Uint8Array {
  return data.filter((byte, at) => byte !== 0x0d || data[at + 1] !== 0x0a);
}
