import { readFileSync } from 'node:fs';
import type { DebuggerEvent } from '../../target/debugger.ts';
import { GdbDebugger } from '../gdb-debugger.ts';
import type { GdbStartOptions } from '../process/gdb-process.ts';

/** A debugger with what it said and did, for tests. */
export interface Rig {
  readonly gdb: GdbDebugger;
  readonly events: DebuggerEvent[];
  /** Everything gdb's console printed. */
  readonly consoleText: () => string;
  readonly programText: () => string;
  readonly type: (text: string) => void;
  /** The next event of that type from now on. */
  readonly next: <T extends DebuggerEvent['type']>(type: T) => Promise<Extract<DebuggerEvent, { type: T }>>;
}

const WAIT_MS = 30_000;

export async function startRig(options: GdbStartOptions = {}): Promise<Rig> {
  const gdb = await GdbDebugger.start(options);
  const events: DebuggerEvent[] = [];
  let console = '';
  let program = '';
  let listening = false;
  gdb.console.onData((data) => (console += Buffer.from(data).toString()));
  const listen = (): void => {
    if (listening || gdb.program === undefined) return;
    listening = true;
    gdb.program.onData((data) => (program += Buffer.from(data).toString()));
  };
  gdb.onEvent((event) => {
    events.push(event);
    listen();
  });
  return {
    gdb,
    events,
    consoleText: () => console,
    programText: () => (listen(), program),
    type: (text) => gdb.console.write(Buffer.from(text)),
    next: (type) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${type} in ${WAIT_MS} ms; console: ${console.slice(-800)}; events: ${events.map((event) => event.type).join(' ')}`)), WAIT_MS);
        const stop = gdb.onEvent((event) => {
          if (event.type !== type) return;
          const wanted = event as Extract<DebuggerEvent, { type: typeof type }>;
          clearTimeout(timer);
          stop();
          resolve(wanted);
        });
      }),
  };
}

/** Waits until something outside shows what it should. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A field of /proc/PID/status, read by these few lines and not by the product's parser. */
export function statusField(pid: number, name: string): string | undefined {
  try {
    return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

export function runsFree(pid: number): boolean {
  return statusField(pid, 'TracerPid') === '0' && /^[SRD]/.test(statusField(pid, 'State') ?? '');
}
