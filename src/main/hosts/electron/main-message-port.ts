import { messagePortPort } from '../../../shared/rpc/message-port.ts';
import type { Port } from '../../../shared/rpc/port.ts';

/** What of Electron's MessagePortMain is used. */
export interface MainMessagePort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** A Port over the main process's end of a message channel. */
export function mainMessagePort(messagePort: MainMessagePort): Port {
  return messagePortPort({
    postMessage: (message) => messagePort.postMessage(message),
    listen(onData, onClose) {
      messagePort.on('message', ({ data }) => onData(data));
      messagePort.on('close', onClose);
    },
    start: () => messagePort.start(),
    close: () => messagePort.close(),
  });
}
