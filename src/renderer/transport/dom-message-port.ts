import { messagePortPort } from '../../shared/rpc/message-port.ts';
import type { Port } from '../../shared/rpc/port.ts';

/** A Port over the page's end of a message channel. */
export function domMessagePort(messagePort: MessagePort): Port {
  return messagePortPort({
    postMessage: (message) => messagePort.postMessage(message),
    listen(onData, onClose) {
      messagePort.addEventListener('message', (event: MessageEvent<unknown>) => onData(event.data));
      // Chrome tells the end of the other side since version 122; Electron did before.
      messagePort.addEventListener('close', onClose);
    },
    start: () => messagePort.start(),
    close: () => messagePort.close(),
  });
}
