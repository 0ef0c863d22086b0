import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { localClients } from '../../../shared/rpc/clients.ts';
import type { HandlerSet } from '../../../shared/rpc/services.ts';
import type { HostServices } from '../common/run-host.ts';
import { openTarget, readWhatToOpen, type WhatToOpen } from '../common/what-to-open.ts';

/** The pieces of Electron that the app's course needs. main.ts has the real ones, tests stand-ins. */
export interface DesktopPieces {
  /** Takes the product's lock, or hands `open` to the process that has it and answers false. */
  takeLock(open: string): boolean;
  /** Another start of vmatlas gave up in favour of this one; what it was to open. */
  onSecondInstance(listener: (open: unknown) => void): void;
  whenReady(): Promise<unknown>;
  createServices(open: WhatToOpen): Promise<HostServices>;
  /** Lets pages reach the services. Called once, before the first window. */
  serve(handlers: HandlerSet): void;
  /** @param sessionId the session to show; undefined for the newest, or the start screen */
  openWindow(sessionId: string | undefined): void;
  onAllWindowsClosed(listener: () => void): void;
  /** Something asks the app to quit: the user, or the desktop session's end. */
  onBeforeQuit(listener: (event: { preventDefault(): void }) => void): void;
  /** SIGINT, SIGTERM or SIGHUP. */
  onSignal(listener: () => void): void;
  /** Ends the process at once. */
  exit(status: number): void;
  printError(facts: ErrorFacts): void;
  /** For what goes wrong when there is a window already. */
  showError(facts: ErrorFacts): void;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
/** "The target can't be opened or was lost." */
const EXIT_TARGET = 3;

/**
 * The app from start to end: one process for all windows; it quits with the last window, and whatever makes it quit, it first detaches its targets.
 * @param openText what another process of ours wrote with writeWhatToOpen
 */
export async function runDesktopApp(pieces: DesktopPieces, openText: string): Promise<void> {
  if (!pieces.takeLock(openText)) {
    pieces.exit(EXIT_DONE);
    return;
  }
  let status = EXIT_DONE;
  let starting: Promise<HostServices> | undefined;
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    try {
      await (await starting)?.dispose();
    } catch (error) {
      status ||= EXIT_FAILED;
      pieces.printError(errorFacts(error));
    }
    pieces.exit(status);
  };
  pieces.onBeforeQuit((event) => {
    event.preventDefault();
    void end();
  });
  pieces.onAllWindowsClosed(() => void end());
  pieces.onSignal(() => void end());

  try {
    const open = readWhatToOpen(openText);
    starting = pieces.whenReady().then(() => pieces.createServices(open));
    const services = starting;
    pieces.onSecondInstance((text) => void openAnother(pieces, services, text));
    const { handlers } = await starting;
    if (ended) return;
    pieces.serve(handlers);
    // At the same time as the first target: both take a while.
    pieces.openWindow(undefined);
    await openIn(handlers, open).catch((error: unknown) => {
      status = EXIT_TARGET;
      throw error;
    });
  } catch (error) {
    // Somebody who quits during all this has no use for the reason why it failed.
    if (ended) return;
    status ||= EXIT_FAILED;
    pieces.printError(errorFacts(error));
    await end();
  }
}

/** A second start of vmatlas opens its target here, in a window of its own. */
async function openAnother(pieces: DesktopPieces, starting: Promise<HostServices>, text: unknown): Promise<void> {
  try {
    const { handlers } = await starting;
    pieces.openWindow(await openIn(handlers, readWhatToOpen(typeof text === 'string' ? text : undefined)));
  } catch (error) {
    pieces.showError(errorFacts(error));
  }
}

async function openIn(handlers: HandlerSet, open: WhatToOpen): Promise<string | undefined> {
  const { clients, channel } = localClients(handlers);
  try {
    return (await openTarget(clients, open))?.sessionId;
  } finally {
    channel.close();
  }
}
