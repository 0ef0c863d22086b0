import { VmatlasError } from '../../shared/model/errors.ts';
import { HERE_IS_PORT, WANT_PORT } from '../../shared/rpc/port-handover.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { domMessagePort } from './dom-message-port.ts';

/** What of `window` the hand-over needs; tests give their own. */
export interface HandoverWindow {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, targetOrigin: string): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/** Asks preload for a port. Rejects with `connection-lost` when the main process refuses. */
export function electronPort(page: HandoverWindow): Promise<Port> {
  return new Promise((resolve, reject) => {
    const receive = (event: MessageEvent<unknown>): void => {
      if (event.source !== page || event.origin !== page.location.origin || event.data !== HERE_IS_PORT) return;
      page.removeEventListener('message', receive);
      const [port] = event.ports;
      if (port) resolve(domMessagePort(port));
      else reject(new VmatlasError({ code: 'connection-lost', message: 'The main process refused this page a connection.', remedy: 'Restart vmatlas.' }));
    };
    page.addEventListener('message', receive);
    page.postMessage(WANT_PORT, page.location.origin);
  });
}
