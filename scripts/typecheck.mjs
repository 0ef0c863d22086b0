#!/usr/bin/env node
/** Type-checks every project. Prints a line for each; exits 1 if one of them fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each project covers; the folder decides whether there is anything to check yet. */
const projects = [
  { name: 'shared', folders: ['src/shared'], about: 'no DOM, no Node' },
  { name: 'kernels', folders: ['src/renderer/kernels'], about: 'no DOM, no Node' },
  { name: 'node', folders: ['config'], about: 'main process, tests, benchmarks, configs' },
  { name: 'web', folders: ['src/renderer'], about: 'the page' },
  { name: 'mixed', folders: ['src/preload', 'e2e'], about: 'preload, page tests, e2e specs' },
];

let failed = 0;
for (const { name, folders, about } of projects) {
  if (!folders.some(hasTypeScript)) {
    console.log(`typecheck ${name}: nothing there yet (${folders.join(', ')})`);
    continue;
  }
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { status, error } = spawnSync(tsc, ['-p', `config/tsconfig.${name}.json`, '--pretty', 'false'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.error(error.message);
  const ok = status === 0;
  if (!ok) failed++;
  console.log(`typecheck ${name} (${about}): ${ok ? 'ok' : 'FAILED'}`);
}
process.exitCode = failed === 0 ? 0 : 1;

/** @param {string} folder */
function hasTypeScript(folder) {
  const path = join(root, folder);
  return existsSync(path) && readdirSync(path, { recursive: true, encoding: 'utf8' }).some((file) => /\.tsx?$/.test(file));
}
