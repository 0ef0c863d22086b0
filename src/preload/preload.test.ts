import { beforeEach, describe, expect, it, vi } from 'vitest';
import { APP_ORIGIN, HERE_IS_PORT, WANT_PORT } from '../shared/rpc/port-handover.ts';

const ipc = vi.hoisted(() => ({ sent: [] as unknown[][], listeners: new Map<string, (event: { ports: unknown[] }) => void>() }));
vi.mock('electron', () => ({
  ipcRenderer: {
    send: (...words: unknown[]) => ipc.sent.push(words),
    on: (channel: string, listener: (event: { ports: unknown[] }) => void) => ipc.listeners.set(channel, listener),
  },
}));

const page = vi.hoisted(() => ({ posted: [] as unknown[][], listeners: [] as ((event: unknown) => void)[] }));

describe('preload', () => {
  beforeEach(async () => {
    vi.resetModules();
    vi.stubGlobal('window', {
      location: { origin: APP_ORIGIN },
      postMessage: (...words: unknown[]) => page.posted.push(words),
      addEventListener: (_type: string, listener: (event: unknown) => void) => page.listeners.push(listener),
    });
    ipc.sent.length = 0;
    page.posted.length = 0;
    page.listeners.length = 0;
    await import('./preload.ts');
  });

  it('passes on the page’s own wish for a port, and nothing else', () => {
    const own = { source: window, origin: APP_ORIGIN, data: WANT_PORT };
    for (const event of [{ ...own, source: {} }, { ...own, origin: 'https://evil.example' }, { ...own, data: 'anything' }, { ...own, data: { channel: WANT_PORT } }]) {
      for (const listener of page.listeners) listener(event);
    }
    expect(ipc.sent).toEqual([]);
    for (const listener of page.listeners) listener(own);
    expect(ipc.sent).toEqual([[WANT_PORT]]);
  });

  it('hands the port to the page, and puts nothing into its window', () => {
    const port = {};
    ipc.listeners.get(HERE_IS_PORT)?.({ ports: [port] });
    expect(page.posted).toEqual([[HERE_IS_PORT, APP_ORIGIN, [port]]]);
    expect(Object.keys(window).toSorted()).toEqual(['addEventListener', 'location', 'postMessage']);
    expect([...ipc.listeners.keys()]).toEqual([HERE_IS_PORT]);
  });
});
