#!/usr/bin/env node
/**
 * `npm run bench [-- NAME…]`: runs bench/*.bench.ts one after the other, those whose name contains one of the NAMEs if any are given.
 *
 * A benchmark prints its own table, or exports a default function that returns `{ title, rows }`, which is printed here.
 */
import { existsSync, readdirSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { inRepo } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const folder = inRepo('bench');
const wanted = process.argv.slice(2);
const all = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.bench.ts')) : [];
const files = all.filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name))).toSorted();

if (files.length === 0) {
  console.error(`No benchmark ${wanted.length > 0 ? `matches ${wanted.join(', ')}` : 'in bench/'}; there are: ${all.join(', ') || 'none'}.`);
  process.exitCode = 2;
}
if (files.length > 0) {
  const tool = async (/** @type {string} */ command) => (await run(command, ['--version'])).text.split('\n')[0]?.trim() || `no ${command}`;
  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}, ${await tool('gdb')}, ${await tool('cc')}`);
  console.log(`Medians of 5 after a first run, contenders in turn. Load when starting: ${loadavg()[0]?.toFixed(1)} (above 0.5 the figures are noisy).`);
}
for (const file of files) {
  console.log(`\n== ${file} ${'='.repeat(Math.max(0, 74 - file.length))}`);
  // One at a time: two benchmarks at once measure each other.
  // oxlint-disable-next-line no-await-in-loop
  const result = await run(process.execPath, ['--expose-gc', '--import', 'tsx', inRepo('scripts/lib/bench-file.mjs'), join(folder, file)], { output: 'show' });
  if (!result.ok) {
    console.log(`${file}: failed (${result.error?.message ?? `exit status ${result.code ?? result.signal}`})`);
    process.exitCode = 1;
  }
}
