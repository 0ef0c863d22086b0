import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pidOf, scratchFolder, start, stop } from './children.ts';

/** Compiles bench/programs/NAME.c with the system's compiler; answers with the program's path. */
export function compile(name: string, flags: readonly string[] = ['-O2']): string {
  const path = join(scratchFolder(), name);
  execFileSync('cc', [...flags, '-pthread', '-o', path, join(import.meta.dirname, '..', 'programs', `${name}.c`)], { stdio: ['ignore', 'inherit', 'inherit'] });
  return path;
}

/** A program of bench/programs: it prints `KEY VALUE` lines, then `ready`, and ends when its standard input closes. */
export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly facts: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

export async function launch(path: string, args: readonly string[] = []): Promise<Program> {
  const child = start(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const facts = new Map<string, string>();
  if (!child.stdout) throw new Error('no pipe');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (line === 'ready') return { pid: pidOf(child), child, facts, stop: () => stop(child) };
    const space = line.indexOf(' ');
    facts.set(line.slice(0, space), line.slice(space + 1));
  }
  throw new Error(`${path} ended before it was ready`);
}

/** A fact that is a number or an address. */
export function fact(facts: ReadonlyMap<string, string>, key: string): bigint {
  const value = facts.get(key);
  if (value === undefined) throw new Error(`the program did not say ${key}`);
  return BigInt(value);
}

/** Runs a program that prints `KEY VALUE` lines to its end. */
export function runToEnd(path: string, args: readonly string[]): ReadonlyMap<string, string> {
  const text = execFileSync(path, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}
