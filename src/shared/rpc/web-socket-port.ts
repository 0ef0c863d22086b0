import { PortEvents } from './port-events.ts';
import type { Port } from './port.ts';

/** The part of the standard WebSocket that both a browser's and the `ws` package's have. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
}

/** RFC 6455 section 7.4.1: a kind of data this side can't accept. */
const CLOSE_UNSUPPORTED_DATA = 1003;
const CLOSE_NORMAL = 1000;

/** A Port over an open WebSocket. */
export function webSocketPort(socket: WebSocketLike): Port {
  const events = new PortEvents();
  let closing = false;
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) events.message(new Uint8Array(data));
    else {
      events.closed('the other side sent something that is not binary');
      socket.close(CLOSE_UNSUPPORTED_DATA, 'binary messages only');
    }
  });
  socket.addEventListener('close', ({ code, reason }) => {
    if (closing) events.closed('closed by this side');
    else events.closed(reason === '' ? `the connection ended (WebSocket code ${code})` : reason);
  });
  // The close event that follows carries the code; without a listener the `ws` package would throw.
  socket.addEventListener('error', () => {});
  return {
    send(message) {
      if (!closing && !events.isClosed) socket.send(message);
    },
    onMessage: (listener) => events.onMessage(listener),
    onClose: (listener) => events.onClose(listener),
    close() {
      if (closing) return;
      closing = true;
      socket.close(CLOSE_NORMAL);
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
  };
}
