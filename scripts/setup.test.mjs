import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from './lib/find-browser.mjs';
import { whyUnsupported } from './lib/platform.mjs';
import { digestOf } from './lib/stamp.mjs';
import { gdbVersion, installCommands } from './lib/system-tools.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('whyUnsupported', () => {
  it.each([
    ['20.19.0', undefined],
    ['22.4.1', undefined],
    ['20.18.9', 'vmatlas needs Node 20.19 or newer; this is Node 20.18.9.'],
    ['18.20.0', 'vmatlas needs Node 20.19 or newer; this is Node 18.20.0.'],
  ])('Node %s', (node, sentence) => {
    expect(whyUnsupported({ platform: 'linux', arch: 'x64', node })).toBe(sentence);
  });
  it('names the system it can not run on', () => {
    expect(whyUnsupported({ platform: 'darwin', arch: 'arm64', node: '22.0.0' })).toContain('this is darwin arm64');
  });
});

describe('gdbVersion', () => {
  it.each([
    ['GNU gdb (Debian 13.1-3) 13.1\nCopyright', 13],
    ['GNU gdb (Ubuntu 12.1-0ubuntu1~22.04.2) 12.1\n', 12],
    ['GNU gdb (GDB) Fedora Linux 14.2-1.fc40\n', 14],
    ['GNU gdb (GDB) 16.2', 16],
    ['bash: gdb: command not found', undefined],
  ])('%j', (text, version) => {
    expect(gdbVersion(text)).toBe(version);
  });
});

describe('installCommands', () => {
  it('names each package once', () => {
    expect(installCommands(['gdb', 'compiler', 'native-build'])).toEqual({
      apt: 'sudo apt-get update && sudo apt-get install -y gdb build-essential python3',
      dnf: 'sudo dnf install -y gdb gcc glibc-devel gcc-c++ make python3',
      pacman: 'sudo pacman -S --needed gdb base-devel python',
    });
  });
});

describe('findBrowser', () => {
  /**
   * @param {string} name
   * @param {string} text
   * @param {number} [mode]
   */
  const program = (name, text, mode = 0o755) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };
  const env = () => ({ PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') });

  it('finds nothing where there is nothing, and skips what can not be run', () => {
    program('chromium', '', 0o644);
    expect(findBrowser(env())).toBeUndefined();
  });
  it('takes Chromium before Chrome, and what the user names before both', () => {
    program('google-chrome', '');
    const chromium = program('chromium', '');
    const chosen = program('my-browser', '');
    expect(findBrowser(env())).toBe(chromium);
    expect(findBrowser({ ...env(), VMATLAS_BROWSER: 'my-browser' })).toBe(chosen);
  });
  it('is not taken in by the script that only asks for the snap', () => {
    program('chromium-browser', '#!/bin/sh\nif ! [ -x /snap/bin/chromium-not-there ]; then echo "install the snap" >&2; exit 1; fi\nexec /snap/bin/chromium "$@"\n');
    expect(findBrowser(env())).toBeUndefined();
  });
  it("falls back to Playwright's newest", () => {
    program('cache/ms-playwright/chromium-1100/chrome-linux/chrome', '');
    const newest = program('cache/ms-playwright/chromium-1200/chrome-linux64/chrome', '');
    expect(findBrowser(env())).toBe(newest);
  });
});

describe('digestOf', () => {
  it('changes with a content, a name and a deletion, and with nothing else', () => {
    mkdirSync(join(folder, 'src/deep'), { recursive: true });
    const file = join(folder, 'src/deep/a.ts');
    writeFileSync(file, 'one');
    const first = digestOf(folder, ['src', 'gone']);
    writeFileSync(file, 'two');
    const changed = digestOf(folder, ['src', 'gone']);
    writeFileSync(file, 'one');
    expect(digestOf(folder, ['src', 'gone'])).toBe(first);
    rmSync(file);
    const deleted = digestOf(folder, ['src', 'gone']);
    writeFileSync(join(folder, 'src/deep/b.ts'), 'one');
    const renamed = digestOf(folder, ['src', 'gone']);
    expect(new Set([first, changed, deleted, renamed]).size).toBe(4);
  });
});
