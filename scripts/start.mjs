#!/usr/bin/env node
/**
 * `npm start`: sets up whatever is missing, builds if the sources changed, and runs vmatlas.
 *
 *   npm start                      the bundled demo, launched and stopped in its deepest function
 *   npm start -- --pid 1234        a running process
 *   npm start -- ./program args    a program to launch
 *   npm start -- --empty           the start screen
 *   npm start -- --no-window …     print the URL instead of opening a window
 *   npm start -- map 1234 …        any sub-command of vmatlas, as it is
 */
import { spawn } from 'node:child_process';
import { whyUnsupported } from './lib/platform.mjs';

const refusal = whyUnsupported();
if (refusal) {
  console.error(refusal);
  process.exitCode = 2;
} else {
  await start(process.argv.slice(2));
}

/** @param {string[]} given */
async function start(given) {
  const { startArguments } = await import('./lib/start-arguments.mjs');
  const { setUp } = await import('./lib/setup.mjs');
  const { buildIfStale } = await import('./lib/build.mjs');
  const { demoFolder, ensureDemos } = await import('./lib/demo.mjs');
  const { ensureElectron } = await import('./lib/electron-runtime.mjs');
  const { inRepo } = await import('./lib/paths.mjs');

  // Progress goes to stderr: what a sub-command prints may be piped.
  const log = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const { args, window, demo } = startArguments(given);
  const display = Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

  if (!(await setUp({ log, required: ['gdb', 'compiler'] }))) return void (process.exitCode = 2);
  if (window && display && !(await ensureElectron({ log }))) {
    // The browser host is the fallback, and a URL to open the fallback's own: no reason to stop.
    await setUp({ log, required: [], wanted: ['browser'] });
  }
  if (!(await buildIfStale({ log }))) return void (process.exitCode = 1);
  if (!(await ensureDemos({ log })) && demo) {
    log('The demo program is not there: try "npm start -- --empty" and pick a process.');
    return void (process.exitCode = 1);
  }

  // npm runs scripts in the package's folder; ./program means the one where the user is.
  const cwd = process.env['INIT_CWD'] || process.cwd();
  const child = spawn(process.execPath, [inRepo('bin/vmatlas.mjs'), ...args], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, VMATLAS_DEMO_DIR: demoFolder },
  });
  // Ctrl-C reaches the child by itself, through the terminal; we only must not go first.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    log(error.message);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}
