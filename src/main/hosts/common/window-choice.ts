import { join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { findBrowser, isExecutableFile } from './find-program.ts';

export type WindowWish = 'auto' | 'electron' | 'browser' | 'none';

/** `why` is one line for the user: why it is not the better window. Undefined when there is nothing to explain. */
export type WindowChoice =
  | { readonly kind: 'electron'; readonly executable: string }
  | { readonly kind: 'browser'; readonly executable: string; readonly why: string | undefined }
  | { readonly kind: 'none'; readonly why: string | undefined };

/** The wish in VMATLAS_WINDOW. Throws `usage` for a word that is none. */
export function windowWish(env: NodeJS.ProcessEnv): WindowWish {
  const word = env['VMATLAS_WINDOW'] || 'auto';
  if (word === 'auto' || word === 'electron' || word === 'browser' || word === 'none') return word;
  throw new VmatlasError({ code: 'usage', message: `VMATLAS_WINDOW is '${word}'; it can be electron, browser, none or auto.` });
}

/** Electron's executable, if its runtime is installed. ELECTRON_OVERRIDE_DIST_PATH names the folder of another one, as for Electron's own launcher. */
export function findElectron(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const path = join(env['ELECTRON_OVERRIDE_DIST_PATH'] || join(root, 'node_modules/electron/dist'), 'electron');
  return isExecutableFile(path) ? path : undefined;
}

/** Which window can be had: Electron, else a browser in app mode, else none. A wish that can't be had throws `browser-missing`. */
export function chooseWindow(wish: WindowWish, root: string, env: NodeJS.ProcessEnv): WindowChoice {
  if (wish === 'none') return { kind: 'none', why: undefined };
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return { kind: 'none', why: 'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): open the address below in a browser, through an SSH tunnel if need be.' };
  }
  const electron = wish === 'browser' ? undefined : findElectron(root, env);
  if (electron !== undefined) return { kind: 'electron', executable: electron };
  const browser = wish === 'electron' ? undefined : findBrowser(env);
  if (browser !== undefined) {
    return { kind: 'browser', executable: browser, why: wish === 'browser' ? undefined : `Electron's runtime is not installed: using ${browser} instead.` };
  }
  if (wish === 'auto') return { kind: 'none', why: 'Neither Electron’s runtime nor Chromium is installed: open the address below in a browser.' };
  const what = wish === 'electron' ? 'Electron’s runtime is not installed' : 'no Chromium or Chrome is installed';
  throw new VmatlasError({
    code: 'browser-missing',
    message: `The window you asked for can’t be opened: ${what}.`,
    remedy: wish === 'electron' ? 'node node_modules/electron/install.js' : 'Install Chromium (apt install chromium), or name a browser in VMATLAS_BROWSER.',
  });
}
