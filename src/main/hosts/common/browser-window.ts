import { mkdirSync, mkdtempSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './product.ts';
import { spawnClosed } from './spawn-closed.ts';
import { windowProcess, type WindowProcess } from './window-process.ts';

const PATIENCE_MS = 3000;

/**
 * Opens a Chromium-family browser in app mode: one window without tabs and address bar, in a profile of its own, so that nothing of the user's browser is seen or
 * touched and closing the window ends the process.
 */
export function openBrowserWindow(executable: string, url: string, env: NodeJS.ProcessEnv): WindowProcess {
  const profile = chooseProfile(env);
  const child = spawnClosed(executable, [...browserFlags(process.getuid?.() === 0), `--user-data-dir=${profile.folder}`, `--app=${url}`], {
    stdio: 'ignore',
    env,
    // A session of its own: Ctrl-C in our terminal is for us, and we close the window when the targets are detached.
    detached: true,
  });
  return windowProcess(child, { wholeGroup: true, patienceMs: PATIENCE_MS, afterwards: () => profile.dispose() });
}

/** Everything that keeps the browser from greeting, asking, updating or calling home. */
export function browserFlags(root: boolean): readonly string[] {
  return [
    '--no-first-run', '--no-default-browser-check', '--no-service-autorun', '--no-pings',
    '--disable-background-networking', '--disable-background-mode', '--disable-component-update', '--disable-client-side-phishing-detection', '--disable-sync',
    '--disable-default-apps', '--disable-extensions', '--disable-domain-reliability', '--disable-breakpad', '--disable-crash-reporter',
    '--disable-features=Translate,OptimizationHints,OptimizationGuideModelDownloading,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions',
    '--metrics-recording-only', '--disable-search-engine-choice-screen', '--hide-crash-restore-bubble', '--password-store=basic', '--use-mock-keychain',
    '--ozone-platform-hint=auto', '--class=vmatlas', '--window-size=1440,900',
    // Chromium's sandbox can't start as root; the second flag drops the bar that warns of the first.
    ...(root ? ['--no-sandbox', '--test-type'] : []),
  ];
}

interface Profile {
  readonly folder: string;
  dispose(): Promise<void>;
}

/** One kept profile, so that layout and theme are remembered and the second start is quick; a throw-away one while another window holds that. */
export function chooseProfile(env: NodeJS.ProcessEnv): Profile {
  const kept = join(cacheFolder(env), 'browser-profile');
  if (!isHeld(kept)) {
    mkdirSync(kept, { recursive: true, mode: 0o700 });
    return { folder: kept, dispose: () => Promise.resolve() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'vmatlas-browser-'));
  // The browser's helpers may still be writing when it has ended.
  return { folder, dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Whether a browser runs in this profile: its SingletonLock links to `HOST-PID` (chrome/browser/process_singleton_posix.cc). */
function isHeld(profile: string): boolean {
  let holder: string;
  try {
    holder = readlinkSync(join(profile, 'SingletonLock'));
  } catch {
    return false; // no lock, or no profile yet
  }
  const dash = holder.lastIndexOf('-');
  const pid = Number(holder.slice(dash + 1));
  // On another machine that shares this home folder, nobody here can tell.
  if (holder.slice(0, dash) !== hostname() || !Number.isSafeInteger(pid) || pid < 1) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
