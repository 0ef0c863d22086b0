import { write as writeFd } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { TerminalChannel } from '../../target/debugger.ts';
import { resizePty } from './native-pty.ts';

/** While the other side does not read, the terminal's 4 KiB buffer stays full; this is how often we look again. */
const RETRY_MS = 5;
/** How long a gathering channel lets output collect. */
const GATHER_MS = 1;
/** With this, gdb's machine interface ends an answer. */
const PROMPT = Buffer.from('(gdb) \n');
/** Output that comes before anybody listens is kept, so that the first prompt is not lost. */
const MAX_BACKLOG_BYTES = 256 * 1024;

/** The master side of a pseudo-terminal, as bytes. Owns the fd. */
export class PtyChannel implements TerminalChannel {
  readonly ptyName: string;
  readonly #master: number;
  readonly #stream: ReadStream;
  readonly #dataListeners = new Set<(data: Uint8Array) => void>();
  readonly #endListeners = new Set<() => void>();
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #queue: Uint8Array[] = [];
  #writing = false;
  #ended = false;
  #paused = false;
  #gathering: NodeJS.Timeout | undefined;

  /**
   * `gather`: for a machine interface. gdb writes a record in dozens of pieces of a few bytes, and waking up for each takes time from gdb, which holds the target meanwhile. So after
   * each read that did not end an answer, output collects for a moment.
   */
  constructor(master: number, ptyName: string, { gather = false }: { readonly gather?: boolean } = {}) {
    this.#master = master;
    this.ptyName = ptyName;
    this.#stream = new ReadStream(master);
    this.#stream.on('data', (data: Buffer) => {
      if (gather && !data.subarray(-PROMPT.length).equals(PROMPT)) this.#gather();
      this.#deliver(data);
    });
    // EIO is how Linux says that the last slave fd was closed.
    this.#stream.on('error', () => this.#end());
    this.#stream.on('close', () => this.#end());
  }

  write(data: Uint8Array): void {
    if (data.length === 0 || this.#ended) return;
    this.#queue.push(data);
    if (!this.#writing) this.#writeNext();
  }

  resize(columns: number, rows: number): void {
    if (!this.#ended && columns > 0 && rows > 0) resizePty(this.#master, Math.floor(columns), Math.floor(rows));
  }

  onData(listener: (data: Uint8Array) => void): () => void {
    this.#dataListeners.add(listener);
    const backlog = this.#backlog;
    this.#backlog = [];
    this.#backlogBytes = 0;
    for (const data of backlog) listener(data);
    return () => this.#dataListeners.delete(listener);
  }

  onEnd(listener: () => void): () => void {
    if (this.#ended) queueMicrotask(listener);
    else this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#ended && this.#gathering === undefined) this.#stream.resume();
  }

  /** Gives data that was looked at during start-up to whoever listens first. */
  keepForFirstListener(data: readonly Uint8Array[]): void {
    this.#backlog.unshift(...data);
  }

  /** Closes the master: whoever has the slave as its controlling terminal gets SIGHUP. */
  close(): void {
    this.#stream.destroy();
    this.#end();
  }

  #gather(): void {
    this.#stream.pause();
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      if (!this.#paused) this.resume();
    }, GATHER_MS);
  }

  #deliver(data: Uint8Array): void {
    if (this.#dataListeners.size === 0) {
      if (this.#backlogBytes < MAX_BACKLOG_BYTES) {
        this.#backlog.push(data);
        this.#backlogBytes += data.length;
      }
      return;
    }
    for (const listener of this.#dataListeners) listener(data);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#gathering);
    this.#queue = [];
    // The stream closes the fd, and only once.
    this.#stream.destroy();
    for (const listener of this.#endListeners) listener();
    this.#endListeners.clear();
  }

  #writeNext(): void {
    const data = this.#queue.length > 1 ? Buffer.concat(this.#queue) : this.#queue[0];
    this.#queue = [];
    this.#writing = data !== undefined && !this.#ended;
    if (data === undefined || this.#ended) return;
    // Not the stream's own write: on a terminal it blocks the event loop when the other side does not read.
    writeFd(this.#master, data, 0, data.length, null, (error, written) => {
      if (this.#ended) return;
      if (error !== null && error.code !== 'EAGAIN') {
        this.#end();
        return;
      }
      const rest = data.subarray(error === null ? written : 0);
      if (rest.length > 0) this.#queue.unshift(rest);
      if (error === null) this.#writeNext();
      else setTimeout(() => this.#writeNext(), RETRY_MS);
    });
  }
}
