import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the set-up scripts keep what they made: compiled demo programs, notes on failed downloads. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vmatlas');

/** @param {string[]} parts path inside the repository */
export function inRepo(...parts) {
  return join(root, ...parts);
}
