import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ChannelClient } from '../../../shared/rpc/channel-client.ts';
import { APP_ORIGIN, HERE_IS_PORT } from '../../../shared/rpc/port-handover.ts';
import { asElectrons } from '../../testing/electron-message-port.ts';
import { SampleService, type Sample } from '../../testing/sample-service.ts';
import { guardContents, guardSession, type NavigationEvent } from './guard.ts';
import { mainMessagePort, type MainMessagePort } from './main-message-port.ts';
import { answerPageRequest } from './page-protocol.ts';
import { isOurPage, mayOpenOutside } from './policy.ts';
import { PortBroker } from './port-broker.ts';

describe('URLs', () => {
  it.each([`${APP_ORIGIN}/`, `${APP_ORIGIN}/index.html?x#session=1`])('%s is our page', (url) => expect(isOurPage(url)).toBe(true));
  it.each(['', 'vmatlas://evil/', 'vmatlas://app.evil/', 'vmatlas://app@evil/', 'vmatlas://u@app/', 'https://app/', 'file:///app', 'data:text/html,x', 'javascript:1', 'about:blank'])(
    '%s is not',
    (url) => expect(isOurPage(url)).toBe(false),
  );
  it.each([
    ['https://man7.org/linux/man-pages/man5/proc.5.html', true],
    ['http://man7.org/', false],
    ['https://man7.org:8443/', false],
    ['https://man7.org@evil.example/', false],
    ['https://man7.org.evil.example/', false],
    ['https://user@man7.org/', false],
    ['file:///etc/passwd', false],
    ['nonsense', false],
  ])('%s may be opened outside: %s', (url, may) => expect(mayOpenOutside(url)).toBe(may));
});

describe('a guarded page', () => {
  const guarded = () => {
    const listeners = new Map<string, (event: NavigationEvent) => void>();
    const outside: string[] = [];
    let open: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
    guardContents(
      {
        on: (event, listener) => listeners.set(event, listener),
        setWindowOpenHandler: (handler) => {
          open = handler;
        },
      },
      (url) => outside.push(url),
    );
    const prevented = (event: string, url?: string): boolean => {
      let stopped = false;
      listeners.get(event)?.({ ...(url === undefined ? {} : { url }), preventDefault: () => (stopped = true) });
      return stopped;
    };
    return { prevented, outside, open: (url: string) => open({ url }).action };
  };

  it('stays where it is', () => {
    const { prevented, outside } = guarded();
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect([prevented(event, 'https://evil.example/'), prevented(event, 'file:///etc/passwd'), prevented(event), prevented(event, `${APP_ORIGIN}/`)]).toEqual([true, true, true, false]);
    }
    expect(prevented('will-attach-webview')).toBe(true);
    expect(outside).toEqual([]);
  });

  it('opens no window, and known links in the user’s browser', () => {
    const { prevented, outside, open } = guarded();
    expect([open('https://man7.org/'), open('https://evil.example/'), open(`${APP_ORIGIN}/`)]).toEqual(['deny', 'deny', 'deny']);
    expect([prevented('will-navigate', 'https://docs.kernel.org/'), prevented('will-frame-navigate', 'https://docs.kernel.org/')]).toEqual([true, true]);
    expect(outside).toEqual(['https://man7.org/', 'https://docs.kernel.org/']);
  });

  it('may write to the clipboard and nothing else, and loads nothing foreign', () => {
    const granted: [string, boolean][] = [];
    const cancelled: boolean[] = [];
    let deviceGranted = true;
    guardSession({
      setPermissionRequestHandler: (handler) => {
        for (const name of ['clipboard-sanitized-write', 'clipboard-read', 'geolocation', 'media', 'openExternal']) handler(undefined, name, (yes) => granted.push([name, yes]));
      },
      setPermissionCheckHandler: (handler) => granted.push(['check media', handler(undefined, 'media')]),
      setDevicePermissionHandler: (handler) => {
        deviceGranted = handler();
      },
      webRequest: {
        onBeforeRequest: (listener) => {
          for (const url of [`${APP_ORIGIN}/a.js`, 'https://evil.example/', 'devtools://devtools/x']) listener({ url }, ({ cancel }) => cancelled.push(cancel));
        },
      },
    });
    expect(granted).toEqual([['clipboard-sanitized-write', true], ['clipboard-read', false], ['geolocation', false], ['media', false], ['openExternal', false], ['check media', false]]);
    expect([deviceGranted, cancelled]).toEqual([false, [false, true, false]]);
  });
});

describe('the page’s own scheme', () => {
  it('gives files of the build under the policy, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vmatlas-page-'));
    writeFileSync(join(folder, 'index.html'), 'page');
    const ask = (url: string, method = 'GET') => answerPageRequest(folder, { url, method });
    const page = await ask(`${APP_ORIGIN}/`);
    expect([page.status, await page.text(), page.headers.get('content-type')]).toEqual([200, 'page', 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    const statuses = await Promise.all([ask(`${APP_ORIGIN}/missing`), ask('vmatlas://other/'), ask(`${APP_ORIGIN}/`, 'POST'), ask(`${APP_ORIGIN}/..%2f..%2fetc/passwd`)]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 405, 404]);
    rmSync(folder, { recursive: true });
  });
});

describe('the port broker', () => {
  const ourContents = {};
  const ask = (request: { url?: string; parent?: object | null; sender?: object; gone?: boolean }) => {
    const reported: unknown[] = [];
    const sent: { channel: string; ports: MainMessagePort[] }[] = [];
    const broker = new PortBroker<MainMessagePort>(
      { sample: new SampleService().handlers },
      {
        createChannel: () => {
          const { port1, port2 } = new MessageChannel();
          return { port1: asElectrons(port1), port2: asElectrons(port2) };
        },
        isOurs: (contents) => contents === ourContents,
        reportError: (error) => reported.push(error),
      },
    );
    const { url = `${APP_ORIGIN}/`, parent = null, sender = ourContents } = request;
    broker.handle({ sender, senderFrame: request.gone ? null : { url, parent, postMessage: (channel, _message, ports) => sent.push({ channel, ports }) } });
    return { broker, reported, sent };
  };

  it('gives our page a port that reaches the services', async () => {
    const { broker, sent, reported } = ask({});
    const port = sent[0]?.ports[0];
    if (!port) throw new Error('no port came');
    expect([sent.length, sent[0]?.channel, reported, broker.connectionCount]).toEqual([1, HERE_IS_PORT, [], 1]);
    const client = new ChannelClient(mainMessagePort(port));
    expect(await client.service<Sample>('sample').echo(5n)).toBe(5n);
    client.close();
    while (broker.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each([
    ['another origin', { url: 'https://evil.example/' }],
    ['a frame inside the page', { parent: {} }],
    ['contents that are no window of ours', { sender: {} }],
  ])('refuses %s, and says so without a port', (_who, request) => {
    const { broker, sent, reported } = ask(request);
    expect(sent).toEqual([{ channel: HERE_IS_PORT, ports: [] }]);
    expect([reported.length, broker.connectionCount]).toEqual([1, 0]);
  });

  it('has nothing for a frame that is gone', () => {
    const { sent, reported } = ask({ gone: true });
    expect([sent, reported.length]).toEqual([[], 1]);
  });
});
