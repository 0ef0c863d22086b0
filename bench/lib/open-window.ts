import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { buildIfStale } from '../../scripts/lib/build.mjs';
import { findBrowser } from '../../scripts/lib/find-browser.mjs';
import { scratchFolder, start, stop } from './children.ts';

export interface OpenWindow {
  readonly page: Page;
  /** No request under way, no frame pending. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The built product, open on a process in a real Chromium over its real host. `before` runs in the page before anything of ours. undefined: there is no browser here. */
export async function openWindow(pid: number, before?: string): Promise<OpenWindow | undefined> {
  const browserPath = findBrowser();
  if (browserPath === undefined) return undefined;
  if (!(await buildIfStale({ log: console.log }))) throw new Error('the build failed');
  const host = start(process.execPath, [join(import.meta.dirname, '..', '..', 'bin', 'vmatlas.mjs'), 'open', '--no-window', String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, VMATLAS_WINDOW: 'none', XDG_STATE_HOME: scratchFolder() }, endBy: 'SIGTERM',
  });
  try {
    const browser = await chromium.launch({ executablePath: browserPath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
    const close = async (): Promise<void> => {
      await browser.close();
      await stop(host);
    };
    try {
      const page = await (await browser.newContext({ viewport: { width: 1680, height: 1050 } })).newPage();
      if (before !== undefined) await page.addInitScript({ content: before });
      await page.goto(await urlOf(host));
      // A function and not a text: the page's own policy lets no text be run.
      await page.waitForFunction(() => '__vmatlas' in globalThis);
      await page.locator('.connecting').waitFor({ state: 'detached' });
      const idle = (): Promise<void> => page.evaluate(async () => {
        await (globalThis as { __vmatlas?: { whenIdle(): Promise<void> } }).__vmatlas?.whenIdle();
      });
      await idle();
      return { page, idle, close };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await stop(host);
    throw error;
  }
}

async function urlOf(host: ReturnType<typeof start>): Promise<string> {
  if (!host.stdout) throw new Error('no pipe');
  for await (const line of createInterface({ input: host.stdout })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) {
      host.stdout.resume();
      return url;
    }
  }
  throw new Error('the host ended without a URL');
}
