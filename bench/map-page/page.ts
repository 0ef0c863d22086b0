import '../../src/renderer/theme/tokens.css';
import '../../src/renderer/features/address-map/address-map.css';
import { createApp } from '../../src/renderer/app/create-app.ts';
import { MapView } from '../../src/renderer/features/address-map/map-view.ts';
import { createSettingsStore } from '../../src/renderer/state/settings-store.ts';
import type { AppState } from '../../src/renderer/state/app-state.ts';
import type { CachedPage, MemoryCache } from '../../src/renderer/state/memory-cache.ts';
import { pageStart } from '../../src/shared/address/page.ts';
import type { MapChange } from '../../src/shared/model/map-change.ts';
import { RegionTable } from '../../src/shared/model/region-table.ts';
import type { SessionState } from '../../src/shared/model/session.ts';
import { createClients } from '../../src/shared/rpc/clients.ts';
import { decodeValue, encodeValue } from '../../src/shared/rpc/codec.ts';
import type { MapSnapshot } from '../../src/shared/rpc/contracts/map.ts';
import { createPortPair } from '../../src/shared/rpc/port-pair.ts';
import type { Clients } from '../../src/shared/rpc/services.ts';
import { changedStarts, madeMap } from './made-map.ts';

/** What the benchmark asks of this page. Times are of script, in ms; a frame is its input and its drawing. */
export interface MapBench {
  /** A view of a panel of this size over a map. Answers how long the first layout and picture took. */
  open(mappings: number, widthPx: number, heightPx: number): Promise<number>;
  /** Every frame of a way from the whole map down to single bytes, along and back; the same way `rounds` times. */
  frames(rounds: number): Promise<readonly (readonly number[])[]>;
  /** A new generation with 100 changes, and the picture after it; the old one again, by turns. With `wire` it begins as the bytes of the message that brings it. */
  generations(count: number, wire: boolean): readonly number[];
  /** Size in bytes of that message. */
  messageBytes(): number;
  /** Bytes of heap after each thousand of `count` frames, garbage collected. */
  heap(count: number): Promise<readonly number[]>;
}

declare global {
  interface Window {
    mapBench: MapBench;
    gc?: () => void;
  }
}

/** Frames are run by hand: what is measured is what they cost, not when the display asks for them. */
/* oxlint-disable no-restricted-properties -- the scheduler's own clock is replaced here */
let waiting: FrameRequestCallback[] = [];
const realFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => waiting.push(callback);
window.cancelAnimationFrame = () => {
  waiting = [];
};

/* oxlint-enable no-restricted-properties */

function runFrame(): void {
  const now = waiting;
  waiting = [];
  for (const callback of now) callback(performance.now());
}

/** Lets the browser take the drawn picture, so that recorded strokes do not pile up. */
function present(): Promise<void> {
  return new Promise((resolve) => {
    realFrame(() => resolve());
  });
}

/** Every page holds bytes of all values. */
const BYTES = Uint8Array.from({ length: 4096 }, (_, i) => (i % 7 === 0 ? 0 : (i * 31) & 0xff));
const cached = new Map<number, CachedPage>();
const pageAt: MemoryCache['pageAt'] = (page) => {
  let entry = cached.get(page);
  if (!entry) {
    entry = { page, generation: 1000, ranges: [{ kind: 'valid', start: pageStart(page), bytes: BYTES }], patched: [] };
    if (cached.size > 200) cached.clear();
    cached.set(page, entry);
  }
  return entry;
};

function makeApp(): AppState {
  // Nobody answers at the other end, but for page states.
  const [near] = createPortPair();
  const { clients } = createClients(near);
  const cells: Clients['pages']['cells'] = ({ start, count, pagesPerCell }) => Promise.resolve({
    generation: 1000, start, pagesPerCell, count, state: Uint8Array.from({ length: count }, (_, i) => 2 + (i % 7)), stateSet: new Uint16Array(count), flags: new Uint8Array(count),
    mapped: new Uint16Array(count).fill(1), present: new Uint16Array(count).fill(1), cost: { elapsedMs: 0, bytesRead: 0, source: 'pagemap' },
  });
  const pages = new Proxy(clients.pages, { get: (target, name): unknown => (name === 'cells' ? cells : Reflect.get(target, name)) });
  const made = createApp({ ...clients, pages }, createSettingsStore(() => ({}), () => {}));
  return { ...made, memory: { ...made.memory, pageAt } };
}

