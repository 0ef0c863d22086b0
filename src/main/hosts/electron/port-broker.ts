import { ChannelServer, type HandlerTable } from '../../../shared/rpc/channel-server.ts';
import { HERE_IS_PORT } from '../../../shared/rpc/port-handover.ts';
import { mainMessagePort, type MainMessagePort } from './main-message-port.ts';
import { refusePort } from './policy.ts';

/** What of Electron's IpcMainEvent is looked at. */
export interface PortRequest<P extends MainMessagePort> {
  readonly senderFrame: AskingFrame<P> | null;
  readonly sender: object;
}

export interface AskingFrame<P extends MainMessagePort> {
  readonly url: string;
  /** Null for the page itself. */
  readonly parent: object | null;
  postMessage(channel: string, message: unknown, ports: P[]): void;
}

export interface PortBrokerOptions<P extends MainMessagePort> {
  readonly createChannel: () => { readonly port1: P; readonly port2: P };
  /** Whether these contents are a window's that we opened. */
  readonly isOurs: (contents: object) => boolean;
  readonly reportError: (error: unknown) => void;
}

/** Gives each page that asks rightly a port of its own, served by `handlers`; a page that asks wrongly gets an answer without one. */
export class PortBroker<P extends MainMessagePort> {
  readonly #handlers: HandlerTable;
  readonly #options: PortBrokerOptions<P>;
  readonly #open = new Set<ChannelServer>();

  constructor(handlers: HandlerTable, options: PortBrokerOptions<P>) {
    this.#handlers = handlers;
    this.#options = options;
  }

  /** Pages connected right now. */
  get connectionCount(): number {
    return this.#open.size;
  }

  handle({ senderFrame, sender }: PortRequest<P>): void {
    const refusal = refusePort({ frameUrl: senderFrame?.url, isMainFrame: senderFrame?.parent === null, inOurWindow: this.#options.isOurs(sender) });
    if (refusal !== undefined || senderFrame === null) {
      this.#options.reportError(new Error(`A page asked for a connection and was refused: ${refusal}.`));
      senderFrame?.postMessage(HERE_IS_PORT, null, []);
      return;
    }
    const { port1, port2 } = this.#options.createChannel();
    const server = new ChannelServer(mainMessagePort(port1), this.#handlers, { reportError: this.#options.reportError });
    this.#open.add(server);
    server.onClosed(() => this.#open.delete(server));
    senderFrame.postMessage(HERE_IS_PORT, null, [port2]);
  }
}
