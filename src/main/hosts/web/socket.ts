import type { WebSocket } from 'ws';
import type { WebSocketLike } from '../../../shared/rpc/web-socket-port.ts';

/**
 * How much may wait in a connection's send buffer. Above HIGH no further request is read from it, so that a page which asks faster than it
 * takes answers slows down; below LOW reading goes on. Events come unasked: a page that lets LIMIT pile up is cut off.
 */
export const HIGH_WATER_BYTES = 32 * 1024 * 1024;
export const LOW_WATER_BYTES = 8 * 1024 * 1024;
export const LIMIT_BYTES = 512 * 1024 * 1024;

/** A peer that is silent for two of these is gone, even if its TCP connection never said so (a closed laptop at the end of a tunnel). */
const PING_EVERY_MS = 20_000;

/** The server's end of a WebSocket with back-pressure and a heartbeat. */
export function guardedSocket(socket: WebSocket): WebSocketLike {
  const resume = (): void => {
    if (socket.isPaused && socket.bufferedAmount <= LOW_WATER_BYTES) socket.resume();
  };
  keepAlive(socket);
  return {
    get binaryType() {
      return socket.binaryType;
    },
    set binaryType(type) {
      if (type === 'arraybuffer') socket.binaryType = type;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(data) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(data, { binary: true }, resume);
      if (socket.bufferedAmount > LIMIT_BYTES) socket.terminate();
      else if (socket.bufferedAmount > HIGH_WATER_BYTES) socket.pause();
    },
    close: (code, reason) => socket.close(code, reason),
    addEventListener: socket.addEventListener.bind(socket),
  };
}

function keepAlive(socket: WebSocket): void {
  let heard = true;
  socket.on('pong', () => {
    heard = true;
  });
  const timer = setInterval(() => {
    // While reading is paused its pong can't be heard.
    if (!heard && !socket.isPaused) {
      socket.terminate();
      return;
    }
    heard = false;
    socket.ping();
  }, PING_EVERY_MS);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}
