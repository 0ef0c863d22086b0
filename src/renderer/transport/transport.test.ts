import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { APP_ORIGIN, HERE_IS_PORT, WANT_PORT } from '../../shared/rpc/port-handover.ts';
import { electronPort, type HandoverWindow } from './electron-port.ts';
import { openSocket, socketUrl, type OpeningSocket } from './web-socket.ts';

describe('the hand-over in Electron', () => {
  /** A window whose preload script answers with `ports`, after some messages that are none of ours. */
  const windowWith = (ports: readonly unknown[]) => {
    const listeners = new Set<(event: MessageEvent<unknown>) => void>();
    const asked: [unknown, string][] = [];
    const page: HandoverWindow = {
      location: { origin: APP_ORIGIN },
      postMessage(message, targetOrigin) {
        asked.push([message, targetOrigin]);
        queueMicrotask(() => {
          for (const event of [
            { data: HERE_IS_PORT, source: {}, origin: APP_ORIGIN, ports: [] },
            { data: HERE_IS_PORT, source: page, origin: 'https://evil.example', ports: [] },
            { data: WANT_PORT, source: page, origin: APP_ORIGIN, ports: [] },
            { data: HERE_IS_PORT, source: page, origin: APP_ORIGIN, ports },
          ]) {
            // A stand-in for the browser's own event: only these four fields are looked at.
            for (const listener of [...listeners]) listener(event as MessageEvent<unknown> & typeof event);
          }
        });
      },
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    };
    return { page, asked, listeners };
  };

  it('asks its own window only, and takes the port that comes from there', async () => {
    const { port1, port2 } = new MessageChannel();
    const { page, asked, listeners } = windowWith([port1]);
    const port = await electronPort(page);
    expect([asked, listeners.size]).toEqual([[[WANT_PORT, APP_ORIGIN]], 0]);
    const got = new Promise((resolve) => port.onMessage(resolve));
    port2.postMessage(Uint8Array.of(1, 2));
    expect(await got).toEqual(Uint8Array.of(1, 2));
    const closed = new Promise((resolve) => port.onClose(resolve));
    port2.close();
    expect(await closed).toBe('closed by the other side');
  });

  it('rejects when the main process refuses', async () => {
    const { page, listeners } = windowWith([]);
    await expect(electronPort(page)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(listeners.size).toBe(0);
  });
});

describe('the WebSocket', () => {
  it.each([
    ['http://127.0.0.1:8080/', 'ws://127.0.0.1:8080/rpc'],
    ['http://localhost:9000/index.html?a=1#session=2', 'ws://localhost:9000/rpc'],
    ['https://host.example/', 'wss://host.example/rpc'],
  ])('of %s is %s', (page, socket) => expect(socketUrl(page)).toBe(socket));

  /** A socket that does what the test says. */
  const fakeSocket = () => {
    const target = new EventTarget();
    const sent: unknown[] = [];
    const socket: OpeningSocket = {
      binaryType: 'blob',
      bufferedAmount: 12,
      send: (data) => sent.push(data),
      close: () => {},
      addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, (event) => listener(event as never)),
    };
    const fire = (type: string, fields: object): boolean => target.dispatchEvent(Object.assign(new Event(type), fields));
    return { socket, sent, fire };
  };

  it('is a port once it is open, and no message is lost', async () => {
    const { socket, sent, fire } = fakeSocket();
    const opening = openSocket('ws://x/rpc', () => socket);
    fire('open', {});
    fire('message', { data: Uint8Array.of(9).buffer });
    const port = await opening;
    const messages: Uint8Array[] = [];
    port.onMessage((message) => messages.push(message));
    port.send(Uint8Array.of(1));
    expect([socket.binaryType, messages, sent, port.bufferedBytes]).toEqual(['arraybuffer', [Uint8Array.of(9)], [Uint8Array.of(1)], 12]);
    fire('close', { code: 1006, reason: '' });
    expect(await new Promise((resolve) => port.onClose(resolve))).toContain('1006');
  });

  it('rejects in words when nobody answers', async () => {
    const { socket, fire } = fakeSocket();
    const opening = openSocket('ws://x/rpc', () => socket);
    fire('error', {});
    fire('close', { code: 1006, reason: '' });
    await expect(opening).rejects.toMatchObject({ code: 'connection-lost', evidence: 'ws://x/rpc', remedy: expect.stringContaining('vmatlas') });
  });

  it('ends with a message that is not binary', async () => {
    const { socket, fire } = fakeSocket();
    const opening = openSocket('ws://x/rpc', () => socket);
    fire('open', {});
    const port = await opening;
    fire('message', { data: 'text' });
    expect(await new Promise((resolve) => port.onClose(resolve))).toContain('not binary');
  });
});
