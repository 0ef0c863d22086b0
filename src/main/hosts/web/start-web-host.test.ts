import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ChannelClient } from '../../../shared/rpc/channel-client.ts';
import { webSocketPort } from '../../../shared/rpc/web-socket-port.ts';
import { SampleService, type Sample } from '../../testing/sample-service.ts';
import { HIGH_WATER_BYTES } from './socket.ts';
import { startWebHost, type WebHost } from './start-web-host.ts';

let folder: string;
let host: WebHost;
let cookie: string;
let service: SampleService;
const mistakes: unknown[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-web-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(folder, 'page/assets/a b.js'), 'export {};');
  writeFileSync(join(folder, 'page/assets/font.woff2'), 'font');
  writeFileSync(join(folder, 'page/assets/odd.xyz'), 'odd');
  symlinkSync('../secret.txt', join(folder, 'page/link.txt'));
  service = new SampleService();
  host = await startWebHost({ handlers: { sample: service.handlers }, rendererDir: join(folder, 'page'), reportError: (error) => mistakes.push(error) });
  const { headers } = await get(new URL(host.url).pathname + new URL(host.url).search);
  cookie = String(headers['set-cookie']).split(';')[0] ?? '';
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, its path sent as it is. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET', port = host.port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The status a WebSocket upgrade is answered with: 101 when it is let in. */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (sent, response) => {
      sent.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

const origin = (): string => `http://127.0.0.1:${host.port}`;

function connectPage(to = host.port, withCookie = cookie): Promise<{ client: ChannelClient; socket: WebSocket }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${to}/rpc`, { headers: { Origin: `http://127.0.0.1:${to}`, Cookie: withCookie } });
    const port = webSocketPort(socket);
    socket.on('open', () => resolve({ client: new ChannelClient(port), socket }));
    socket.on('error', reject);
  });
}

