/**
 * How a page in Electron gets its port. The page asks by `window.postMessage(WANT_PORT)`; preload passes the wish on over the ipc channel of that name; the main
 * process checks who asks and sends a MessagePort over the ipc channel HERE_IS_PORT; preload hands it to the page by `window.postMessage(HERE_IS_PORT)`.
 * A refused wish is answered by HERE_IS_PORT without a port.
 */
export const WANT_PORT = 'vmatlas:want-port';
export const HERE_IS_PORT = 'vmatlas:here-is-port';

/** The page's own scheme and address in Electron. */
export const APP_SCHEME = 'vmatlas';
export const APP_ORIGIN = `${APP_SCHEME}://app`;
