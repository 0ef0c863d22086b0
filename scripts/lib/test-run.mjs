import { buildIfStale } from './build.mjs';
import { ensureElectron } from './electron-runtime.mjs';
import { findBrowser, findOnPath } from './find-browser.mjs';
import { setUp } from './setup.mjs';
import { partNames, parts } from './test-parts.mjs';
import { exitStatus, failure, sum } from './test-tally.mjs';

/**
 * @typedef {import('./test-tally.mjs').Tally} Tally
 */

const log = console.log;

/**
 * @param {string[]} argv
 * @returns {Promise<number>} exit status
 */
export async function runTests(argv) {
  const chosen = chooseParts(argv);
  if (typeof chosen === 'string') {
    log(chosen);
    return finish([failure]);
  }
  const selected = parts.filter((part) => chosen.includes(part.name));
  const onElectron = process.env['VMATLAS_E2E'] === 'electron';
  const needs = new Set(selected.flatMap((part) => part.needs));
  if (onElectron) needs.delete('browser');

  header('set-up');
  const needsBrowser = needs.delete('browser');
  if (!(await setUp({ log, required: [...needs], wanted: needsBrowser ? ['browser'] : [] }))) {
    log('The set-up failed: no part was run.');
    return finish([failure]);
  }
  const node = process.versions.node;
  log(`Node ${node}${needs.has('gdb') ? `, gdb ${findOnPath('gdb')}` : ''}${needsBrowser ? `, browser ${findBrowser() ?? 'none'}` : ''}`);
  if (needs.has('compiler') && !findOnPath('rustc')) log('Rust parts skipped: no rustc');

  /** @type {Tally[]} */
  const tallies = [];
  if (selected.some((part) => part.builds) && !(await buildIfStale({ log }))) tallies.push(failure);
  if (onElectron && selected.some((part) => part.name === 'e2e') && !(await ensureElectron({ log, retry: true }))) {
    log("Electron's runtime is not there and could not be fetched.");
    tallies.push(failure);
  }

  for (const part of selected) {
    header(part.name);
    const started = performance.now();
    // One part after the other, on purpose: they share the machine, and gdb under load is slow enough.
    // oxlint-disable-next-line no-await-in-loop
    const tally = await part.run();
    tallies.push(tally);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`${part.name}: ${words(tally)} (${seconds} s)`);
  }
  header('result');
  log(`Parts run: ${selected.map((part) => part.name).join(', ')}`);
  const unsteady = tallies.flatMap((tally) => tally.unsteady ?? []);
  if (unsteady.length > 0) log(`Passed only at the second try:\n${unsteady.map((line) => `  ${line}`).join('\n')}`);
  return finish(tallies);
}

/**
 * @param {string[]} argv
 * @returns {string[] | string} names, or a sentence on what is wrong
 */
function chooseParts(argv) {
  if (argv.length === 0) return partNames;
  const [option = '', ...rest] = argv;
  const list = option === '--only' ? rest.join(',') : option.startsWith('--only=') ? [option.slice('--only='.length), ...rest].join(',') : undefined;
  const names = list?.split(',').filter((name) => name !== '') ?? [];
  const known = names.length > 0 && names.every((name) => partNames.includes(name));
  return known ? names : `Usage: npm test -- [--only part,part]; the parts are ${partNames.join(', ')}.`;
}

/** @param {Tally[]} tallies */
function finish(tallies) {
  const total = sum(tallies);
  log(words(total));
  return exitStatus(total);
}

/** @param {Tally} tally */
function words({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @param {string} title */
function header(title) {
  log(`\n== ${title} ${'='.repeat(Math.max(0, 74 - title.length))}`);
}
