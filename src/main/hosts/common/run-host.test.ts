import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VmatlasError, type ErrorFacts } from '../../../shared/model/errors.ts';
import { stubHandlers, stubSession } from '../../testing/stub-handlers.ts';
import { runHost, type PageServer, type RunHostOptions } from './run-host.ts';
import type { WhatToOpen } from './what-to-open.ts';
import type { WindowChoice } from './window-choice.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-host-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A browser or Electron made of shell: notes what it was given, then does as told. */
function fakeProgram(does: string): string {
  const path = join(folder, 'window');
  writeFileSync(path, `#!/bin/bash\nprintf '%s\\n' "$@" > ${folder}/args\nprintf '%s' "$VMATLAS_OPEN" > ${folder}/open\ntouch ${folder}/started\n${does}\n`, { mode: 0o755 });
  return path;
}

/** Polls for something another process does. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function setUp(window: WindowChoice, open: WhatToOpen = { kind: 'empty' }) {
  const log: string[] = [];
  const errors: ErrorFacts[] = [];
  const signals = new EventEmitter();
  let connected = (_count: number): void => {};
  const server: PageServer = {
    url: 'http://printed', launchUrl: () => 'http://launched', connectionCount: 0,
    onConnectionCount(listener) {
      connected = listener;
      return () => {};
    },
    close() {
      log.push('server closed');
      return Promise.resolve();
    },
  };
  const handlers = stubHandlers({
    launchDemo: () => {
      log.push('demo opened');
      return stubSession();
    },
    observe: ({ pid }) => {
      if (pid === 404) throw new VmatlasError({ code: 'no-such-process', message: 'There is no process 404.' });
      log.push(`observing ${pid}`);
      return stubSession({ sessionId: 'seven' });
    },
    attach: ({ sessionId }) => {
      log.push(`attached ${sessionId}`);
      return stubSession();
    },
  });
  const options: RunHostOptions = {
    open, window, root: folder, env: { ...process.env, XDG_CACHE_HOME: folder }, signals,
    createServices: () => ({
      handlers,
      dispose() {
        log.push('detached');
        return Promise.resolve();
      },
    }),
    serve: () => Promise.resolve(server),
    say: (line) => log.push(`say ${line}`),
    printUrl: (url) => log.push(`url ${url}`),
    printError: (facts) => errors.push(facts),
  };
  return { log, errors, signals, options, connect: () => connected(1) };
}

describe('without a window', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('prints the address and serves until %s, then detaches before it closes', async (signal) => {
    const { log, signals, options } = setUp({ kind: 'none', why: 'no display' }, { kind: 'demo' });
    const status = runHost(options);
    await until(() => log.includes('demo opened'));
    signals.emit(signal, signal);
    signals.emit(signal, signal);
    expect(await status).toBe(0);
    expect(log).toEqual(['say no display', 'url http://printed', 'demo opened', 'detached', 'server closed']);
    expect(signals.eventNames()).toEqual([]);
  });

  it('opens a process, and attaches when asked to', async () => {
    const { log, signals, options } = setUp({ kind: 'none', why: undefined }, { kind: 'pid', pid: 7, attach: true });
    const status = runHost(options);
    await until(() => log.includes('attached seven'));
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await status).toBe(0);
    expect(log.slice(0, 3)).toEqual(['url http://printed', 'observing 7', 'attached seven']);
  });

  it('ends with status 3 when the target can’t be opened', async () => {
    const { log, errors, options } = setUp({ kind: 'none', why: undefined }, { kind: 'pid', pid: 404, attach: false });
    expect(await runHost(options)).toBe(3);
    expect(errors).toEqual([{ code: 'no-such-process', message: 'There is no process 404.' }]);
    expect(log.slice(-2)).toEqual(['detached', 'server closed']);
  });

  it('makes no services when the server can’t start', async () => {
    const { log, options } = setUp({ kind: 'none', why: undefined });
    const problem = new VmatlasError({ code: 'io-error', message: 'Port taken.' });
    let made = false;
    const createServices = (): ReturnType<RunHostOptions['createServices']> => {
      made = true;
      return options.createServices();
    };
    await expect(runHost({ ...options, createServices, serve: () => Promise.reject(problem) })).rejects.toBe(problem);
    expect([made, log]).toEqual([false, []]);
  });

  it('serves pages before it makes the services, and takes the server down when they fail', async () => {
    const { log, options } = setUp({ kind: 'none', why: undefined });
    const problem = new VmatlasError({ code: 'executable-missing', message: 'No demo.' });
    const createServices = (): never => {
      log.push('services');
      throw problem;
    };
    const serve: RunHostOptions['serve'] = (handlers) => {
      log.push('serving');
      return options.serve(handlers);
    };
    await expect(runHost({ ...options, createServices, serve })).rejects.toBe(problem);
    expect(log).toEqual(['serving', 'services', 'server closed']);
  });
});

describe('with a browser window', () => {
  it('ends when it is closed, after detaching', async () => {
    const { log, options, connect } = setUp({ kind: 'browser', executable: fakeProgram(`until [ -e ${folder}/closed ]; do sleep 0.01; done`), why: undefined });
    const status = runHost(options);
    await until(() => existsSync(join(folder, 'started')));
    connect();
    writeFileSync(join(folder, 'closed'), '');
    expect(await status).toBe(0);
    expect(log).toEqual(['detached', 'server closed']);
    const args = readFileSync(join(folder, 'args'), 'utf8').trim().split('\n');
    expect(args).toEqual(expect.arrayContaining(['--app=http://launched', `--user-data-dir=${folder}/vmatlas/browser-profile`, '--no-first-run', '--disable-background-networking']));
  });

  it('closes it on a signal, also when it does not want to go', async () => {
    const { log, signals, options } = setUp({ kind: 'browser', executable: fakeProgram(`echo $$ > ${folder}/pid; trap '' INT; sleep 1000`), why: undefined });
    const status = runHost(options);
    await until(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').endsWith('\n'));
    signals.emit('SIGINT', 'SIGINT');
    expect(await status).toBe(0);
    expect(log[0]).toBe('detached');
    expect(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)).toThrow('ESRCH');
  });

  it('prints the address and serves on when the browser fails to show it', async () => {
    const { log, signals, options } = setUp({ kind: 'browser', executable: fakeProgram('exit 9'), why: 'no Electron' });
    const status = runHost(options);
    await until(() => log.includes('url http://printed'));
    expect(log).toEqual(['say no Electron', expect.stringContaining('exit status 9'), 'url http://printed']);
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await status).toBe(0);
  });

  it('closes it when the target can’t be opened', async () => {
    const window = { kind: 'browser', executable: fakeProgram('sleep 1000'), why: undefined } as const;
    const { errors, options } = setUp(window, { kind: 'pid', pid: 404, attach: false });
    expect(await runHost(options)).toBe(3);
    expect(errors).toHaveLength(1);
  });
});

describe('with Electron', () => {
  it('hands over what to open and ends with its status', async () => {
    const { log, options } = setUp({ kind: 'electron', executable: fakeProgram('exit 3') }, { kind: 'pid', pid: 7, attach: false });
    expect(await runHost(options)).toBe(3);
    expect(JSON.parse(readFileSync(join(folder, 'open'), 'utf8'))).toEqual({ kind: 'pid', pid: 7, attach: false });
    expect(readFileSync(join(folder, 'args'), 'utf8').trim().split('\n').at(-1)).toBe(folder);
    expect(log).toEqual([]);
  });

  it('passes a signal on and waits', async () => {
    const { signals, options } = setUp({ kind: 'electron', executable: fakeProgram(`trap 'touch ${folder}/told; exit 0' TERM; touch ${folder}/ready; while :; do sleep 0.01; done`) });
    const status = runHost(options);
    await until(() => existsSync(join(folder, 'ready')));
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await status).toBe(0);
    expect(existsSync(join(folder, 'told'))).toBe(true);
  });

  it('says so when it crashes', async () => {
    const { options } = setUp({ kind: 'electron', executable: fakeProgram('kill -SEGV $$') });
    await expect(runHost(options)).rejects.toMatchObject({ code: 'internal', evidence: 'ended by SIGSEGV' });
  });
});
