import { once } from 'node:events';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pidOf, scratchFolder, start, stop } from './children.ts';
import { findBrowser } from '../../scripts/lib/find-browser.mjs';
import { compile, launch } from './programs.ts';

/** A process to attach to. */
export interface BenchTarget {
  readonly name: string;
  readonly pid: number;
  /** What the target itself says of how long it stood still since it was last asked, where it can. */
  ownStoppedMs?(): number;
  stop(): Promise<void>;
}

/** A small C program with debug information, five threads and a clock of its own. */
export async function clockedTarget(): Promise<BenchTarget> {
  const clock = join(scratchFolder(), 'clock');
  const program = await launch(compile('clocked', ['-g', '-O0']), [clock]);
  return { name: 'C program', pid: program.pid, ownStoppedMs: () => takeClock(clock), stop: () => program.stop() };
}

/** Reads and zeroes the sum that bench/programs/clocked.c keeps. */
function takeClock(path: string): number {
  const fd = openSync(path, 'r+');
  const bytes = Buffer.alloc(16);
  readSync(fd, bytes, 0, 8, 0);
  const ms = Number(bytes.readBigUInt64LE(0)) / 1e6;
  writeSync(fd, Buffer.alloc(16), 0, 16, 0);
  closeSync(fd);
  return ms;
}

export async function nodeTarget(): Promise<BenchTarget> {
  const child = start(process.execPath, ['-e', 'setInterval(() => {}, 50); console.log("ready")'], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(createInterface({ input: child.stdout }), 'line');
  return { name: 'node', pid: pidOf(child), stop: () => stop(child) };
}

/** The browser process of a headless Chromium with one empty page; undefined where there is no browser. */
export async function chromiumTarget(): Promise<BenchTarget | undefined> {
  const browser = findBrowser();
  if (browser === undefined) return undefined;
  const child = start(
    browser,
    ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${join(scratchFolder(), 'chromium')}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'], endBy: 'SIGTERM' },
  );
  if (child.stderr) {
    for await (const line of createInterface({ input: child.stderr })) if (line.includes('DevTools listening')) break;
  }
  return { name: 'chromium', pid: pidOf(child), stop: () => stop(child, 'SIGTERM') };
}
