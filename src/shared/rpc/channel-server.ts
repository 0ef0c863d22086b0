import { VmatlasError, errorFacts, type ErrorFacts } from '../model/errors.ts';
import type { CallContext, Unsubscribe } from './contract.ts';
import type { Port } from './port.ts';
import { encodeServerMessage, malformed, parseClientMessage, PROTOCOL_VERSION, type ClientMessage, type Malformed, type ServerMessage } from './wire.ts';

/** Any set of services, by wire name. HandlerSet is one. */
export type HandlerTable = Readonly<Record<string, { readonly calls: object; readonly events: object }>>;

export interface ChannelOptions {
  /** Told of mistakes that have no caller to go to: an event that can't be encoded, a listener that throws. By default they are thrown as uncaught. */
  readonly reportError?: (error: unknown) => void;
}

/** Throws from a fresh task, so that the mistake is seen and the channel goes on. */
export function throwUncaught(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

/**
 * Serves one connection: answers its calls, feeds its subscriptions. When the port ends, running calls are aborted and every subscription is ended; the
 * services themselves live on.
 */
export class ChannelServer {
  readonly #port: Port;
  readonly #handlers: HandlerTable;
  readonly #reportError: (error: unknown) => void;
  readonly #running = new Map<number, AbortController>();
  readonly #subscriptions = new Map<number, Unsubscribe>();
  readonly #closeListeners = new Set<(reason: string) => void>();
  #greeted = false;
  #closed: string | undefined;

  constructor(port: Port, handlers: HandlerTable, options: ChannelOptions = {}) {
    this.#port = port;
    this.#handlers = handlers;
    this.#reportError = options.reportError ?? throwUncaught;
    port.onClose((reason) => this.#end(reason));
    port.onMessage((bytes) => this.#receive(parseClientMessage(bytes)));
  }

  /** Calls not yet answered. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Called once, when the connection has ended; at once if it has already. */
  onClosed(listener: (reason: string) => void): Unsubscribe {
    if (this.#closed !== undefined) listener(this.#closed);
    else this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    this.#port.close();
  }

  #receive(message: ClientMessage | Malformed): void {
    if (this.#closed !== undefined) return;
    if (message.kind === 'hello') {
      this.#greet(message.version);
      return;
    }
    if (!this.#greeted && message.kind !== 'malformed') {
      this.#refuse(malformed('a message before the hello', message.id));
      return;
    }
    switch (message.kind) {
      case 'call':
        // #call answers every failure on the wire, so its promise never rejects.
        void this.#call(message.id, message.service, message.method, message.params);
        break;
      case 'cancel':
        this.#running.get(message.id)?.abort(cancelled());
        break;
      case 'subscribe':
        this.#subscribe(message.id, message.service, message.event);
        break;
      case 'unsubscribe':
        this.#unsubscribe(message.id);
        break;
      case 'malformed':
        this.#refuse(message);
        break;
    }
  }

  #greet(version: number): void {
    this.#greeted = version === PROTOCOL_VERSION;
    this.#send({ kind: 'hello', version: PROTOCOL_VERSION });
    // The client reads our version, sees that it differs and says so to the user; nothing else could be understood.
    if (!this.#greeted) this.#port.close();
  }

  async #call(id: number, service: string, method: string, params: unknown): Promise<void> {
    const handler = member(this.#handlers[service]?.calls, method, this.#handlers, service);
    if (!handler) {
      this.#send({ kind: 'error', id, facts: unknownMember(service, method) });
      return;
    }
    if (this.#running.has(id)) {
      this.#refuse(malformed(`a call with the id ${id}, which is in use`));
      return;
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    const context: CallContext = {
      signal: abort.signal,
      progress: (progress) => {
        if (this.#running.get(id) === abort && !abort.signal.aborted) this.#send({ kind: 'progress', id, progress });
      },
    };
    let answer: ServerMessage;
    try {
      answer = { kind: 'result', id, value: await handler(params, context) };
    } catch (error) {
      answer = { kind: 'error', id, facts: errorFacts(error) };
    }
    this.#running.delete(id);
    // Whoever cancelled has its answer already.
    if (!abort.signal.aborted) this.#send(answer);
  }

  #subscribe(id: number, service: string, event: string): void {
    const attach = member(this.#handlers[service]?.events, event, this.#handlers, service);
    if (!attach) {
      this.#send({ kind: 'refused', id, facts: unknownMember(service, event) });
      return;
    }
    if (this.#subscriptions.has(id)) {
      this.#refuse(malformed(`a subscription with the id ${id}, which is in use`));
      return;
    }
    let live = true;
    const emit = (payload: unknown): void => {
      if (live && this.#closed === undefined) this.#send({ kind: 'event', id, payload });
    };
    try {
      const detach = attach(emit);
      this.#subscriptions.set(id, () => {
        live = false;
        if (typeof detach === 'function') Reflect.apply(detach, undefined, []);
      });
    } catch (error) {
      live = false;
      this.#send({ kind: 'refused', id, facts: errorFacts(error) });
    }
  }

  #unsubscribe(id: number): void {
    const end = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    if (!end) return;
    try {
      end();
    } catch (error) {
      this.#reportError(error);
    }
  }

  #refuse(what: Malformed): void {
    if (what.id === undefined) this.#send({ kind: 'not-understood', facts: what.facts });
    else this.#send({ kind: 'error', id: what.id, facts: what.facts });
  }

  #send(message: ServerMessage): void {
    if (this.#closed !== undefined) return;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = encodeServerMessage(message);
    } catch (error) {
      // A result that is not plain data is our mistake, and the caller must not wait for ever.
      if (message.kind === 'result') this.#send({ kind: 'error', id: message.id, facts: errorFacts(error) });
      else this.#reportError(error);
      return;
    }
    this.#port.send(bytes);
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const abort of this.#running.values()) abort.abort(cancelled());
    for (const id of [...this.#subscriptions.keys()]) this.#unsubscribe(id);
    for (const listener of this.#closeListeners) listener(reason);
    this.#closeListeners.clear();
  }
}

type Member = (...args: readonly unknown[]) => unknown;

/** A service's own function of that name. What every object inherits (`constructor`, `toString`) is not a method of a service. */
function member(table: object | undefined, name: string, handlers: HandlerTable, service: string): Member | undefined {
  if (table === undefined || !Object.hasOwn(handlers, service) || name in Object.prototype) return undefined;
  const found: unknown = Reflect.get(table, name);
  return typeof found === 'function' ? (...args) => Reflect.apply(found, table, args) : undefined;
}

function unknownMember(service: string, name: string): ErrorFacts {
  return {
    code: 'unknown-method',
    message: 'The host does not know this request; window and host are of different versions.',
    evidence: `${service}.${name}`,
    remedy: 'Reload the window; if that does not help, restart vmatlas.',
  };
}

function cancelled(): VmatlasError {
  return new VmatlasError({ code: 'cancelled', message: 'The request was cancelled.' });
}
