import type { Page } from 'playwright-core';
import { openWindow } from './lib/open-window.ts';
import { compile, fact, launch } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';

/** Half of a frame at 60 Hz: the rest is the browser's, for the picture itself. */
const BUDGET_MS = 8;
const EVENTS = 300;

interface Figures {
  /** Script time of each event and the frame it led to, ascending. */
  readonly perEvent: readonly number[];
  readonly seconds: number;
  readonly frames: number;
}

/** Scrolling through a mapping of 1 TiB in a real browser over the real host: 60 wheel events a second, or drags of the scrollbar over all of it. */
export default async function scroll(): Promise<Table> {
  const program = await launch(compile('tebibyte', ['-g', '-O1']));
  const window = await openWindow(program.pid, MEASURE_FRAMES);
  try {
    if (window === undefined) return { title: 'Scrolling: no browser here, nothing measured', rows: [] };
    const { page, idle } = window;
    const base = fact(program.facts, 'start');
    const rows: Row[] = [];
    const notes: string[] = [];
    const measure = async (what: string, at: bigint, deltaPx: number, kind: 'wheel' | 'drag' = 'wheel'): Promise<void> => {
      await goTo(page, at);
      await idle();
      await drive(page, deltaPx, 60, kind);
      const figures = await drive(page, deltaPx, EVENTS, kind);
      rows.push(row({ what: `${what}, p95 of ${EVENTS} events`, ours: at95(figures.perEvent), beside: 'budget', theirs: BUDGET_MS, unit: 'ms', aim: { atMost: 1 } }));
      notes.push(`${what}: median ${(figures.perEvent[EVENTS >> 1] ?? 0).toFixed(2)} ms, worst ${(figures.perEvent.at(-1) ?? 0).toFixed(1)} ms, ${(figures.frames / figures.seconds).toFixed(0)} frames a second`);
    };
    await measure('full pages, a screen in 20 events', base, 36);
    await measure('full pages, a screen an event', base + (1n << 20n), 720);
    await measure('pages nobody touched', base + (1n << 39n), 180);
    await measure('typed records', fact(program.facts, 'records'), 36);
    await measure('scrollbar over the whole TiB', base + (1n << 38n), 0, 'drag');
    return { title: heading('Scrolling the memory view through 1 TiB at 60 events a second: script time of an event, its frame and the answers that come meanwhile', ...notes), rows };
  } finally {
    await window?.close();
    await program.stop();
  }
}

function at95(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}

async function goTo(page: Page, address: bigint): Promise<void> {
  await page.keyboard.press('Control+g');
  const bar = page.getByRole('combobox', { name: 'Go to address, symbol or register' });
  await bar.fill(`0x${address.toString(16)}`);
  await bar.press('Enter');
}

/** Runs in the page before anything else: sums up the time callbacks of frames and messages take. */
const MEASURE_FRAMES = `{
  const spent = globalThis.__spent = { ms: 0, frames: 0 };
  const timed = (work, isFrame) => function (argument) {
    const begin = performance.now();
    try { return Reflect.apply(work, this, [argument]); } finally { spent.ms += performance.now() - begin; if (isFrame) spent.frames++; }
  };
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) => request(timed(callback, true));
  const { addEventListener } = WebSocket.prototype;
  WebSocket.prototype.addEventListener = function (type, listener, options) { return Reflect.apply(addEventListener, this, [type, typeof listener === 'function' ? timed(listener, false) : listener, options]); };
}`;

/** Sends events, one each 1/60 s, and takes the script time from each to the next. */
function driving(deltaPx: number, count: number, kind: 'wheel' | 'drag'): string {
  return `(async () => {
    const spent = globalThis.__spent;
    const view = document.querySelector('.hex-view');
    const bar = document.querySelector('.hex-scrollbar');
    const perEvent = [];
    const framesBefore = spent.frames;
    const begin = performance.now();
    for (let i = 0; i < ${count}; i++) {
      const before = spent.ms;
      const at = performance.now();
      if (${kind === 'wheel'}) view.dispatchEvent(new WheelEvent('wheel', { deltaY: ${deltaPx}, bubbles: true, cancelable: true }));
      else {
        const box = bar.getBoundingClientRect();
        const clientY = box.top + 12 + ((box.height - 24) * ((i * 7919) % ${count})) / ${count};
        bar.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + 4, clientY, buttons: 1, bubbles: true, pointerId: 1 }));
      }
      const handler = performance.now() - at;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, begin + ((i + 1) * 1000) / 60 - performance.now())));
      perEvent.push(handler + spent.ms - before);
    }
    return { perEvent: perEvent.sort((a, b) => a - b), seconds: (performance.now() - begin) / 1000, frames: spent.frames - framesBefore };
  })()`;
}

function drive(page: Page, deltaPx: number, count: number, kind: 'wheel' | 'drag'): Promise<Figures> {
  return page.evaluate<Figures>(driving(deltaPx, count, kind));
}
