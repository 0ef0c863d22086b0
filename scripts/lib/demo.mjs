import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findOnPath } from './find-browser.mjs';
import { cacheFolder, inRepo } from './paths.mjs';
import { run } from './run.mjs';
import { digestOf, stampMatches, writeStamp } from './stamp.mjs';

const sourceFolder = inRepo('resources/demo');
/** Unoptimised and with debug information: every local has a place in memory, and gdb can name it. The hosts read the same file. */
const flags = () => /** @type {string[]} */ (JSON.parse(readFileSync(join(sourceFolder, 'cflags.json'), 'utf8')));

/** Where the compiled demo programs are: `resources/demo/tour.c` becomes `tour` in here. The hosts get it as VMATLAS_DEMO_DIR. */
export const demoFolder = join(cacheFolder, 'demo');

/**
 * Compiles the C programs in resources/demo that have changed.
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<boolean>} whether all of them are there
 */
export async function ensureDemos({ log }) {
  if (!existsSync(sourceFolder)) return false;
  const compiler = findOnPath('cc') ?? findOnPath('gcc');
  if (!compiler) return false;
  mkdirSync(demoFolder, { recursive: true });
  let ok = true;
  for (const file of readdirSync(sourceFolder).filter((name) => name.endsWith('.c'))) {
    ok = (await compileIfStale(compiler, file, log)) && ok;
  }
  return ok;
}

/**
 * @param {string} compiler
 * @param {string} file
 * @param {(line: string) => void} log
 */
async function compileIfStale(compiler, file, log) {
  const program = join(demoFolder, basename(file, '.c'));
  const stamp = `${program}.stamp`;
  // The folder too: debug information names the source file, and another clone may share this cache.
  const digest = `${digestOf(sourceFolder, [file])} ${flags().join(' ')} ${sourceFolder}`;
  if (existsSync(program) && stampMatches(stamp, digest)) return true;
  log(`Compiling the demo program ${file} …`);
  // A new file put in place, not the old one rewritten: somebody may be running that.
  const fresh = `${program}.${process.pid}`;
  const result = await run(compiler, [...flags(), '-o', fresh, join(sourceFolder, file)]);
  if (!result.ok) {
    log((result.error?.message ?? result.text).trimEnd());
    log(`${file} did not compile.`);
    return false;
  }
  renameSync(fresh, program);
  writeStamp(stamp, digest);
  return true;
}
