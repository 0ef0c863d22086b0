import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is still running, with the signal that ends it. */
const running = new Map<ChildProcess, NodeJS.Signals>();
const folders = new Map<string, string>();

/** A folder of this benchmark, removed when it ends; the same one each time for the same `parent`. */
export function scratchFolder(parent = tmpdir()): string {
  const known = folders.get(parent);
  if (known !== undefined) return known;
  const made = mkdtempSync(join(parent, 'vmatlas-bench-'));
  folders.set(parent, made);
  return made;
}

/**
 * Starts a process that is ended, by its PID, when the benchmark ends, however it ends. `endBy`: gdb holding a target must get SIGTERM, so that it detaches; everything else can
 * be killed.
 */
export function start(command: string, args: readonly string[], options: SpawnOptions & { readonly endBy?: NodeJS.Signals } = {}): ChildProcess {
  const { endBy = 'SIGKILL', ...rest } = options;
  const child = spawn(command, args, rest);
  running.set(child, endBy);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a process started here and waits until it is gone; after two seconds it is killed. */
export async function stop(child: ChildProcess, signal = running.get(child) ?? 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(timer);
}

/** PID of a started process. */
export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`could not start ${child.spawnfile}`);
  return child.pid;
}

function endAll(): void {
  for (const [child, signal] of running) child.kill(signal);
  running.clear();
  // A browser that was just told to end may still be writing.
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.clear();
}

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}
