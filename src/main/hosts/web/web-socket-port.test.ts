import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { webSocketPort } from '../../../shared/rpc/web-socket-port.ts';
import { runPortContract } from '../../testing/port-contract.ts';
import { guardedSocket } from './socket.ts';

runPortContract('a WebSocket', async () => {
  const listening = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => listening.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => listening.once('connection', resolve));
  const near = new WebSocket(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`);
  const client = webSocketPort(near);
  await new Promise((resolve) => near.once('open', resolve));
  const far = await accepted;
  return {
    client,
    server: webSocketPort(guardedSocket(far)),
    cut: () => far.terminate(),
    dispose: () =>
      new Promise<void>((resolve) => {
        near.terminate();
        listening.close(() => resolve());
      }),
  };
});
