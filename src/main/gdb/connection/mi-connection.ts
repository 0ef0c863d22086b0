import { VmatlasError } from '../../../shared/model/errors.ts';
import type { TerminalChannel } from '../../target/debugger.ts';
import { MalformedReply } from '../mi-commands/read-reply.ts';
import type { MiCommand } from '../mi-commands/mi-command.ts';
import type { MiAsyncRecord, MiRecord, MiResultRecord } from '../mi-parser/mi-record.ts';
import { MiStream } from '../mi-parser/mi-stream.ts';
import { printMiRecord } from '../mi-parser/print-mi.ts';
import { gdbSaid } from './gdb-errors.ts';

interface Pending {
  readonly text: string;
  /** Taken when the command was sent: by the time of the answer, the caller is gone from the stack. */
  readonly origin: Error;
  readonly settle: (reply: MiResultRecord, consoleText: string) => void;
  readonly reject: (error: VmatlasError) => void;
  consoleText: string;
  /** What gdb complained of while it worked. */
  logText: string;
  timer: NodeJS.Timeout | undefined;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
}

/** Sends MI commands and matches the answers. gdb works them off in order, so commands sent together cost one trip. */
export class MiConnection {
  readonly #channel: TerminalChannel;
  readonly #stream = new MiStream();
  readonly #pending = new Map<number, Pending>();
  readonly #asyncListeners = new Set<(record: MiAsyncRecord) => void>();
  readonly #lateListeners = new Set<(error: VmatlasError) => void>();
  /** Commands that answered `^running`, newest last: gdb may still answer `^error` to them. */
  readonly #running = new Map<number, Pending>();
  #nextToken = 1;
  #outgoing = '';
  #ended: VmatlasError | undefined;

  constructor(channel: TerminalChannel) {
    this.#channel = channel;
    channel.onData((data) => this.#receive(this.#stream.push(data)));
    channel.onEnd(() => this.end(gdbEnded('its machine interface closed')));
  }

  /** undefined while gdb answers. */
  get ended(): VmatlasError | undefined {
    return this.#ended;
  }

  /**
   * Rejects with `gdb-error` or a nearer code (gdb's words as evidence), `mi-malformed`, `gdb-timeout`, `cancelled`, or `gdb-ended`. A cancelled or timed-out command is not
   * taken back: gdb may still carry it out.
   */
  run<T>(command: MiCommand<T>, options: RunOptions = {}): Promise<T> {
    const origin = new Error(`sent: ${command.text}`);
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      if (options.signal?.aborted === true) {
        reject(cancelled(command.text));
        return;
      }
      const token = this.#nextToken++;
      const pending: Pending = {
        text: command.text,
        origin,
        consoleText: '',
        logText: '',
        timer: undefined,
        reject,
        settle: (reply, consoleText) => {
          try {
            resolve(command.decode(reply, consoleText));
          } catch (error) {
            reject(error instanceof MalformedReply ? malformed(command.text, error, reply) : error);
          }
        },
      };
      this.#pending.set(token, pending);
      if (command.timeoutMs !== undefined) pending.timer = setTimeout(() => this.#fail(token, gdbTimeout(command.text, command.timeoutMs ?? 0)), command.timeoutMs);
      options.signal?.addEventListener('abort', () => this.#fail(token, cancelled(command.text)), { once: true });
      this.#write(`${token}${command.text}\n`);
    });
  }

  onAsync(listener: (record: MiAsyncRecord) => void): () => void {
    this.#asyncListeners.add(listener);
    return () => this.#asyncListeners.delete(listener);
  }

  /** gdb answered `^running` and then `^error`: it could not let the program go on after all. */
  onLateError(listener: (error: VmatlasError) => void): () => void {
    this.#lateListeners.add(listener);
    return () => this.#lateListeners.delete(listener);
  }

  /** Rejects all that is pending, and all that comes after. */
  end(error: VmatlasError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const token of this.#pending.keys()) this.#fail(token, error);
  }

  /** Commands of one turn go out in one write. */
  #write(line: string): void {
    if (this.#outgoing === '') {
      queueMicrotask(() => {
        const lines = this.#outgoing;
        this.#outgoing = '';
        this.#channel.write(new TextEncoder().encode(lines));
      });
    }
    this.#outgoing += line;
  }

  #receive(records: readonly MiRecord[]): void {
    for (const record of records) {
      if (record.kind === 'result') this.#answer(record);
      else if (record.kind === 'async') for (const listener of this.#asyncListeners) listener(record);
      else if (record.kind === 'stream') this.#collect(record.channel, record.text);
    }
  }

  /** Such text belongs to the oldest unanswered command, because gdb answers in order. */
  #collect(channel: string, text: string): void {
    const oldest = [...this.#pending.values()][0] ?? [...this.#running.values()].at(-1);
    if (oldest === undefined) return;
    if (channel === 'console') oldest.consoleText += text;
    else if (channel === 'log') oldest.logText += text;
  }

  #answer(reply: MiResultRecord): void {
    // No token: the echo of something typed in the console (`^running` for its `continue`). Unknown token: cancelled or timed out before.
    const pending = reply.token === undefined ? undefined : this.#take(reply.token);
    if (pending === undefined) {
      const late = reply.token === undefined || reply.class !== 'error' ? undefined : this.#running.get(reply.token);
      if (late !== undefined) this.#tellLate(late, reply);
      return;
    }
    if (reply.class === 'running' && reply.token !== undefined) {
      this.#running.clear();
      this.#running.set(reply.token, pending);
    }
    if (reply.class === 'error') pending.reject(gdbSaid(complaint(reply, pending.logText), pending.text, pending.origin));
    else pending.settle(reply, pending.consoleText);
  }

  #tellLate(late: Pending, reply: MiResultRecord): void {
    const [oldest] = this.#pending.values();
    const error = gdbSaid(complaint(reply, late.logText + (oldest?.logText ?? '')), late.text, late.origin);
    for (const listener of this.#lateListeners) listener(error);
  }

  #fail(token: number, error: VmatlasError): void {
    const pending = this.#take(token);
    pending?.reject(new VmatlasError(error.facts(), { cause: pending.origin }));
  }

  #take(token: number): Pending | undefined {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    clearTimeout(pending?.timer);
    return pending;
  }
}

/** "Command aborted." says nothing; what it said before does. */
function complaint(reply: MiResultRecord, logText: string): string {
  const said = reply.results.text('msg') ?? printMiRecord(reply);
  return said === 'Command aborted.' && logText.trim() !== '' ? `${logText.trim()}\n${said}` : said;
}

export function gdbEnded(evidence: string): VmatlasError {
  return new VmatlasError({ code: 'gdb-ended', message: 'gdb has ended.', evidence });
}

function gdbTimeout(command: string, timeoutMs: number): VmatlasError {
  return new VmatlasError({
    code: 'gdb-timeout',
    message: `gdb has not answered for ${Math.round(timeoutMs / 1000)} seconds.`,
    evidence: command,
    remedy: 'A command that runs in the gdb console, such as shell, may be keeping it busy.',
  });
}

function cancelled(command: string): VmatlasError {
  return new VmatlasError({ code: 'cancelled', message: 'The request was cancelled.', evidence: command });
}

function malformed(command: string, error: MalformedReply, reply: MiResultRecord): VmatlasError {
  return new VmatlasError(
    { code: 'mi-malformed', message: 'gdb gave an answer that vmatlas does not understand.', evidence: `${command}: ${error.message}: ${printMiRecord(reply).slice(0, 2000)}` },
    { cause: error },
  );
}
