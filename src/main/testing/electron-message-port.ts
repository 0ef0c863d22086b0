import type { MessagePort } from 'node:worker_threads';

/** What Electron's MessagePortMain offers and the product uses. */
interface ElectronsPort {
  postMessage(message: unknown): void;
  on(event: string, listener: (event: { readonly data: unknown }) => void): unknown;
  start(): void;
  close(): void;
}

/** Node's message port in the shape of Electron's: the same structured clone, but Electron wraps what arrives in an event. */
export function asElectrons(port: MessagePort): ElectronsPort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event, listener) => port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  };
}
