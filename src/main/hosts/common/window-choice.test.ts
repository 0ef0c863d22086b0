import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserFlags, chooseProfile } from './browser-window.ts';
import { chooseWindow, windowWish, type WindowWish } from './window-choice.ts';

let folder: string;
const make = (name: string): string => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  return join(folder, name);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-window-'));
  make('product/node_modules/electron/dist/electron');
  make('other/electron');
  make('bin/chromium');
  mkdirSync(join(folder, 'bare'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything there is, less what a test takes away. */
const choose = (wish: WindowWish, { root = 'product', env = {} }: { root?: string; env?: NodeJS.ProcessEnv } = {}) =>
  chooseWindow(wish, join(folder, root), { DISPLAY: ':0', PATH: join(folder, 'bin'), ...env });

describe('which window', () => {
  it('is Electron where its runtime is', () => {
    expect(choose('auto')).toEqual({ kind: 'electron', executable: join(folder, 'product/node_modules/electron/dist/electron') });
    expect(choose('auto', { env: { DISPLAY: undefined, WAYLAND_DISPLAY: 'wayland-0' } }).kind).toBe('electron');
  });
  it('is the Electron that the environment names', () => {
    expect(choose('auto', { env: { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'other') } })).toEqual({ kind: 'electron', executable: join(folder, 'other/electron') });
  });
  it('is a browser otherwise, and says why in one line', () => {
    expect(choose('auto', { root: 'bare' })).toEqual({ kind: 'browser', executable: join(folder, 'bin/chromium'), why: expect.stringMatching(/^[^\n]*Electron[^\n]*$/) });
    expect(choose('browser')).toEqual({ kind: 'browser', executable: join(folder, 'bin/chromium'), why: undefined });
    expect(choose('auto', { root: 'bare', env: { VMATLAS_BROWSER: '/opt/mine' } })).toMatchObject({ executable: '/opt/mine' });
  });
  it('is none without a display or a browser, and says why', () => {
    expect(choose('auto', { env: { DISPLAY: '' } })).toEqual({ kind: 'none', why: expect.stringContaining('no display') });
    expect(choose('auto', { root: 'bare', env: { PATH: '' } })).toEqual({ kind: 'none', why: expect.stringContaining('installed') });
    expect(choose('none')).toEqual({ kind: 'none', why: undefined });
  });
  it('is refused when the wish can’t be had', () => {
    expect(() => choose('electron', { root: 'bare' })).toThrow(expect.objectContaining({ code: 'browser-missing', remedy: expect.stringContaining('install.js') }));
    expect(() => choose('browser', { env: { PATH: '' } })).toThrow(expect.objectContaining({ code: 'browser-missing', remedy: expect.stringContaining('apt install') }));
  });
  it('is wished for in the environment', () => {
    expect([windowWish({}), windowWish({ VMATLAS_WINDOW: 'none' })]).toEqual(['auto', 'none']);
    expect(() => windowWish({ VMATLAS_WINDOW: 'vr' })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('the browser’s profile', () => {
  it('is the kept one while nobody holds it, else one to throw away', async () => {
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    const kept = chooseProfile(env);
    expect(kept.folder).toBe(join(folder, 'cache/vmatlas/browser-profile'));
    const lock = join(kept.folder, 'SingletonLock');
    symlinkSync(`${hostname()}-${process.pid}`, lock);
    const other = chooseProfile(env);
    expect(other.folder).not.toBe(kept.folder);
    await other.dispose();
    rmSync(lock);
    // Left behind by a browser that crashed: no process has a pid above the kernel's limit of 2^22.
    symlinkSync(`${hostname()}-4194305`, lock);
    expect(chooseProfile(env).folder).toBe(kept.folder);
    rmSync(lock);
    symlinkSync(`another-machine-1`, lock);
    const third = chooseProfile(env);
    expect(third.folder).not.toBe(kept.folder);
    await third.dispose();
  });
  it('runs without its sandbox for root only', () => {
    expect([browserFlags(true).includes('--no-sandbox'), browserFlags(false).includes('--no-sandbox')]).toEqual([true, false]);
  });
});
