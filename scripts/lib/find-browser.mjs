import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Chromium-family browsers by the names distributions give them, the ones most likely to work first. */
const browserNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'brave-browser', 'microsoft-edge'];

/**
 * First executable file of that name on PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} absolute path
 */
export function findOnPath(name, env = process.env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    if (isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

/**
 * The system's Chromium or Chrome. `VMATLAS_BROWSER` names another one.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} absolute path, undefined if there is none
 */
export function findBrowser(env = process.env) {
  const chosen = env.VMATLAS_BROWSER;
  if (chosen) return chosen.includes('/') ? chosen : findOnPath(chosen, env);
  for (const name of browserNames) {
    const found = findOnPath(name, env);
    if (found) return found;
  }
  return undefined;
}

/** @param {string} path */
function isExecutableFile(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
