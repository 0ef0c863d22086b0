import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, nativeTheme, protocol, session, shell } from 'electron';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { APP_ORIGIN, APP_SCHEME, WANT_PORT } from '../../../shared/rpc/port-handover.ts';
import { createLiveServices } from '../common/live-services.ts';
import { productRoot, rendererFolder } from '../common/product.ts';
import { OPEN_VARIABLE, openFromElectronArguments, writeWhatToOpen } from '../common/what-to-open.ts';
import { runDesktopApp } from './desktop-app.ts';
import { guardContents, guardSession } from './guard.ts';
import { answerPageRequest } from './page-protocol.ts';
import { PortBroker } from './port-broker.ts';

/** Background of the window until the page has painted: the themes' own, so that nothing flashes. */
const BACKGROUND = { dark: '#0e1115', light: '#eef1f4' } as const;

const EXIT_USAGE = 2;

const root = productRoot();
const printError = ({ message, evidence, remedy }: ErrorFacts): void => {
  process.stderr.write(`${[`vmatlas: ${message}`, evidence, remedy].filter((line) => line !== undefined).join('\n  ')}\n`);
};
const reportError = (error: unknown): void => printError(errorFacts(error));

const openText = process.env[OPEN_VARIABLE] ?? writeOpenArguments();
// Not for the programs that are launched from here.
delete process.env[OPEN_VARIABLE];

// Before the app is ready, or the scheme gets no origin of its own.
protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } }]);
// No menu bar, and none of its keys: Ctrl+R, Ctrl+W and the like belong to the terminals.
Menu.setApplicationMenu(null);

function writeOpenArguments(): string {
  try {
    return writeWhatToOpen(openFromElectronArguments(process.argv, process.cwd(), process.env));
  } catch (error) {
    reportError(error);
    return process.exit(EXIT_USAGE);
  }
}

function openWindow(sessionId: string | undefined): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    title: 'vmatlas',
    show: false,
    backgroundColor: BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    webPreferences: {
      preload: join(root, 'out/preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  const hash = sessionId === undefined ? '' : `#session=${encodeURIComponent(sessionId)}`;
  window.loadURL(`${APP_ORIGIN}/${hash}`).catch(reportError);
}

function isOurs(contents: object): boolean {
  return BrowserWindow.getAllWindows().some((window) => window.webContents === contents);
}

app.on('web-contents-created', (_event, contents) => guardContents(contents, (url) => void shell.openExternal(url).catch(reportError)));

void runDesktopApp(
  {
    takeLock: (open) => app.requestSingleInstanceLock({ open }),
    onSecondInstance: (listener) => {
      app.on('second-instance', (_event, _argv, _cwd, data) => listener(typeof data === 'object' && data !== null && 'open' in data ? data.open : undefined));
    },
    whenReady: () => app.whenReady(),
    createServices: ({ kind }) => createLiveServices({ hostKind: 'electron', needDemo: kind === 'demo', env: process.env, report: printError }),
    serve(handlers) {
      guardSession(session.defaultSession);
      const rendererDir = rendererFolder(root);
      protocol.handle(APP_SCHEME, (request) => answerPageRequest(rendererDir, request));
      const broker = new PortBroker(handlers, { createChannel: () => new MessageChannelMain(), isOurs, reportError });
      ipcMain.on(WANT_PORT, (event) => broker.handle(event));
    },
    openWindow,
    onAllWindowsClosed: (listener) => app.on('window-all-closed', listener),
    onBeforeQuit: (listener) => app.on('before-quit', listener),
    onSignal: (listener) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, listener);
    },
    exit: (status) => app.exit(status),
    printError,
    showError: ({ message, evidence, remedy }) => dialog.showErrorBox(message, [evidence, remedy].filter((line) => line !== undefined).join('\n\n')),
  },
  openText,
);
