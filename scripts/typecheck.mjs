#!/usr/bin/env node
/** Type-checks every project. Prints a line for each; exits 1 if one of them fails. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** config/tsconfig.NAME.json each. */
const projects = [
  { name: 'shared', about: 'no DOM, no Node' },
  { name: 'kernels', about: 'no DOM, no Node' },
  { name: 'node', about: 'main process, tests, benchmarks, configs' },
  { name: 'web', about: 'the page' },
  { name: 'mixed', about: 'preload, page tests, e2e specs' },
];

let failed = 0;
for (const { name, about } of projects) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, error } = spawnSync(process.execPath, [tsc, '-p', `config/tsconfig.${name}.json`, '--pretty', 'false'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.error(error.message);
  const ok = status === 0;
  if (!ok) failed++;
  console.log(`typecheck ${name} (${about}): ${ok ? 'ok' : 'FAILED'}`);
}
process.exitCode = failed === 0 ? 0 : 1;
