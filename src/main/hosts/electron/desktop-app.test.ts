import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { stubHandlers, stubSession } from '../../testing/stub-handlers.ts';
import { writeWhatToOpen, type WhatToOpen } from '../common/what-to-open.ts';
import { runDesktopApp, type DesktopPieces } from './desktop-app.ts';

/** Electron as far as the app's course sees it; `log` is what happened, in order. */
class StandIn {
  readonly log: string[] = [];
  readonly exited: Promise<number>;
  lockIsFree = true;
  ready: Promise<void> = Promise.resolve();
  disposeFails = false;
  secondInstance: (open: unknown) => void = () => {};
  allWindowsClosed: () => void = () => {};
  beforeQuit: (event: { preventDefault(): void }) => void = () => {};
  signal: () => void = () => {};
  #exit: (status: number) => void = () => {};

  constructor() {
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  readonly pieces: DesktopPieces = {
    takeLock: (open) => {
      this.log.push(`lock ${open}`);
      return this.lockIsFree;
    },
    onSecondInstance: (listener) => {
      this.secondInstance = listener;
    },
    whenReady: () => this.ready,
    createServices: ({ kind }) => {
      this.log.push(`services for ${kind}`);
      return Promise.resolve({ handlers: this.#handlers(), dispose: () => this.#dispose() });
    },
    serve: () => this.log.push('serve'),
    openWindow: (sessionId) => this.log.push(`window ${sessionId ?? ''}`),
    onAllWindowsClosed: (listener) => {
      this.allWindowsClosed = listener;
    },
    onBeforeQuit: (listener) => {
      this.beforeQuit = listener;
    },
    onSignal: (listener) => {
      this.signal = listener;
    },
    exit: (status) => {
      this.log.push(`exit ${status}`);
      this.#exit(status);
    },
    printError: ({ code }) => this.log.push(`print ${code}`),
    showError: ({ code }) => this.log.push(`show ${code}`),
  };

  #handlers() {
    return stubHandlers({
      launchDemo: () => stubSession({ sessionId: 'demo' }),
      observe: ({ pid }) => {
        if (pid === 404) throw new VmatlasError({ code: 'no-such-process', message: 'None.' });
        this.log.push(`observe ${pid}`);
        return stubSession({ sessionId: `s${pid}` });
      },
    });
  }

  #dispose(): Promise<void> {
    this.log.push('detached');
    return this.disposeFails ? Promise.reject(new VmatlasError({ code: 'gdb-timeout', message: 'Slow.' })) : Promise.resolve();
  }
}

const text = (open: WhatToOpen): string => writeWhatToOpen(open);
const process7 = text({ kind: 'pid', pid: 7, attach: false });
const process404 = text({ kind: 'pid', pid: 404, attach: false });

describe('the course of the app', () => {
  it('opens the window and the target, and detaches when the last window closes', async () => {
    const standIn = new StandIn();
    await runDesktopApp(standIn.pieces, process7);
    standIn.allWindowsClosed();
    expect(await standIn.exited).toBe(0);
    expect(standIn.log).toEqual([`lock ${process7}`, 'services for pid', 'serve', 'window ', 'observe 7', 'detached', 'exit 0']);
  });

  it.each<[string, (standIn: StandIn) => void]>([
    ['quitting', (standIn) => standIn.beforeQuit({ preventDefault: () => standIn.log.push('held') })],
    ['a signal', (standIn) => standIn.signal()],
  ])('detaches once on %s, whatever follows', async (_how, quit) => {
    const standIn = new StandIn();
    await runDesktopApp(standIn.pieces, '');
    quit(standIn);
    quit(standIn);
    standIn.allWindowsClosed();
    expect(await standIn.exited).toBe(0);
    expect(standIn.log.filter((line) => line === 'detached' || line.startsWith('exit'))).toEqual(['detached', 'exit 0']);
  });

  it('holds the quit back until the targets are detached', async () => {
    const standIn = new StandIn();
    await runDesktopApp(standIn.pieces, '');
    standIn.beforeQuit({ preventDefault: () => standIn.log.push('held') });
    await standIn.exited;
    expect(standIn.log.slice(-3)).toEqual(['held', 'detached', 'exit 0']);
  });

  it('detaches what was made after a signal came', async () => {
    const standIn = new StandIn();
    let makeReady = (): void => {};
    standIn.ready = new Promise((resolve) => {
      makeReady = resolve;
    });
    const running = runDesktopApp(standIn.pieces, '');
    standIn.signal();
    makeReady();
    await running;
    expect(await standIn.exited).toBe(0);
    expect(standIn.log).toEqual(['lock ', 'services for empty', 'detached', 'exit 0']);
  });

  it('ends with status 3 when the target can’t be opened', async () => {
    const standIn = new StandIn();
    await runDesktopApp(standIn.pieces, process404);
    expect(await standIn.exited).toBe(3);
    expect(standIn.log.slice(-3)).toEqual(['print no-such-process', 'detached', 'exit 3']);
  });

  it('ends with status 1 and words when what to open is garbage or detaching fails', async () => {
    const garbled = new StandIn();
    await runDesktopApp(garbled.pieces, '{');
    expect(garbled.log.slice(-2)).toEqual(['print malformed-input', 'exit 1']);
    const stuck = new StandIn();
    stuck.disposeFails = true;
    await runDesktopApp(stuck.pieces, '');
    stuck.signal();
    expect(await stuck.exited).toBe(1);
    expect(stuck.log).toContain('print gdb-timeout');
  });
});

describe('a second start', () => {
  it('hands its target over and ends', async () => {
    const standIn = new StandIn();
    standIn.lockIsFree = false;
    await runDesktopApp(standIn.pieces, process7);
    expect(standIn.log).toEqual([`lock ${process7}`, 'exit 0']);
  });

  it('gets a window of its own in the first, also when that is still starting', async () => {
    const standIn = new StandIn();
    let makeReady = (): void => {};
    standIn.ready = new Promise((resolve) => {
      makeReady = resolve;
    });
    const running = runDesktopApp(standIn.pieces, '');
    standIn.secondInstance(process7);
    makeReady();
    await running;
    while (!standIn.log.includes('window s7')) await Promise.resolve();
    standIn.secondInstance(undefined);
    while (standIn.log.at(-1) !== 'window ') await Promise.resolve();
    standIn.secondInstance(process404);
    while (standIn.log.at(-1) !== 'show no-such-process') await Promise.resolve();
    expect(standIn.log.some((line) => line.startsWith('exit'))).toBe(false);
  });
});
