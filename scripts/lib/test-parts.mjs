import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { findBrowser } from './find-browser.mjs';
import { inRepo, root } from './paths.mjs';
import { failure, playwrightTally, single, vitestTally } from './test-tally.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {import('./system-tools.mjs').Need[]} needs
 * @property {boolean} builds whether it runs what is in out/
 * @property {() => Promise<import('./test-tally.mjs').Tally>} run
 */

const minute = 60_000;
/**
 * Tests with real processes get one more try, and are named at the end if they needed it: what a loaded machine does to the order of a kernel's, gdb's and a browser's work is worth
 * knowing, and no reason to hold everything else back. What is really broken is broken twice.
 */
const SECOND_TRIES = 1;

/** @type {Part[]} */
export const parts = [
  { name: 'typecheck', needs: [], builds: false, run: () => check('scripts/typecheck.mjs', []) },
  { name: 'lint', needs: [], builds: false, run: () => check('node_modules/oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'imports', needs: [], builds: false, run: () => check('scripts/check-imports.mjs', []) },
  { name: 'unit', needs: [], builds: false, run: () => vitest('unit', 6 * minute, 0) },
  { name: 'integration', needs: ['gdb', 'compiler'], builds: true, run: () => vitest('integration', 20 * minute, SECOND_TRIES) },
  { name: 'e2e', needs: ['gdb', 'compiler', 'browser'], builds: true, run: playwright },
];

export const partNames = parts.map((part) => part.name);

/**
 * @param {string} script
 * @param {string[]} args
 */
async function check(script, args) {
  return single(await runPart([inRepo(script), ...args], 3 * minute));
}

/**
 * @param {string} project
 * @param {number} timeoutMs
 * @param {number} retries
 */
async function vitest(project, timeoutMs, retries) {
  const reportFile = freshReport(project);
  const args = ['run', '--project', project, '--silent=passed-only', `--retry=${retries}`, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const ok = await runPart([inRepo('node_modules/vitest/vitest.mjs'), ...args], timeoutMs);
  return vitestTally(readReport(reportFile), ok);
}

async function playwright() {
  if (process.env['VMATLAS_E2E'] !== 'electron' && !findBrowser()) {
    console.log('No Chromium or Chrome: the specs need one.');
    return failure;
  }
  const reportFile = freshReport('e2e');
  const ok = await runPart([inRepo('node_modules/@playwright/test/cli.js'), 'test', `--retries=${SECOND_TRIES}`, '--reporter=list,json'], 20 * minute, { PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile });
  return playwrightTally(readReport(reportFile), ok);
}

/** @param {string} name */
function freshReport(name) {
  // Not inside test-results: Playwright empties that folder when it starts.
  const folder = inRepo('.cache/reports');
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.json`;
  rmSync(file, { force: true });
  return file;
}

/**
 * @param {string} file
 * @returns {unknown} undefined if the run broke off before it was written
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Runs one part with node, its output going straight to ours.
 * @param {string[]} args
 * @param {number} timeoutMs a part that takes longer is ended, with all it started
 * @param {NodeJS.ProcessEnv} [extraEnv]
 * @returns {Promise<boolean>} whether it exited with status 0
 */
function runPart(args, timeoutMs, extraEnv = {}) {
  return new Promise((resolve) => {
    // A process group of its own, so that on a timeout everything in it can be ended together.
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...extraEnv },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    /** @param {NodeJS.Signals} signal */
    const endGroup = (signal) => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
      }
    };
    const timer = setTimeout(() => {
      console.log(`No end after ${timeoutMs / minute} minutes: ending this part.`);
      endGroup('SIGTERM');
      setTimeout(() => endGroup('SIGKILL'), 10_000).unref();
    }, timeoutMs);
    const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
      endGroup(signal);
      process.exitCode = 130;
    };
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    /** @param {boolean} ok */
    const done = (ok) => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      resolve(ok);
    };
    child.on('error', (error) => {
      console.log(error.message);
      done(false);
    });
    child.on('exit', (code) => {
      // A stray child that still holds our output would keep whoever reads it waiting.
      endGroup('SIGTERM');
      done(code === 0);
    });
  });
}
