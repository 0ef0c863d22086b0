import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * One digest over the names and contents of files and whole folders. Missing ones count as such, so that a deleted
 * file changes the digest too.
 *
 * Contents, not times: a fresh checkout gives every file a new time, and a copied tree an old one.
 *
 * @param {string} base folder the names are relative to
 * @param {string[]} names files or folders in `base`
 * @returns {string} hex
 */
export function digestOf(base, names) {
  const hash = createHash('sha256');
  for (const name of names) addToDigest(hash, base, name);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} base
 * @param {string} name
 */
function addToDigest(hash, base, name) {
  const path = join(base, name);
  if (!existsSync(path)) {
    hash.update(`missing ${name}\n`);
    return;
  }
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    const content = readFileSync(path);
    hash.update(`file ${name} ${content.length}\n`).update(content);
    return;
  }
  for (const entry of entries) addToDigest(hash, base, join(name, entry.name));
}

/**
 * @param {string} stampFile
 * @param {string} expected
 * @returns {boolean} whether the stamp file holds exactly that text
 */
export function stampMatches(stampFile, expected) {
  try {
    return readFileSync(stampFile, 'utf8') === expected;
  } catch {
    return false;
  }
}

/**
 * @param {string} stampFile
 * @param {string} text
 */
export function writeStamp(stampFile, text) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, text);
}
