import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { runPortContract } from '../../testing/port-contract.ts';
import { mainMessagePort, type MainMessagePort } from './main-message-port.ts';

/** Node's message port in the shape of Electron's: the same structured clone, but Electron wraps what arrives in an event. */
function asElectrons(port: MessagePort): MainMessagePort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: string, listener: (event: { readonly data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  };
}

runPortContract('a message port', () => {
  const { port1, port2 } = new MessageChannel();
  const client = mainMessagePort(asElectrons(port1));
  const server = mainMessagePort(asElectrons(port2));
  return Promise.resolve({ client, server, cut: () => port2.close(), dispose: () => port1.close() });
});
