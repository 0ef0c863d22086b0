import type { ChildProcess } from 'node:child_process';
import { pidOf, start, stop } from './children.ts';

/** Arguments that keep gdb from reading anyone's start-up files and from asking. */
export const QUIET = ['-nx', '-q', '-iex', 'set debuginfod enabled off', '-iex', 'set pagination off', '-iex', 'set confirm off'] as const;
/** Everything that could make two runs differ. */
export const gdbEnvironment = { ...process.env, LC_ALL: 'C.UTF-8', DEBUGINFOD_URLS: '' };

/** A plain gdb on pipes, the peer of several benchmarks: commands go in one at a time, and what it prints up to a mark comes out. */
export class GdbPipe {
  readonly #child: ChildProcess;
  readonly #mi: boolean;
  #chunks: Buffer[] = [];
  #tail = '';
  #mark = '';
  #done: ((output: Buffer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  #token: number;

  constructor(interpreter: 'console' | 'mi3', args: readonly string[] = [], firstToken = 0) {
    this.#token = firstToken;
    this.#mi = interpreter === 'mi3';
    this.#child = start('gdb', [...QUIET, ...(this.#mi ? ['-i=mi3'] : []), ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: gdbEnvironment, endBy: 'SIGTERM' });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.once('exit', () => this.#failed?.(new Error('gdb ended')));
  }

  get pid(): number {
    return pidOf(this.#child);
  }

  /** Sends a command and answers with all that gdb printed until it was done. MI commands get a token. */
  send(command: string): Promise<Buffer> {
    this.#token++;
    // MI ends an answer with its result record; the console, which does not echo what comes through a pipe, is made to print a mark.
    this.#mark = this.#mi ? `${this.#token}^` : `@mark${this.#token}@`;
    return this.#exchange(this.#mi ? `${this.#token}${command}\n` : `${command}\necho ${this.#mark}\\n\n`);
  }

  /** Sends several MI commands in one write, and answers when the last is done. */
  sendAll(commands: readonly string[]): Promise<Buffer> {
    const lines = commands.map((command) => `${++this.#token}${command}\n`);
    this.#mark = `${this.#token}^`;
    return this.#exchange(lines.join(''));
  }

  /** Sends an MI command that makes the target move and waits for the `*stopped`. */
  sendAndStop(command: string): Promise<Buffer> {
    this.#token++;
    this.#mark = '*stopped';
    return this.#exchange(`${this.#token}${command}\n`);
  }

  stop(): Promise<void> {
    return stop(this.#child);
  }

  #exchange(text: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#chunks = [];
      this.#tail = '';
      this.#done = resolve;
      this.#failed = reject;
      this.#child.stdin?.write(text);
    });
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    const text = this.#tail + chunk.toString('latin1');
    const at = this.#mi ? `\n${text}`.indexOf(`\n${this.#mark}`) : text.indexOf(this.#mark);
    const complete = at >= 0 && (!this.#mi || text.indexOf('(gdb) \n', at) >= 0);
    // Keeps the found mark until the prompt after it has come as well.
    this.#tail = at >= 0 ? text.slice(Math.max(0, at - 1)) : text.slice(-64);
    if (!complete) return;
    const done = this.#done;
    this.#done = undefined;
    done?.(Buffer.concat(this.#chunks));
  }
}
