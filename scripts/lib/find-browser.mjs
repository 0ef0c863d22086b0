import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Chromium-family browsers by the names distributions give them, the ones most likely to work first. */
const browserNames = ['chromium', 'google-chrome-stable', 'google-chrome', 'chrome', 'chromium-browser', 'brave-browser', 'microsoft-edge'];

/**
 * First executable file of that name on PATH.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} absolute path
 */
export function findOnPath(name, env = process.env) {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    if (isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

/**
 * The system's Chromium or Chrome, or one that Playwright has fetched. `VMATLAS_BROWSER` names another one.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} absolute path, undefined if there is none
 */
export function findBrowser(env = process.env) {
  const chosen = env['VMATLAS_BROWSER'];
  if (chosen) return chosen.includes('/') ? chosen : findOnPath(chosen, env);
  for (const name of browserNames) {
    const found = findOnPath(name, env);
    if (found && !isEmptySnapLauncher(found)) return found;
  }
  return findPlaywrightBrowser(env);
}

/**
 * Where `playwright install` puts browsers: https://playwright.dev/docs/browsers#managing-browser-binaries
 * @param {NodeJS.ProcessEnv} [env]
 */
export function playwrightBrowserFolder(env = process.env) {
  const chosen = env['PLAYWRIGHT_BROWSERS_PATH'];
  return chosen && chosen !== '0' ? chosen : join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ms-playwright');
}

/** @param {NodeJS.ProcessEnv} env */
function findPlaywrightBrowser(env) {
  const folder = playwrightBrowserFolder(env);
  if (!existsSync(folder)) return undefined;
  const revisions = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
  for (const revision of revisions.toSorted((a, b) => Number(b.slice(9)) - Number(a.slice(9)))) {
    for (const inside of ['chrome-linux64', 'chrome-linux']) {
      const candidate = join(folder, revision, inside, 'chrome');
      if (isExecutableFile(candidate)) return candidate;
    }
  }
  return undefined;
}

/**
 * Ubuntu installs /usr/bin/chromium-browser as a short shell script that only tells the user to install the snap.
 * @param {string} path
 */
function isEmptySnapLauncher(path) {
  if (statSync(path).size > 8192) return false;
  const text = readFileSync(path, 'utf8');
  return text.startsWith('#!') && text.includes('/snap/bin/chromium') && !existsSync('/snap/bin/chromium');
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
