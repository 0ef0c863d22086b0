import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { closedCommand } from '../../config/closed-command.ts';
import { forkPty, openPty } from '../terminal/native-pty.ts';
import { PtyChannel } from '../terminal/pty-channel.ts';
import { findGdb, OLDEST_GDB, parseGdbVersion, tooOld } from './find-gdb.ts';

export interface GdbStartOptions {
  /** Name or path of gdb; `gdb` on the PATH unless given. */
  readonly gdbPath?: string;
  readonly columns?: number;
  readonly rows?: number;
  /** Folder for gdb's index cache; no index cache unless given. */
  readonly indexCacheDirectory?: string;
  readonly startTimeoutMs?: number;
  /** Receives every byte that comes from gdb's machine interface, as it came: for recording. */
  readonly miLog?: (bytes: Uint8Array) => void;
}

export interface GdbExit {
  readonly status: number;
  readonly signal: number;
}

const MI_LINE = 'new-ui mi3';
const PROMPT = Buffer.from('(gdb)');

/** A started gdb: its console, its machine interface and a terminal for the program, each a pty of its own. */
export class GdbProcess {
  readonly pid: number;
  readonly path: string;
  readonly console: PtyChannel;
  readonly mi: PtyChannel;
  readonly program: PtyChannel;
  readonly exited: Promise<GdbExit>;
  readonly #programSlave: number;
  #exit: GdbExit | undefined;
  /** A second close of the same fd number could hit somebody else's file. */
  #closed = false;

