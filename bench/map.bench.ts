import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { findBrowser } from '../scripts/lib/find-browser.mjs';
import { median } from './lib/figures.ts';
import { limitRow, type Row, type Table } from './lib/rows.ts';
import type { MapBench } from './map-page/page.ts';

declare global {
  interface Window {
    mapBench: MapBench;
  }
}

const COUNTS = [1000, 10_000, 65_000];
/** The panel of the default window, 1680 × 1050. */
const PANEL = { width: 380, height: 890 };
const WINDOW = { width: 1680, height: 1050 };
/** Each frame of the way is taken at its best of so many runs: the p95 is then of the frames and not of the machine's other work. */
const ROUNDS = 6;
const HEAP_FRAMES = 10_000;

/** The map view in a real Chromium, over maps that are made: no session, no host. Script time: what a frame costs the page, input and drawing, without the display's own. */
export default async function map(): Promise<Table> {
  const executablePath = findBrowser();
  if (executablePath === undefined) return { title: 'Map: no browser here, nothing measured', rows: [] };
  const folder = mkdtempSync(join(tmpdir(), 'vmatlas-map-bench-'));
  await build({
    configFile: false, logLevel: 'error', root: join(import.meta.dirname, 'map-page'),
    build: { outDir: folder, emptyOutDir: true, minify: true, target: 'esnext', lib: { entry: 'page.ts', formats: ['iife'], name: 'mapPage', fileName: 'page' } },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const browser = await chromium.launch({
    executablePath, chromiumSandbox: process.getuid?.() !== 0, args: ['--enable-precise-memory-info', '--js-flags=--expose-gc', '--disable-background-timer-throttling'],
  });
  try {
    const page = await browser.newPage({ viewport: WINDOW, colorScheme: 'dark', reducedMotion: 'reduce' });
    page.on('pageerror', (error) => console.error(error));
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.css')) await page.addStyleTag({ path: join(folder, file) });
      if (file.endsWith('.js')) await page.addScriptTag({ path: join(folder, file) });
    }
    const rows: Row[] = [];
    const perCount: number[] = [];
    for (const mappings of COUNTS) {
      const first = await page.evaluate(([count, width, height]) => window.mapBench.open(count, width, height), [mappings, PANEL.width, PANEL.height] as const);
      await page.evaluate(() => window.mapBench.frames(1));
      const times = bestOf(await page.evaluate((rounds) => window.mapBench.frames(rounds), ROUNDS));
      perCount.push(percentile(times.best, 0.95));
      rows.push(limitRow({ what: `zoom and pan frame, ${mappings} mappings: p95`, value: percentile(times.best, 0.95), unit: 'ms', limit: 4 }));
      rows.push(limitRow({ what: `  median`, value: median(times.best), unit: 'ms' }));
      rows.push(limitRow({ what: `  p95 of every run, with what else the machine did`, value: percentile(times.all, 0.95), unit: 'ms' }));
      const again: number[] = [];
      for (let i = 0; i < 5; i++) again.push(await page.evaluate(([count, width, height]) => window.mapBench.open(count, width, height), [mappings, PANEL.width, PANEL.height] as const));
      rows.push(limitRow({ what: `first layout and picture, ${mappings} mappings: first`, value: first, unit: 'ms', limit: mappings === 65_000 ? 150 : undefined }));
      rows.push(limitRow({ what: `first layout and picture, ${mappings} mappings: best of 5`, value: Math.min(...again), unit: 'ms', limit: mappings === 65_000 ? 150 : undefined }));
      for (const wire of [false, true]) {
        const generations = await page.evaluate(([count, onWire]) => window.mapBench.generations(count, onWire), [12, wire] as const);
        const what = `${wire ? '  the same from the message of the host' : 'new generation, 100 changes'}, ${mappings} mappings`;
        // The aim is for what a view does with a map; what the message costs before that is told beside it.
        const limit = mappings === 65_000 && !wire ? 20 : undefined;
        rows.push(limitRow({ what: `${what}: first`, value: generations[0] ?? Number.NaN, unit: 'ms', limit }));
        rows.push(limitRow({ what: `${what}: best of 12`, value: Math.min(...generations), unit: 'ms', limit }));
      }
      rows.push(limitRow({ what: `  that message, ${mappings} mappings`, value: (await page.evaluate(() => window.mapBench.messageBytes())) / 2 ** 20, unit: 'MiB' }));
    }
    rows.push(limitRow({ what: 'p95 of 65 000 mappings over that of 1 000', value: (perCount[2] ?? 0) / (perCount[0] ?? 1), unit: '×', limit: 2 }));
    await page.evaluate(([count, width, height]) => window.mapBench.open(count, width, height), [65_000, WINDOW.width, WINDOW.height] as const);
    await page.evaluate(() => window.mapBench.frames(1));
    const wide = bestOf(await page.evaluate((rounds) => window.mapBench.frames(rounds), ROUNDS)).best;
    rows.push(limitRow({ what: 'zoom and pan frame, 65000 mappings, map over the whole window: p95', value: percentile(wide, 0.95), unit: 'ms' }));
    await page.evaluate(([count, width, height]) => window.mapBench.open(count, width, height), [65_000, PANEL.width, PANEL.height] as const);
    await page.evaluate(() => window.mapBench.frames(4));
    const heap = await page.evaluate((count) => window.mapBench.heap(count), HEAP_FRAMES);
    const half = heap[Math.floor(heap.length / 2)] ?? 0;
    rows.push(limitRow({ what: `heap growth over ${HEAP_FRAMES} frames`, value: ((heap.at(-1) ?? 0) - (heap[0] ?? 0)) / 2 ** 20, unit: 'MiB', limit: 1 }));
    rows.push(limitRow({ what: 'of it in the second half', value: ((heap.at(-1) ?? 0) - half) / 2 ** 20, unit: 'MiB' }));
    return { title: `The map in Chromium ${browser.version()}: script time of the page, panel ${PANEL.width} × ${PANEL.height} of a window ${WINDOW.width} × ${WINDOW.height}`, rows };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function bestOf(runs: readonly (readonly number[])[]): { readonly best: readonly number[]; readonly all: readonly number[] } {
  return { best: (runs[0] ?? []).map((_, frame) => Math.min(...runs.map((run) => run[frame] ?? Infinity))), all: runs.flat() };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
