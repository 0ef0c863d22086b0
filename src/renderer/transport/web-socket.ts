import { VmatlasError } from '../../shared/model/errors.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { webSocketPort, type WebSocketLike } from '../../shared/rpc/web-socket-port.ts';

/** A socket that is being opened. */
export interface OpeningSocket extends WebSocketLike {
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Where the host of a page listens: beside the page itself. */
export function socketUrl(pageUrl: string): string {
  const url = new URL('/rpc', pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Resolves once the socket is open. Rejects with `connection-lost` when it can't be opened; browsers do not say why. */
export function openSocket(url: string, makeSocket: (url: string) => OpeningSocket): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = makeSocket(url);
    // Made before the socket opens, so that the first message finds its listener.
    const port = webSocketPort(socket);
    socket.addEventListener('open', () => resolve(port));
    socket.addEventListener('close', () => {
      reject(
        new VmatlasError({
          code: 'connection-lost',
          message: 'The host does not answer.',
          evidence: url,
          remedy: 'See whether vmatlas still runs where it was started; if it was started anew, open the address it prints.',
        }),
      );
    });
  });
}
