import { MessageChannel } from 'node:worker_threads';
import { asElectrons } from '../../testing/electron-message-port.ts';
import { runPortContract } from '../../testing/port-contract.ts';
import { mainMessagePort } from './main-message-port.ts';

runPortContract('a message port', () => {
  const { port1, port2 } = new MessageChannel();
  const client = mainMessagePort(asElectrons(port1));
  const server = mainMessagePort(asElectrons(port2));
  return Promise.resolve({ client, server, cut: () => port2.close(), dispose: () => port1.close() });
});
