import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { WebSocketServer } from 'ws';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { ChannelServer, type HandlerTable } from '../../../shared/rpc/channel-server.ts';
import { webSocketPort } from '../../../shared/rpc/web-socket-port.ts';
import { Access, isLoopback } from './access.ts';
import { answerHttp, refuseUpgrade, type WebGate } from './http-handler.ts';
import { guardedSocket } from './socket.ts';

export interface WebHostOptions {
  /** May still be in the making: pages get their files at once, and their socket when the services are there. */
  readonly handlers: HandlerTable | Promise<HandlerTable>;
  /** The user's wish; 0 for any free one. */
  readonly port?: number;
  /** Without a wish: taken if it is free, else any. What a browser keeps for a page (layout, theme) it keeps by port. */
  readonly usualPort?: number;
  /** Address to listen on; the loopback unless told otherwise. */
  readonly address?: string;
  /** Folder of the built page. */
  readonly rendererDir: string;
  /** Names, besides the machine's own, that browsers may call a host by which listens beyond the loopback. */
  readonly names?: readonly string[];
  /** Told of requests that failed by our own mistake. */
  readonly reportError: (error: unknown) => void;
}

export interface WebHost {
  /** To print: with the token, good for any number of browsers until the host ends. */
  readonly url: string;
  readonly port: number;
  /** To hand to a browser that we start: good once, for a minute. */
  launchUrl(): string;
  /** Pages connected right now. */
  readonly connectionCount: number;
  /** Called after each change of `connectionCount`. */
  onConnectionCount(listener: (count: number) => void): () => void;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/** The usual port of hosts that open a window. Below the range that Linux gives out by itself (32768 and up). */
export const USUAL_PORT = 17_440;

/** Longest message a page may send: writes of memory and terminal input are far below. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** RFC 6455 section 7.4.1: the endpoint is going away. */
const CLOSE_GOING_AWAY = 1001;

/** Serves the page and its WebSocket. Rejects with `io-error` when the address or port can't be had. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const address = options.address ?? '127.0.0.1';
  const gate: WebGate = { access: new Access(), beyondLoopback: !isLoopback(address) && address !== 'localhost', names: [hostname(), ...(options.names ?? [])] };
  const listeners = new Set<(count: number) => void>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const countChanged = (): void => {
    for (const listener of [...listeners]) listener(sockets.clients.size);
  };

  const server = createServer((request, response) => {
    answerHttp(gate, options.rendererDir, request, response).catch((error: unknown) => {
      options.reportError(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuseUpgrade(gate, request);
    if (refusal) {
      // The peer may be gone before the refusal is out; there is nobody left to tell.
      socket.on('error', () => socket.destroy());
      socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    // The peer may leave while the services are in the making.
    const gone = (): void => void socket.destroy();
    socket.on('error', gone);
    Promise.resolve(options.handlers).then((handlers) => {
      socket.off('error', gone);
      if (socket.destroyed) return;
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const channel = new ChannelServer(webSocketPort(guardedSocket(webSocket)), handlers, { reportError: options.reportError });
        // One turn later: `ws` takes the socket off its list in the same round of listeners.
        channel.onClosed(() => setImmediate(countChanged));
        countChanged();
      });
    }, gone); // why there are no services is said by who makes them
  });

  const port = await listenSomewhere(server, address, options);
  const origin = `http://${urlHost(address)}:${port}`;
  return {
    url: `${origin}/?token=${gate.access.token}`,
    port,
    launchUrl: () => `${origin}/?token=${gate.access.createLaunchToken()}`,
    get connectionCount() {
      return sockets.clients.size;
    },
    onConnectionCount(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => close(server, sockets),
  };
}

/** "Every address" is one to listen on, not one to open. */
function urlHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return hostname();
  return address.includes(':') ? `[${address}]` : address;
}

async function listenSomewhere(server: Server, address: string, { port, usualPort }: WebHostOptions): Promise<number> {
  if (port === undefined && usualPort !== undefined) {
    const taken = await listen(server, address, usualPort).catch(() => undefined); // the second try says what is wrong
    if (taken !== undefined) return taken;
  }
  return listen(server, address, port ?? 0);
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const message = `Nothing can listen on ${address} port ${port}.`;
      const remedy = 'Choose another port with --port, or let vmatlas choose one.';
      reject(new VmatlasError({ code: 'io-error', message, evidence: error.message, remedy }, { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, address, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port); // a TCP server's address is never a path
    });
  });
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all(
    [...sockets.clients].map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => resolve());
          socket.close(CLOSE_GOING_AWAY, 'vmatlas has ended');
          // A page that is frozen does not answer the goodbye.
          setTimeout(() => socket.terminate(), 500).unref();
        }),
    ),
  );
  sockets.close();
  server.closeAllConnections();
  await ended;
}