const SESSION: SessionState = {
  sessionId: 'bench', phase: 'stopped', target: undefined, launched: false, gdbVersion: undefined, stop: undefined, stopCount: 1, generation: 1000, ending: undefined, problem: undefined, capabilities: [],
};

let app: AppState | undefined;
let view: MapView | undefined;
let tables: { readonly before: RegionTable; readonly after: RegionTable; readonly changes: readonly MapChange[] } | undefined;
let generation = 0;

function snapshotOf(table: RegionTable, changes: readonly MapChange[]): MapSnapshot {
  return { generation: 0, regions: table.columns, marks: [], stale: false, totals: { mappings: table.length, virtualBytes: 0n, residentBytes: undefined }, changes };
}

function show(snapshot: MapSnapshot, regions: RegionTable): void {
  generation++;
  app?.session.setState({ session: SESSION, regions, map: { ...snapshot, generation } });
}

/** As the session's controller does with an answer of the host. */
function showMessage(bytes: Uint8Array): void {
  const snapshot = decodeValue(bytes) as MapSnapshot;
  show(snapshot, new RegionTable(snapshot.regions));
}

function element(name: string): HTMLElement {
  const found = document.createElement(name);
  return found;
}

window.mapBench = {
  async open(mappings, widthPx, heightPx) {
    view?.dispose();
    document.body.replaceChildren();
    document.body.style.margin = '0';
    const body = element('div');
    body.className = 'map-body';
    body.style.cssText = `width:${widthPx}px;height:${heightPx}px`;
    const base = document.createElement('canvas');
    const overlay = document.createElement('canvas');
    body.append(base, overlay);
    document.body.append(body);
    const before = madeMap(mappings);
    const after = madeMap(mappings, 100);
    const changes = changedStarts(before, after).slice(0, 100).map((start): MapChange => ({ kind: 'grown', start, end: after.endAt(after.indexAt(start)), words: 'grew by 4 KiB' }));
    tables = { before, after, changes };
    app = makeApp();
    view = new MapView({ base, overlay, words: element('div') }, app);
    // The surface hears of its size before the first paint.
    await present();
    await present();
    runFrame();
    const begin = performance.now();
    show(snapshotOf(tables.before, []), tables.before);
    runFrame();
    return performance.now() - begin;
  },
  async frames(rounds) {
    const all: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      all.push(times);
      let shown = 0;
      for (const move of journey(0)) {
        const begin = performance.now();
        move();
        runFrame();
        times.push(performance.now() - begin);
        // oxlint-disable-next-line no-await-in-loop -- frames come one after the other
        if (++shown % 4 === 0) await present();
      }
    }
    return all;
  },
  generations(count, wire) {
    const times: number[] = [];
    if (!tables) return times;
    const { before, after, changes } = tables;
    const messages = wire ? [after, before].map((table) => encodeValue(snapshotOf(table, changes))) : [];
    for (let i = 0; i < count; i++) {
      const now = i % 2 === 0 ? after : before;
      const message = messages[i % 2];
      const begin = performance.now();
      if (message) showMessage(message);
      else show(snapshotOf(now, changes), now);
      runFrame();
      times.push(performance.now() - begin);
    }
    return times;
  },
  messageBytes: () => (tables ? encodeValue(snapshotOf(tables.after, tables.changes)).length : 0),
  async heap(count) {
    const sizes: number[] = [];
    const measure = (): void => {
      window.gc?.();
      const { memory: heap } = performance as Performance & { readonly memory?: { readonly usedJSHeapSize: number } };
      sizes.push(heap?.usedJSHeapSize ?? Number.NaN);
    };
    let done = 0;
    measure();
    while (done < count) {
      for (const move of journey(done)) {
        move();
        runFrame();
        done++;
        // oxlint-disable-next-line no-await-in-loop -- frames come one after the other
        if (done % 4 === 0) await present();
        if (done % 1000 === 0) measure();
        if (done >= count) break;
      }
    }
    return sizes;
  },
};

/** 240 frames: home, in to single bytes about a place that differs each time, along them, and out again. */
function* journey(round: number): Generator<() => void> {
  const target = view;
  if (!target) return;
  const y = target.heightPx * (0.15 + 0.7 * ((round * 0.37) % 1));
  for (let i = 0; i < 100; i++) yield () => target.zoomAt(y, 1.22);
  for (let i = 0; i < 40; i++) yield () => target.panBy(i % 2 === 0 ? 35 : -11);
  for (let i = 0; i < 100; i++) yield () => target.zoomAt(y, 1 / 1.22);
}
