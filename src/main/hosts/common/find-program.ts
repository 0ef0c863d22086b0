import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** First executable file of that name on PATH; absolute path. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    if (isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

/** Chromium-family browsers by the names distributions give them, likeliest first. Only these have an app mode. scripts/lib/find-browser.mjs knows the same. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'brave-browser', 'microsoft-edge'];

/** The system's Chromium or Chrome; VMATLAS_BROWSER names another one. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const chosen = env['VMATLAS_BROWSER'];
  if (chosen) return chosen.includes('/') ? chosen : findOnPath(chosen, env);
  for (const name of BROWSERS) {
    const found = findOnPath(name, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // missing and forbidden mean the same here: it can't be run
  }
}
