import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

const PATIENCE_MS = 60_000;
const POLL_MS = 10;

/**
 * Evaluates an expression in the page of a browser that is just starting, as soon as there is one, and waits for its promise. `profile` is the browser's --user-data-dir, where it writes the
 * port of its debugger (started with --remote-debugging-port=0).
 */
export async function askPage(profile: string, urlPrefix: string, expression: string): Promise<unknown> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- trying until there is a page that stays
      return await evaluate(await pageDebugger(profile, urlPrefix), expression, end);
    } catch (error) {
      // No debugger yet, no page yet, or a page that is about to be left for the next.
      if (performance.now() > end) throw error;
    }
    // oxlint-disable-next-line no-await-in-loop
    await sleep(POLL_MS);
  }
}

async function evaluate(debuggerUrl: string, expression: string, end: number): Promise<unknown> {
  const socket = new WebSocket(debuggerUrl, { perMessageDeflate: false });
  try {
    return await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the page did not answer: ${expression}`)), end - performance.now());
      const fail = (why: string): void => {
        clearTimeout(timer);
        reject(new Error(why));
      };
      socket.on('error', (error) => fail(error.message));
      socket.on('close', () => fail('the page has gone'));
      socket.on('open', () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true } })));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { id?: number; result?: { result?: { value?: unknown }; exceptionDetails?: unknown }; error?: unknown };
        if (message.id !== 1) return;
        if (message.error !== undefined || message.result?.exceptionDetails !== undefined) fail(`in the page: ${data.toString().slice(0, 500)}`);
        clearTimeout(timer);
        resolve(message.result?.result?.value);
      });
    });
  } finally {
    socket.close();
  }
}

async function pageDebugger(profile: string, urlPrefix: string): Promise<string> {
  const port = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0];
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { type: string; url: string; webSocketDebuggerUrl: string }[];
  const page = pages.find(({ type, url }) => type === 'page' && url.startsWith(urlPrefix));
  if (page === undefined) throw new Error('the browser shows no page');
  return page.webSocketDebuggerUrl;
}
