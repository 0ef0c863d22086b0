import { PortEvents } from './port-events.ts';
import type { Port } from './port.ts';

/** What Electron's MessagePortMain, a page's MessagePort and Node's MessagePort have in common, once their ways of listening are evened out. */
export interface MessagePortLike {
  postMessage(message: Uint8Array): void;
  listen(onData: (data: unknown) => void, onClose: () => void): void;
  start(): void;
  close(): void;
}

/** A Port over any kind of message port. `bufferedBytes` is 0: message ports don't tell. */
export function messagePortPort(messagePort: MessagePortLike): Port {
  const events = new PortEvents();
  messagePort.listen(
    (data) => {
      if (data instanceof Uint8Array) events.message(data);
      else {
        events.closed('the other side sent something that is not binary');
        messagePort.close();
      }
    },
    () => events.closed('closed by the other side'),
  );
  messagePort.start();
  return {
    send(message) {
      if (events.isClosed) return;
      // Cloning a view copies the whole buffer under it, which the encoder made up to twice as large as the message.
      messagePort.postMessage(message.byteLength === message.buffer.byteLength ? message : message.slice());
    },
    onMessage: (listener) => events.onMessage(listener),
    onClose: (listener) => events.onClose(listener),
    close() {
      messagePort.close();
      // Browsers don't tell the end of a port to the side that closed it.
      queueMicrotask(() => events.closed('closed by this side'));
    },
    bufferedBytes: 0,
  };
}
