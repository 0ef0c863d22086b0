import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { inRepo } from './paths.mjs';
import { runWithProgress } from './progress.mjs';
import { stampMatches, writeStamp } from './stamp.mjs';

const lockFile = inRepo('package-lock.json');
const stampFile = inRepo('node_modules/.vmatlas-stamp');
const nativeTerminal = inRepo('node_modules/node-pty/build/Release/pty.node');

/** @returns {boolean} whether node_modules is what package-lock.json says, with node-pty compiled */
export function dependenciesAreFresh() {
  if (!existsSync(nativeTerminal)) return false;
  const digest = lockDigest();
  if (stampMatches(stampFile, digest)) return true;
  // Somebody ran npm by hand: believe what npm itself noted, rather than installing everything again.
  if (!installedMatchesLock()) return false;
  writeStamp(stampFile, digest);
  return true;
}

/**
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<boolean>} false if they could not be installed
 */
export async function installDependencies({ log }) {
  const { command, args } = npm(['ci', '--no-audit', '--no-fund']);
  const result = await runWithProgress('Installing npm packages (npm ci)', command, args, { log, timeoutMs: 1_200_000 });
  if (!result.ok) return false;
  if (!existsSync(nativeTerminal)) {
    // npm was told not to run install scripts (ignore-scripts), but without this one there is no terminal for gdb.
    const rebuild = npm(['rebuild', 'node-pty', '--ignore-scripts=false']);
    const rebuilt = await runWithProgress('Compiling node-pty', rebuild.command, rebuild.args, { log, timeoutMs: 600_000 });
    if (!rebuilt.ok || !existsSync(nativeTerminal)) return false;
  }
  writeStamp(stampFile, lockDigest());
  return true;
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

/** npm notes what it installed in node_modules/.package-lock.json, in the lock file's own form, without what it left out as optional. */
function installedMatchesLock() {
  try {
    /** @type {Record<string, { version: string, integrity?: string, optional?: boolean }>} */
    const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
    /** @type {typeof wanted} */
    const installed = JSON.parse(readFileSync(inRepo('node_modules/.package-lock.json'), 'utf8')).packages;
    const allThere = Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || installed[path] !== undefined);
    const allSame = Object.entries(installed).every(([path, entry]) => wanted[path]?.version === entry.version && wanted[path].integrity === entry.integrity);
    return allThere && allSame;
  } catch {
    return false;
  }
}

/**
 * The npm that started us, else the one on PATH.
 * @param {string[]} args
 */
function npm(args) {
  const started = process.env['npm_execpath'];
  return started?.endsWith('.js') && existsSync(started) ? { command: process.execPath, args: [started, ...args] } : { command: 'npm', args };
}
