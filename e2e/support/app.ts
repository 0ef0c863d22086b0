import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, test as base, type Browser, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** The app's own idle signal (src/renderer/app/Root.tsx). */
    __vmatlas?: { readonly whenIdle: () => Promise<void> };
  }
}

const ROOT = join(import.meta.dirname, '..', '..');
const ON_ELECTRON = process.env['VMATLAS_E2E'] === 'electron';

/** The product, open on something, with its page. */
export interface RunningApp {
  readonly page: Page;
  /** Pid of the host process. */
  readonly hostPid: number;
  /** Waits until the window is at rest: no request under way, no frame pending. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the product with the given arguments of `vmatlas open` and waits for its window. State files go to a folder of the test. */
export type OpenApp = (...args: readonly string[]) => Promise<RunningApp>;

export const test = base.extend<{ openApp: OpenApp }, { chromium: Browser | undefined }>({
  // Playwright's own `browser` would start wherever it is named; an Electron run needs none and may have none.
  chromium: [
    async ({ playwright, launchOptions }, provide) => {
      const browser = ON_ELECTRON ? undefined : await playwright.chromium.launch(launchOptions);
      await provide(browser);
      await browser?.close();
    },
    { scope: 'worker' },
  ],
  openApp: async ({ chromium }, provide) => {
    const opened: RunningApp[] = [];
    const state = mkdtempSync(join(tmpdir(), 'vmatlas-e2e-'));
    await provide(async (...args) => {
      const app = chromium === undefined ? await openElectron(args, state) : await openInBrowser(chromium, args, state);
      opened.push(app);
      return app;
    });
    for (const app of opened) await app.close();
    rmSync(state, { recursive: true, force: true });
  },
});

export { expect } from '@playwright/test';

async function openInBrowser(browser: Browser, args: readonly string[], state: string): Promise<RunningApp> {
  const host = spawn(process.execPath, [join(ROOT, 'bin/vmatlas.mjs'), 'open', '--no-window', ...args], {
    env: { ...process.env, VMATLAS_WINDOW: 'none', XDG_STATE_HOME: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { hostPid, url } = await serving(host);
  const context = await browser.newContext({ viewport: { width: 1680, height: 1050 }, colorScheme: 'dark', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  return {
    page,
    hostPid,
    idle: () => idle(page),
    close: async () => {
      await context.close();
      if (host.exitCode !== null || host.signalCode !== null) return;
      const gone = once(host, 'exit');
      host.kill('SIGTERM');
      await gone;
    },
  };
}

async function openElectron(args: readonly string[], state: string): Promise<RunningApp> {
  const app = await _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ROOT, ...args],
    env: { ...definedEnvironment(), XDG_STATE_HOME: state },
  });
  const page = await app.firstWindow();
  await page.setViewportSize({ width: 1680, height: 1050 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await ready(page);
  return { page, hostPid: app.process().pid ?? 0, idle: () => idle(page), close: () => app.close() };
}

/** Waits for the line with the URL; rejects with all the host said when it ends before. */
async function serving(host: ChildProcess): Promise<{ hostPid: number; url: string }> {
  if (host.stdout === null || host.stderr === null || host.pid === undefined) throw new Error('the host did not start');
  let said = '';
  host.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for await (const line of createInterface({ input: host.stdout })) {
    said += `${line}\n`;
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) {
      // Read on, so that a full pipe never blocks the host.
      host.stdout.resume();
      return { hostPid: host.pid, url };
    }
  }
  throw new Error(`the host ended without a URL; it said:\n${said}`);
}

async function ready(page: Page): Promise<void> {
  // A host that is still opening its target says so; keys pressed then would reach no view.
  await page.waitForFunction(() => window.__vmatlas !== undefined && document.querySelector('.connecting') === null);
  await idle(page);
}

function idle(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await window.__vmatlas?.whenIdle();
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
