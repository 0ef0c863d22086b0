import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** A folder of this test process, removed when it ends. */
export function scratchFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'vmatlas-test-'));
    folder = made;
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return folder;
}

let compiled = 0;

export interface CompileOptions {
  /** File name of the program; a number is put before it, so that names may repeat. */
  readonly name?: string;
  /** For the compiler, after its own defaults: `['-O2', '-static-pie']`. */
  readonly flags?: readonly string[];
}

/** Compiles C text with the system's compiler and answers with the program's path. Throws with the compiler's words. */
export function compileC(source: string, options: CompileOptions = {}): string {
  return compile('cc', 'c', source, ['-pthread'], options);
}

/** Compiles C++ text. */
export function compileCpp(source: string, options: CompileOptions = {}): string {
  return compile('c++', 'cpp', source, ['-pthread'], options);
}

/** Compiles Rust text (edition 2021). Ask `hasRust` first. */
export function compileRust(source: string, options: CompileOptions = {}): string {
  return compile('rustc', 'rs', source, ['--edition', '2021', '-A', 'warnings'], options);
}

export function hasRust(): boolean {
  return spawnSync('rustc', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Path of a bundled test program's source: src/main/testing/programs/NAME. */
export function programSource(name: string): string {
  return join(import.meta.dirname, 'programs', name);
}

function compile(compiler: string, extension: string, source: string, defaults: readonly string[], options: CompileOptions): string {
  const base = join(scratchFolder(), `${++compiled}-${options.name ?? 'program'}`);
  writeFileSync(`${base}.${extension}`, source);
  execFileSync(compiler, [...defaults, ...(options.flags ?? []), '-o', base, `${base}.${extension}`], { stdio: ['ignore', 'pipe', 'pipe'], cwd: scratchFolder() });
  return base;
}
