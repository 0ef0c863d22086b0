import { existsSync, rmSync } from 'node:fs';
import { inRepo, root } from './paths.mjs';
import { run } from './run.mjs';
import { digestOf, stampMatches, writeStamp } from './stamp.mjs';

/** Everything a build's result depends on. Tests live beside the code, so that editing one rebuilds too: it takes a second. */
const inputs = ['src', 'resources/icons', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'config'];
const stampFile = inRepo('out/.stamp');
const products = ['out/main/cli.js', 'out/main/electron.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** @returns {boolean} whether out/ was built from the files as they are now */
export function buildIsFresh() {
  return products.every((file) => existsSync(inRepo(file))) && stampMatches(stampFile, digestOf(root, inputs));
}

/**
 * Builds whether or not it is needed. On failure the tool's own output is printed.
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<boolean>} whether it worked
 */
export async function buildNow({ log }) {
  // Taken before building: a file saved meanwhile makes the next start build again.
  const digest = digestOf(root, inputs);
  rmSync(stampFile, { force: true });
  // Run through node and not through node_modules/.bin: packages exist whose bin files lack the executable bit.
  const result = await run(process.execPath, [inRepo('node_modules/electron-vite/bin/electron-vite.js'), 'build'], {
    output: 'keep',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (!result.ok) {
    log(result.text.trimEnd());
    log('The build failed.');
    return false;
  }
  writeStamp(stampFile, digest);
  return true;
}

/**
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<boolean>} false if a build was needed and failed
 */
export async function buildIfStale({ log }) {
  if (buildIsFresh()) return true;
  log('Building …');
  return buildNow({ log });
}
