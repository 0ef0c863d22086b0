#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const built = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`vmatlas needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else if (!existsSync(built)) {
  console.error(`vmatlas is not built yet: run "npm start" or "npm run build" in ${dirname(dirname(fileURLToPath(import.meta.url)))}.`);
  process.exitCode = 2;
} else {
  await import('../out/main/cli.js');
}