describe('the way in', () => {
  it('listens on the loopback only', () => {
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  });

  it('exchanges the token for a cookie no script can read, and leaves the address bar', async () => {
    const { status, headers } = await get(new URL(host.url).search.replace(/^/, '/'));
    expect([status, headers.location, headers['cache-control'], headers['referrer-policy']]).toEqual([303, '/', 'no-store', 'no-referrer']);
    expect(String(headers['set-cookie'])).toMatch(/^vmatlas-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('lets a link on another site in by a page, so that the strict cookie counts', async () => {
    const { status, headers, body } = await get(`/${new URL(host.url).search}`, { 'Sec-Fetch-Site': 'cross-site' });
    expect([status, headers.location]).toEqual([200, undefined]);
    expect(body).toContain('http-equiv="refresh" content="0;url=/"');
    expect(body).not.toContain('token');
  });

  it.each(['/?token=', '/?token=wrong'])('refuses %s', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('takes a launch token once', async () => {
    const { search } = new URL(host.launchUrl());
    expect((await get(`/${search}`)).status).toBe(303);
    expect((await get(`/${search}`)).status).toBe(403);
  });

  it.each<Record<string, string>>([{}, { Cookie: 'vmatlas=1' }])('gives nothing without the cookie', async (headers) => {
    for (const path of ['/', '/index.html', '/missing']) {
      const { status, body } = await get(path, headers);
      expect(status).toBe(403);
      expect(body).toContain('printed');
    }
  });

  it.each(['evil.example', 'evil.example:80', '192.168.0.1'])('refuses the name %s, cookie or not', async (name) => {
    expect((await get('/', { Host: name, Cookie: cookie })).status).toBe(421);
    expect((await get(`/${new URL(host.url).search}`, { Host: name })).headers['set-cookie']).toBeUndefined();
  });

  it('answers through a tunnel, under another port', async () => {
    expect((await get('/', { Host: 'localhost:9999', Cookie: cookie })).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await get('/', { Cookie: cookie }, method)).status).toBe(405);
  });
});

describe('the files', () => {
  it('are served with their type and the policy', async () => {
    const { status, headers, body } = await get('/', { Cookie: cookie });
    expect([status, body, headers['content-type']]).toEqual([200, '<!doctype html><title>the page</title>', 'text/html; charset=utf-8']);
    expect([headers['x-content-type-options'], headers['cache-control'], headers['x-frame-options']]).toEqual(['nosniff', 'no-store', 'DENY']);
    const policy = new Map(String(headers['content-security-policy']).split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]));
    expect([policy.get('default-src'), policy.get('script-src'), policy.get('frame-ancestors')]).toEqual(["'none'", "'self'", "'none'"]);
    expect(policy.get('connect-src')).toBe(`'self' ws://127.0.0.1:${host.port}`);
  });

  it('whose names hold a hash may be kept, with the code compiled from them', async () => {
    expect((await get('/assets/font.woff2', { Cookie: cookie })).headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect((await get('/assets/none.js', { Cookie: cookie })).headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['/assets/a%20b.js', 'text/javascript; charset=utf-8'],
    ['/assets/font.woff2?v=1', 'font/woff2'],
    ['/assets/odd.xyz', 'application/octet-stream'],
  ])('%s is %s', async (path, type) => {
    const { status, headers } = await get(path, { Cookie: cookie });
    expect([status, headers['content-type']]).toEqual([200, type]);
  });

  it('send no body for HEAD', async () => {
    const { status, headers, body } = await get('/', { Cookie: cookie }, 'HEAD');
    expect([status, headers['content-length'], body]).toEqual([200, '38', '']);
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/..%5csecret.txt', '/link.txt', '/assets', '/%00', '/%', '//etc/passwd', '/index.html/x', '/missing.js'])(
    'do not include %s',
    async (path) => {
      const { status, body } = await get(path, { Cookie: cookie });
      expect(status).toBe(404);
      expect(body).not.toContain('secret');
    },
  );
});

describe('the socket', () => {
  it.each<[string, string, () => Record<string, string>, number]>([
    ['lets our page in', '/rpc', () => ({ Origin: origin(), Cookie: cookie }), 101],
    ['refuses another origin', '/rpc', () => ({ Origin: 'http://evil.example', Cookie: cookie }), 403],
    ['refuses another port of this machine', '/rpc', () => ({ Origin: 'http://127.0.0.1:1', Cookie: cookie }), 403],
    ['refuses no origin', '/rpc', () => ({ Cookie: cookie }), 403],
    ['refuses without the cookie', '/rpc', () => ({ Origin: origin() }), 403],
    ['refuses a wrong cookie', '/rpc', () => ({ Origin: origin(), Cookie: `${cookie}x` }), 403],
    ['refuses a rebound name', '/rpc', () => ({ Origin: 'http://evil.example', Host: 'evil.example', Cookie: cookie }), 421],
    ['refuses another path', '/other', () => ({ Origin: origin(), Cookie: cookie }), 404],
  ])('%s', async (_name, path, headers, status) => {
    expect(await upgrade(path, headers())).toBe(status);
  });

  it('waits for services that are still in the making', async () => {
    let provide: (handlers: { sample: SampleService['handlers'] }) => void = () => {};
    const handlers = new Promise<{ sample: SampleService['handlers'] }>((resolve) => {
      provide = resolve;
    });
    const second = await startWebHost({ handlers, rendererDir: join(folder, 'page'), reportError: (error) => mistakes.push(error) });
    const { headers } = await get(`/${new URL(second.url).search}`, {}, 'GET', second.port);
    const own = String(headers['set-cookie']);
    // The page is there before the services are.
    expect((await get('/', { Cookie: own.split(';')[0] ?? '' }, 'GET', second.port)).status).toBe(200);
    const connecting = connectPage(second.port, own);
    expect(second.connectionCount).toBe(0);
    provide({ sample: new SampleService().handlers });
    const { client } = await connecting;
    expect(await client.service<Sample>('sample').echo(2n)).toBe(2n);
    await second.close();
  });

  it('carries calls, counts pages, and tells them when the host ends', async () => {
    const second = await startWebHost({ handlers: { sample: new SampleService().handlers }, rendererDir: folder, reportError: (error) => mistakes.push(error) });
    const { headers } = await get(`/${new URL(second.url).search}`, {}, 'GET', second.port);
    const counts: number[] = [];
    second.onConnectionCount((count) => counts.push(count));
    const { client } = await connectPage(second.port, String(headers['set-cookie']));
    expect(second.connectionCount).toBe(1);
    const ended = new Promise<unknown>((resolve) => client.onClosed(resolve));
    expect(await client.service<Sample>('sample').echo(1n)).toBe(1n);
    await second.close();
    expect(await ended).toMatchObject({ code: 'connection-lost', evidence: 'vmatlas has ended' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(counts).toEqual([1, 0]);
  });

  it('reads no more requests from a page that does not take its answers, and goes on when it does', async () => {
    const { client, socket } = await connectPage();
    const sample = client.service<Sample>('sample');
    await sample.echo(0);
    const answerBytes = 4 * 1024 * 1024;
    const asked = 40;
    let handled = 0;
    const handlers = service.handlers.calls;
    const before = handlers.emit;
    Object.assign(handlers, {
      emit: () => {
        handled++;
        return new Uint8Array(answerBytes);
      },
    });
    try {
      socket.pause();
      const answers = Array.from({ length: asked }, () => sample.emit({ value: 0 }));
      // A second page is served meanwhile; its many round trips give the host all the time it could want.
      const other = await connectPage();
      for (let i = 0; i < 200; i++) await other.client.service<Sample>('sample').echo(i);
      other.client.close();
      expect(handled).toBeLessThan(asked);
      // What fits the water mark and the kernel's own buffers.
      expect(handled * answerBytes).toBeGreaterThanOrEqual(HIGH_WATER_BYTES);
      socket.resume();
      await Promise.all(answers);
      expect(handled).toBe(asked);
    } finally {
      Object.assign(handlers, { emit: before });
      client.close();
    }
  });
});

it('made no mistakes of its own in all this', () => {
  expect(mistakes).toEqual([]);
});

it('takes another port when the usual one is taken', async () => {
  const second = await startWebHost({ handlers: {}, rendererDir: folder, usualPort: host.port, reportError: () => {} });
  expect(second.port).not.toBe(host.port);
  await second.close();
});

it('says so when the port is taken', async () => {
  await expect(startWebHost({ handlers: {}, rendererDir: folder, port: host.port, reportError: () => {} })).rejects.toMatchObject({
    code: 'io-error',
    evidence: expect.stringContaining('EADDRINUSE'),
  });
});
