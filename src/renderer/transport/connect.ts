import { APP_ORIGIN } from '../../shared/rpc/port-handover.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { electronPort } from './electron-port.ts';
import { openSocket, socketUrl } from './web-socket.ts';

/**
 * Connects the page to its host: by message port in Electron, by WebSocket otherwise. Rejects with `connection-lost`.
 *
 * A connection that ends is not mended behind the user's back: the port tells its end, the window shows it, and calling this again makes a new one (sessions
 * live in the host and are still there).
 */
export function connect(): Promise<Port> {
  if (window.location.origin === APP_ORIGIN) return electronPort(window);
  return openSocket(socketUrl(window.location.href), (url) => new WebSocket(url));
}
