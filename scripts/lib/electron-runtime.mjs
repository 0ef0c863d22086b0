import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, inRepo } from './paths.mjs';
import { runWithProgress } from './progress.mjs';
import { writeStamp } from './stamp.mjs';

/** A download that failed is not tried again for so long, so that the next start does not wait for it. */
const retryAfterMs = 24 * 3600 * 1000;
const downloadTimeoutMs = 240_000;

/**
 * Electron's executable, if it is there. `ELECTRON_OVERRIDE_DIST_PATH` names the folder of another one, as in electron's own index.js.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} absolute path
 */
export function findElectron(env = process.env) {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const path = join(override || inRepo('node_modules/electron/dist'), 'electron');
  return existsSync(path) ? path : undefined;
}

/**
 * Fetches the runtime if it is not there. Electron's package has no install script of its own any more; this runs what its documentation says to run.
 * @param {{ log: (line: string) => void, retry?: boolean }} options retry: try even if it failed a short while ago
 * @returns {Promise<string | undefined>} the executable, undefined if it can't be had
 */
export async function ensureElectron({ log, retry = false }) {
  const found = findElectron();
  if (found || process.env['ELECTRON_OVERRIDE_DIST_PATH']) return found;
  const installer = inRepo('node_modules/electron/install.js');
  if (!existsSync(installer)) return undefined;
  const version = /** @type {{ version: string }} */ (JSON.parse(readFileSync(inRepo('node_modules/electron/package.json'), 'utf8'))).version;
  const note = join(cacheFolder, `electron-${version}-failed`);
  if (!retry && failedLately(note)) return undefined;
  const result = await runWithProgress(`Fetching Electron ${version}`, process.execPath, [installer], { log, timeoutMs: downloadTimeoutMs, quietFailure: true });
  const installed = findElectron();
  if (result.ok && installed) {
    rmSync(note, { force: true });
    return installed;
  }
  writeStamp(note, String(Date.now()));
  return undefined;
}

/** @param {string} note */
function failedLately(note) {
  if (!existsSync(note)) return false;
  const age = Date.now() - Number(readFileSync(note, 'utf8'));
  return age >= 0 && age < retryAfterMs;
}
