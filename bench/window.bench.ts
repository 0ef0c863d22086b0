import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildIfStale } from '../scripts/lib/build.mjs';
import { findBrowser } from '../scripts/lib/find-browser.mjs';
import { browserFlags } from '../src/main/hosts/common/browser-window.ts';
import { pidOf, scratchFolder, start, stop } from './lib/children.ts';
import { askPage } from './lib/chromium-page.ts';
import { interleave } from './lib/figures.ts';
import { row, type Table } from './lib/rows.ts';
import { nodeTarget } from './lib/targets.ts';

/** When the trivial page was first painted, in milliseconds since 1970 (Paint Timing). */
const FIRST_PAINT = `new Promise((resolve) => {
  const seen = (entries) => { const paint = entries.find((entry) => entry.name === 'first-contentful-paint'); if (paint) resolve(performance.timeOrigin + paint.startTime); };
  new PerformanceObserver((list) => seen(list.getEntries())).observe({ type: 'paint', buffered: true });
})`;
/** When the frame that drew the first map was done: the page marks it (src/renderer/app/create-app.ts). */
const MAP_DRAWN = `new Promise((resolve) => {
  const seen = (entries) => { const mark = entries.find((entry) => entry.name === 'vmatlas-first-picture'); if (mark) resolve(performance.timeOrigin + mark.startTime); };
  new PerformanceObserver((list) => seen(list.getEntries())).observe({ type: 'mark', buffered: true });
})`;

/** From the start of the process to the picture. Both browsers are headless, with the same flags and each with a profile of its own that is new at first. */
export default async function window(): Promise<Table> {
  const browser = findBrowser();
  if (browser === undefined) return { title: 'Window: no browser here, nothing measured', rows: [] };
  if (!(await buildIfStale({ log: console.log }))) throw new Error('the build failed');
  const folder = scratchFolder();
  // What vmatlas takes for the browser: the real one, without a display and with its debugger's door open.
  const headless = join(folder, 'headless-browser');
  writeFileSync(headless, `#!/bin/sh\nexec '${browser}' --headless=new --remote-debugging-port=0 "$@"\n`, { mode: 0o755 });
  const target = await nodeTarget();
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>trivial</title><p>A trivial page.'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const trivial = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const peerProfile = join(folder, 'peer-profile');
  const cache = join(folder, 'cache');
  const ourProfile = join(cache, 'vmatlas', 'browser-profile');
  mkdirSync(peerProfile, { recursive: true });

  const [ours, peer] = await interleave([
    {
      name: 'vmatlas open PID',
      run: async () => {
        rmSync(join(ourProfile, 'DevToolsActivePort'), { force: true });
        const begin = Date.now();
        const child = start(process.execPath, [join(import.meta.dirname, '..', 'bin', 'vmatlas.mjs'), 'open', String(target.pid)], {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, VMATLAS_WINDOW: 'browser', VMATLAS_BROWSER: headless, XDG_CACHE_HOME: cache, XDG_STATE_HOME: join(folder, 'state'), DISPLAY: process.env['DISPLAY'] ?? ':none' },
          endBy: 'SIGTERM',
        });
        return timed(begin, child, askPage(ourProfile, 'http://127.0.0.1:', MAP_DRAWN));
      },
    },
    {
      name: 'chromium --app',
      run: async () => {
        rmSync(join(peerProfile, 'DevToolsActivePort'), { force: true });
        const begin = Date.now();
        const child = start(headless, [...browserFlags(process.getuid?.() === 0), `--user-data-dir=${peerProfile}`, `--app=${trivial}`], { stdio: 'ignore', endBy: 'SIGTERM' });
        return timed(begin, child, askPage(peerProfile, trivial, FIRST_PAINT));
      },
    },
  ]);
  server.close();
  await target.stop();
  if (!ours || !peer) throw new Error('a contender is missing');
  return {
    title: 'Start of the window: `vmatlas open PID` to the first map drawn, beside `chromium --app` to the first paint of a trivial page',
    rows: [
      row({ what: 'new profile (first)', ours: ours.first, beside: 'chromium --app', theirs: peer.first, unit: 'ms', aim: { atMost: 2 } }),
      row({ what: 'warm', ours: ours.warm, beside: 'chromium --app', theirs: peer.warm, unit: 'ms', aim: { atMost: 2 } }),
    ],
  };
}

/** `answer` is a time since 1970; the process is ended whatever comes. */
async function timed(beginMs: number, child: ReturnType<typeof start>, answer: Promise<unknown>): Promise<number> {
  pidOf(child);
  try {
    const at = await Promise.race([answer, once(child, 'exit').then(() => undefined)]);
    if (typeof at !== 'number') throw new Error(`${child.spawnfile} ended before its page was drawn`);
    return at - beginMs;
  } finally {
    await stop(child);
  }
}