  private constructor(parts: { pid: number; path: string; console: PtyChannel; mi: PtyChannel; program: PtyChannel; programSlave: number; exited: Promise<GdbExit> }) {
    this.pid = parts.pid;
    this.path = parts.path;
    this.console = parts.console;
    this.mi = parts.mi;
    this.program = parts.program;
    this.#programSlave = parts.programSlave;
    this.exited = parts.exited;
    void parts.exited.then((exit) => (this.#exit = exit));
  }

  /** How it ended; undefined while it lives. */
  get exit(): GdbExit | undefined {
    return this.#exit;
  }

  /** Starts gdb and waits until its machine interface answers. Rejects with `gdb-missing`, `gdb-too-old` or `gdb-start-failed`. */
  static async start(options: GdbStartOptions): Promise<GdbProcess> {
    const path = findGdb(options.gdbPath ?? 'gdb', process.env['PATH']);
    const columns = options.columns ?? 120;
    const rows = options.rows ?? 30;
    const miPty = openPty(200, 50);
    const programPty = openPty(columns, rows);
    const command = rawTerminalCommand(miPty.name, closedCommand(path, gdbArguments(miPty.name, options)));
    let onExit: (exit: GdbExit) => void = () => undefined;
    const exited = new Promise<GdbExit>((resolve) => (onExit = resolve));
    // Without our fds: a gdb or a program that held a master of ours would keep gdb from seeing its terminal hang up.
    const forked = forkPty({ ...command, env: gdbEnvironment(), cwd: process.cwd(), columns, rows, onExit: (status, signal) => onExit({ status, signal }) });
    const gdb = new GdbProcess({
      pid: forked.pid,
      path,
      console: new PtyChannel(forked.master, forked.name),
      mi: new PtyChannel(miPty.master, miPty.name, { gather: true }),
      program: new PtyChannel(programPty.master, programPty.name),
      programSlave: programPty.slave,
      exited,
    });
    try {
      await gdb.#ready(options.startTimeoutMs ?? 30_000);
    } catch (error) {
      gdb.signal('SIGTERM');
      gdb.close();
      throw error;
    } finally {
      // gdb has it open now; without ours, gdb's end is also the end of this terminal.
      closeSync(miPty.slave);
    }
    if (options.miLog !== undefined) gdb.mi.onData(options.miLog);
    return gdb;
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#exit !== undefined) return;
    try {
      process.kill(this.pid, name);
    } catch {
      // Gone in between: what was wanted.
    }
  }

  /** Hangs up all three terminals. A gdb that still lives detaches and ends. */
  close(): void {
    this.console.close();
    this.mi.close();
    this.program.close();
    if (!this.#closed) closeSync(this.#programSlave);
    this.#closed = true;
  }

  /** The first prompt on the MI terminal. What goes wrong before shows on the console only, so that is the evidence. */
  async #ready(timeoutMs: number): Promise<void> {
    let consoleText = '';
    let miBytes = Buffer.alloc(0);
    const consoleBytes: Uint8Array[] = [];
    const stopConsole = this.console.onData((data) => {
      consoleBytes.push(data);
      consoleText += Buffer.from(data).toString('utf8');
    });
    let timer: NodeJS.Timeout | undefined;
    let stopMi: () => void = () => undefined;
    try {
      const outcome = await new Promise<'ready' | 'ended' | 'timeout'>((resolve) => {
        stopMi = this.mi.onData((data) => {
          miBytes = Buffer.concat([miBytes, data]);
          if (miBytes.includes(PROMPT)) resolve('ready');
        });
        void this.exited.then(() => resolve('ended'));
        timer = setTimeout(() => resolve('timeout'), timeoutMs);
      });
      if (outcome === 'ready') return;
      throw startFailure(this.path, outcome, consoleText, timeoutMs);
    } finally {
      clearTimeout(timer);
      stopMi();
      stopConsole();
      this.console.keepForFirstListener(consoleBytes);
    }
  }
}

function startFailure(path: string, outcome: 'ended' | 'timeout', consoleText: string, timeoutMs: number): VmatlasError {
  let version: ReturnType<typeof parseGdbVersion>;
  try {
    version = parseGdbVersion(execFileSync(path, ['--version', '-nx'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    version = undefined;
  }
  if (version !== undefined && version.major < OLDEST_GDB) return tooOld(version.text, path);
  return new VmatlasError({
    code: 'gdb-start-failed',
    message: outcome === 'ended' ? 'gdb ended while it was starting.' : `gdb did not get ready within ${Math.round(timeoutMs / 1000)} seconds.`,
    evidence: consoleText.trim().slice(-2000) || `${path} said nothing`,
    remedy: `Try ${path} -nx in a terminal.`,
  });
}

/** A cooked terminal cuts lines at 4095 bytes, echoes, and turns LF into CR LF. Set by the process that becomes gdb, so that nobody waits for it here. */
function rawTerminalCommand(ptyName: string, command: { readonly file: string; readonly args: string[] }): { readonly file: string; readonly args: string[] } {
  return { file: '/bin/sh', args: ['-c', 'stty -F "$0" raw -echo && exec "$@"', ptyName, command.file, ...command.args] };
}

function gdbArguments(miName: string, options: GdbStartOptions): string[] {
  const early = [
    'set debuginfod enabled off',
    'set pagination off',
    // Before attach or run, or the machine interface does not answer while the target runs.
    'set mi-async on',
    // Recursion 120,000 deep took gdb 10 s and 1.2 GB for one backtrace.
    'set backtrace limit 512',
    // gdb 13.1 aborts on some optimised-out Rust enums; so it says `Command aborted.` instead of dying with the target's breakpoints set.
    ...['internal-error', 'internal-warning'].flatMap((what) => [`maint set ${what} quit no`, `maint set ${what} corefile no`]),
    ...(options.indexCacheDirectory === undefined ? [] : [`set index-cache directory ${options.indexCacheDirectory}`, 'set index-cache enabled on']),
  ];
  return ['-nx', '-q', ...early.flatMap((command) => ['-iex', command]), '-ex', `${MI_LINE} ${miName}`];
}

function gdbEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  delete env['LINES'];
  delete env['COLUMNS'];
  // gdb starts programs through $SHELL; our quoting is for a POSIX one.
  return { ...env, ...GDB_OWN_ENVIRONMENT };
}

/** What gdb needs and a launched program must not see. */
export const GDB_OWN_ENVIRONMENT: Readonly<Record<string, string>> = { LC_ALL: 'C.UTF-8', DEBUGINFOD_URLS: '', SHELL: '/bin/sh', TERM: 'xterm-256color' };
