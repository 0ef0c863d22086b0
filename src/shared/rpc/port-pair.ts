import { PortEvents } from './port-events.ts';
import type { Port } from './port.ts';

/** Two ports in one process, each the other's far end. Delivery is asynchronous and in order, as on a real wire; a close arrives after what was sent before it. */
export function createPortPair(): readonly [Port, Port] {
  const left = new PortEvents();
  const right = new PortEvents();
  return [pairEnd(left, right), pairEnd(right, left)];
}

function pairEnd(own: PortEvents, other: PortEvents): Port {
  let closing = false;
  return {
    send(message) {
      if (closing || own.isClosed) return;
      queueMicrotask(() => other.message(message));
    },
    onMessage: (listener) => own.onMessage(listener),
    onClose: (listener) => own.onClose(listener),
    close() {
      if (closing) return;
      closing = true;
      queueMicrotask(() => {
        other.closed('closed by the other side');
        own.closed('closed by this side');
      });
    },
    bufferedBytes: 0,
  };
}
