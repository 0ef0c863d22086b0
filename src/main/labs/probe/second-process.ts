import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { parseAddress } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { closedCommand } from '../../config/closed-command.ts';
import { findProgram } from '../../gdb/process/find-gdb.ts';
import { within } from '../within.ts';
import type { AddressFact, TextFact } from './facts.ts';
import { findPrinted } from './printed.ts';

const PRINT_LIMIT_MS = 15_000;

export interface SecondProcessOptions {
  readonly args?: readonly string[];
  /** `off`: by `setarch -R` (setarch(8)). gdb turns it off too; without gdb it is the machine's own setting. */
  readonly aslr?: 'off' | 'as-set';
  readonly env?: Readonly<Record<string, string>>;
}

/** A program run beside the session, without gdb: its input and output are pipes. Programs flush what they print; it is ended when the check ends. */
export class SecondProcess {
  readonly pid: number;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #output = '';
  #over = false;
  #listeners = new Set<() => void>();
  /** Resolves with how it ended: an exit status, or the name of a signal. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>;

  private constructor(child: ChildProcess, pid: number, name: string, signal: AbortSignal) {
    this.#child = child;
    this.pid = pid;
    this.#name = name;
    this.#signal = signal;
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.#output += part;
      this.#tell();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (status, killed) => {
        this.#over = true;
        this.#tell();
        resolve({ status, signal: killed });
      });
    });
    // It may be gone before it is written to; how it ended tells.
    child.stdin?.on('error', () => undefined);
  }

  /** Rejects with `launch-failed`; with `unsupported` when ASLR shall be off and there is no setarch. */
  static async start(program: string, options: SecondProcessOptions, signal: AbortSignal): Promise<SecondProcess> {
    const setarch = options.aslr === 'off' ? findProgram('setarch', process.env['PATH']) : undefined;
    if (options.aslr === 'off' && setarch === undefined) {
      throw new VmatlasError({ code: 'unsupported', message: 'There is no setarch to start a program without ASLR.', remedy: 'Install util-linux.' });
    }
    const words = [program, ...(options.args ?? [])];
    const [file = program, ...args] = setarch === undefined ? words : [setarch, '-R', ...words];
    const command = closedCommand(file, args);
    const child = spawn(command.file, command.args, { env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'ignore'] });
    return new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new VmatlasError({ code: 'launch-failed', message: `${basename(program)} does not start.`, evidence: String(error) }, { cause: error })));
      // The shell, and setarch, become the program: its PID is theirs.
      child.once('spawn', () => {
        if (child.pid !== undefined) resolve(new SecondProcess(child, child.pid, basename(program), signal));
      });
    });
  }

  /** Waits for the line `name: value`. Rejects when the program ends without it. */
  async printed(name: string): Promise<TextFact> {
    const at = await this.#until(() => findPrinted(this.#output.split('\n'), name), `printed no line “${name}: …”`);
    return { text: at.value, evidence: { from: `output of ${this.#name}, process ${this.pid}`, text: at.line } };
  }

  async printedAddress(name: string): Promise<AddressFact> {
    const { text, evidence } = await this.printed(name);
    const address = parseAddress(text);
    if (address === undefined) throw new VmatlasError({ code: 'malformed-input', message: `“${name}” is not an address.`, evidence: evidence.text });
    return { text, address, evidence };
  }

  /** Types a line. */
  send(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends it, and waits until it is gone. */
  async kill(): Promise<void> {
    if (!this.#over) this.#child.kill('SIGKILL');
    await this.ended;
  }

  async #until<T>(look: () => T | undefined, failure: string): Promise<T> {
    let listener: () => void = () => undefined;
    const found = new Promise<T>((resolve, reject) => {
      listener = (): void => {
        const seen = look();
        if (seen !== undefined) resolve(seen);
        else if (this.#over) reject(new VmatlasError({ code: 'process-exited', message: `${this.#name} ended and ${failure}.`, evidence: this.#output.slice(-500) }));
      };
      this.#listeners.add(listener);
      listener();
    });
    try {
      return await within(found, PRINT_LIMIT_MS, `${this.#name} ${failure}`, this.#signal);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
