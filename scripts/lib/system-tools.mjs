import { existsSync } from 'node:fs';
import { findBrowser, findOnPath, playwrightBrowserFolder } from './find-browser.mjs';
import { inRepo } from './paths.mjs';
import { runWithProgress } from './progress.mjs';
import { run } from './run.mjs';

/**
 * @typedef {'gdb' | 'compiler' | 'native-build' | 'browser'} Need what a command needs of the system; native-build is what compiles node-pty
 * @typedef {(line: string) => void} Log
 */

const oldestGdb = 12;

/** What each need is called in the package managers we know. @type {Record<Need, { apt: string[], dnf: string[], pacman: string[] }>} */
const packages = {
  gdb: { apt: ['gdb'], dnf: ['gdb'], pacman: ['gdb'] },
  // gcc alone lacks the C library's headers on Debian; build-essential has them.
  compiler: { apt: ['build-essential'], dnf: ['gcc', 'glibc-devel'], pacman: ['base-devel'] },
  'native-build': { apt: ['build-essential', 'python3'], dnf: ['gcc-c++', 'make', 'python3'], pacman: ['base-devel', 'python'] },
  // Chromium gives up on a system without a single font.
  browser: { apt: ['chromium', 'fonts-dejavu-core'], dnf: ['chromium'], pacman: ['chromium'] },
};

/**
 * @param {Need} need
 * @returns {Promise<string | undefined>} what is missing in words, undefined if nothing is
 */
async function missing(need) {
  if (need === 'browser') return findBrowser() ? undefined : 'a Chromium or Chrome browser';
  if (need === 'compiler') return findOnPath('cc') || findOnPath('gcc') ? undefined : 'a C compiler';
  if (need === 'native-build') {
    const absent = ['make', 'g++', 'python3'].filter((name) => !findOnPath(name));
    return absent.length > 0 ? `${absent.join(', ')} (to build node-pty)` : undefined;
  }
  if (!findOnPath('gdb')) return 'gdb';
  const { text } = await run('gdb', ['--version']);
  const version = gdbVersion(text);
  return version !== undefined && version < oldestGdb ? `gdb ${oldestGdb} or newer (this one is ${version})` : undefined;
}

/**
 * "GNU gdb (Debian 13.1-3) 13.1" → 13. The version is the last word of the first line: the one in parentheses is the package's.
 * @param {string} text what `gdb --version` prints
 * @returns {number | undefined} major version
 */
export function gdbVersion(text) {
  const match = /(\d+)(?:\.\d+)*[^\s]*\s*$/.exec(text.split('\n')[0] ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/**
 * The command that installs these needs, for each package manager.
 * @param {Need[]} needs
 * @returns {{ apt: string, dnf: string, pacman: string }}
 */
export function installCommands(needs) {
  /** @param {'apt' | 'dnf' | 'pacman'} manager */
  const names = (manager) => [...new Set(needs.flatMap((need) => packages[need][manager]))].join(' ');
  return {
    apt: `sudo apt-get update && sudo apt-get install -y ${names('apt')}`,
    dnf: `sudo dnf install -y ${names('dnf')}`,
    pacman: `sudo pacman -S --needed ${names('pacman')}`,
  };
}

/**
 * Sees to it that the system has these tools, through apt if we may, else says what to type.
 * @param {Need[]} needs
 * @param {{ log: Log }} options
 * @returns {Promise<Need[]>} those still missing
 */
export async function ensureSystemTools(needs, { log }) {
  const absent = await listMissing(needs);
  if (absent.length === 0) return [];
  log(`Missing on this system: ${absent.map((entry) => entry.words).join(', ')}.`);
  const wanted = absent.map((entry) => entry.need);

  const asRoot = findOnPath('apt-get') ? await rootPrefix() : undefined;
  if (asRoot) await installWithApt(wanted, asRoot, log);
  const left = await listMissing(wanted);
  if (left.length > 0) explain(left, log);
  return left.map((entry) => entry.need);
}

/** @param {Need[]} needs */
async function listMissing(needs) {
  const found = await Promise.all(needs.map(async (need) => ({ need, words: await missing(need) })));
  return found.flatMap(({ need, words }) => (words === undefined ? [] : [{ need, words }]));
}

/** @returns {Promise<string[] | undefined>} what to put before a command to run it as root, undefined if we can't without asking */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!findOnPath('sudo')) return undefined;
  return (await run('sudo', ['-n', 'true'])).ok ? ['sudo', '-n'] : undefined;
}

/**
 * @param {Need[]} needs
 * @param {string[]} asRoot
 * @param {Log} log
 */
async function installWithApt(needs, asRoot, log) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  /** @param {string[]} args */
  const apt = (args) => [...asRoot, ...(asRoot.length > 0 ? ['DEBIAN_FRONTEND=noninteractive'] : ['env']), 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
  const [updateCommand = 'env', ...updateArgs] = apt(['update', '-q']);
  const updated = await runWithProgress('Updating the package lists (apt-get update)', updateCommand, updateArgs, { log, env, timeoutMs: 300_000 });
  if (!updated.ok) return;

  /** @type {Set<string>} */
  const names = new Set();
  for (const need of needs) {
    for (const name of packages[need].apt) if (need !== 'browser' || (await isRealBrowserPackage(name))) names.add(name);
  }
  if (names.size === 0) return;
  const [command = 'env', ...args] = apt(['install', '-y', '-q', '--no-install-recommends', ...names]);
  await runWithProgress(`Installing ${[...names].join(', ')} (apt-get install)`, command, args, { log, env, timeoutMs: 1_200_000 });
}

/**
 * Ubuntu's "chromium" packages only fetch a snap, which containers can't run: those don't count.
 * @param {string} name
 */
async function isRealBrowserPackage(name) {
  const { ok, text } = await run('apt-cache', ['show', name]);
  return ok && text.includes('Version:') && !/^Version:.*snap|transitional package/im.test(text);
}

/**
 * Fetches Playwright's own Chromium and the system libraries it needs, where the distribution offers no real package
 * (Ubuntu). Needs node_modules, and apt as root.
 * @param {{ log: Log }} options
 */
export async function downloadBrowser({ log }) {
  const cli = inRepo('node_modules/playwright-core/cli.js');
  if (!existsSync(cli) || !findOnPath('apt-get') || !(await rootPrefix())) return;
  await runWithProgress(`Fetching Chromium into ${playwrightBrowserFolder()}`, process.execPath, [cli, 'install', '--with-deps', 'chromium'], { log, timeoutMs: 900_000 });
}

/**
 * @param {{ need: Need, words: string }[]} left
 * @param {Log} log
 */
function explain(left, log) {
  const commands = installCommands(left.map((entry) => entry.need));
  log(`Still missing: ${left.map((entry) => entry.words).join(', ')}. To install:`);
  log(`  Debian, Ubuntu:  ${commands.apt}`);
  log(`  Fedora, RHEL:    ${commands.dnf}`);
  log(`  Arch:            ${commands.pacman}`);
}
