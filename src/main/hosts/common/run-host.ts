import { VmatlasError, errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { localClients } from '../../../shared/rpc/clients.ts';
import type { HandlerSet } from '../../../shared/rpc/services.ts';
import { openBrowserWindow } from './browser-window.ts';
import { openElectronWindow } from './electron-window.ts';
import { openTarget, type WhatToOpen } from './what-to-open.ts';
import type { WindowChoice } from './window-choice.ts';
import type { WindowProcess } from './window-process.ts';

/** The services of a host and their end. `dispose` detaches what is attached, ends what was launched, and resolves when gdb has ended. */
export interface HostServices {
  readonly handlers: HandlerSet;
  dispose(): Promise<void>;
}

/** A server of pages. startWebHost gives one. */
export interface PageServer {
  readonly url: string;
  launchUrl(): string;
  readonly connectionCount: number;
  onConnectionCount(listener: (count: number) => void): () => void;
  close(): Promise<void>;
}

export interface RunHostOptions {
  readonly open: WhatToOpen;
  readonly window: WindowChoice;
  readonly createServices: () => HostServices | Promise<HostServices>;
  /** Serves pages while the services are still in the making. */
  readonly serve: (handlers: Promise<HandlerSet>) => Promise<PageServer>;
  /** The product's folder. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** A line for the user (standard error). */
  readonly say: (line: string) => void;
  /** The address to open (standard output). */
  readonly printUrl: (url: string) => void;
  readonly printError: (facts: ErrorFacts) => void;
  /** The process, unless a test stands in for it. */
  readonly signals?: SignalSource;
}

export interface SignalSource {
  on(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown;
  off(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown;
}

/** Exit statuses of the product: done, and "the target can't be opened or was lost". */
const EXIT_DONE = 0;
const EXIT_TARGET = 3;
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs vmatlas until its window is closed or a signal ends it; without a window, until a signal. Targets are detached before anything else is taken down.
 * @returns the exit status. Rejects with what kept it from starting.
 */
export function runHost(options: RunHostOptions): Promise<number> {
  return options.window.kind === 'electron' ? runElectron(options, options.window.executable) : runWeb(options);
}

/** Electron's main process does the work; this one waits and passes signals on. */
async function runElectron({ open, env, root, signals = process }: RunHostOptions, executable: string): Promise<number> {
  const window = openElectronWindow(executable, root, open, env);
  const watch = watchSignals(signals);
  const ending = await Promise.race([window.ended, watch.signal.then(() => undefined)]);
  try {
    if (ending) return exitStatusOf(ending);
    // The same signal again would do no harm; SIGTERM makes Electron detach and end.
    await window.close();
    return EXIT_DONE;
  } finally {
    watch.stop();
  }
}

function exitStatusOf({ status, words }: { readonly status: number | undefined; readonly words: string }): number {
  if (status !== undefined) return status;
  throw new VmatlasError({ code: 'internal', message: 'Electron ended unexpectedly.', evidence: words, remedy: 'VMATLAS_WINDOW=browser uses a browser instead.' });
}

async function runWeb(options: RunHostOptions): Promise<number> {
  const { say, printUrl, window: choice } = options;
  const watch = watchSignals(options.signals ?? process);
  let services: HostServices | undefined;
  let server: PageServer | undefined;
  let window: WindowProcess | undefined;
  try {
    const promised = promiseHandlers();
    server = await options.serve(promised.handlers);
    if (choice.kind !== 'electron' && choice.why !== undefined) say(choice.why);
    // The browser takes longest to start, so it goes first; loading the services and opening the target run beside it.
    if (choice.kind === 'browser') window = openBrowserWindow(choice.executable, server.launchUrl(), options.env);
    services = await options.createServices();
    promised.provide(services.handlers);
    const opened = openFirst(services.handlers, options.open);
    if (choice.kind !== 'browser') printUrl(server.url);

    const failed = opened.then((facts) => facts ?? NEVER);
    const end = await Promise.race([failed, watch.signal, window === undefined ? NEVER : windowClosed(window, server, options)]);
    if (typeof end === 'string') return EXIT_DONE;
    options.printError(end);
    return EXIT_TARGET;
  } finally {
    // First the targets; a second signal during this does nothing, because leaving early is what would harm them.
    try {
      await services?.dispose();
    } finally {
      await Promise.all([server?.close(), window?.close()]);
      watch.stop();
    }
  }
}

/** The handlers to come. Nobody may be waiting for them when the services fail, so that a promise left open is no mistake. */
function promiseHandlers(): { readonly handlers: Promise<HandlerSet>; provide(handlers: HandlerSet): void } {
  let provide: (handlers: HandlerSet) => void = () => {};
  const handlers = new Promise<HandlerSet>((resolve) => {
    provide = resolve;
  });
  return { handlers, provide };
}

const NEVER = new Promise<never>(() => {});

/** Why the first target could not be opened; undefined when it was. */
async function openFirst(handlers: HandlerSet, open: WhatToOpen): Promise<ErrorFacts | undefined> {
  const { clients, channel } = localClients(handlers);
  try {
    await openTarget(clients, open);
    return undefined;
  } catch (error) {
    return errorFacts(error);
  } finally {
    channel.close();
  }
}

/** Resolves when the user has closed the window. A browser that ends before its page ever came is no window: then the address is printed, and serving goes on. */
async function windowClosed(window: WindowProcess, server: PageServer, { say, printUrl }: RunHostOptions): Promise<string> {
  let seen = server.connectionCount > 0;
  const stop = server.onConnectionCount(() => {
    seen = true;
  });
  const { words } = await window.ended;
  stop();
  if (seen) return 'the window was closed';
  say(`The browser ended without showing the window (${words}). Open this address instead:`);
  printUrl(server.url);
  return NEVER;
}

/** Catches the signals that ask us to end, so that they don't end us before the targets are detached. */
function watchSignals(source: SignalSource): { readonly signal: Promise<string>; stop(): void } {
  let caught: (name: NodeJS.Signals) => void = () => {};
  const signal = new Promise<string>((resolve) => {
    caught = resolve;
  });
  for (const name of ENDING_SIGNALS) source.on(name, caught);
  return {
    signal,
    stop() {
      for (const name of ENDING_SIGNALS) source.off(name, caught);
    },
  };
}
