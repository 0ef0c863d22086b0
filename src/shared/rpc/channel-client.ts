import { errorFacts, type ErrorFacts, type VmatlasError } from '../model/errors.ts';
import { throwUncaught, type ChannelOptions } from './channel-server.ts';
import type { CallOptions, Contract, ServiceClient, Unsubscribe } from './contract.ts';
import type { Port } from './port.ts';
import { encodeClientMessage, errorFromFacts, parseServerMessage, PROTOCOL_VERSION, type ClientMessage, type Malformed, type ServerMessage } from './wire.ts';

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: VmatlasError) => void;
  readonly onProgress: CallOptions['onProgress'];
  /** Made when the call was sent, so that a failure can be traced to its caller. */
  readonly callSite: Error;
}

type EventListener = (payload: unknown) => void;

interface Subscription {
  readonly id: number;
  readonly listeners: Set<EventListener>;
}

/**
 * The calling end of a connection. Every promise it gives settles: by the answer, by cancelling, or with `connection-lost` when the port ends,
 * however that comes about.
 */
export class ChannelClient {
  readonly #port: Port;
  readonly #reportError: (error: unknown) => void;
  readonly #pending = new Map<number, PendingCall>();
  /** By `service event`; and the same by id. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #subscriptionsById = new Map<number, Subscription>();
  readonly #idleListeners = new Set<() => void>();
  readonly #closeListeners = new Set<(error: VmatlasError) => void>();
  #nextId = 1;
  #closed: VmatlasError | undefined;

  constructor(port: Port, options: ChannelOptions = {}) {
    this.#port = port;
    this.#reportError = options.reportError ?? throwUncaught;
    port.onClose((reason) => this.#end({ code: 'connection-lost', message: 'The connection to the host is lost.', evidence: reason }));
    port.onMessage((bytes) => this.#receive(parseServerMessage(bytes)));
    this.#send({ kind: 'hello', version: PROTOCOL_VERSION });
  }

  /** A service as its contract describes it. Nothing is sent until a method is called; unknown names fail then. */
  service<C extends Contract>(name: string): ServiceClient<C> {
    const methods = new Map<string, unknown>([['on', (event: string, listener: EventListener) => this.#on(name, event, listener)]]);
    const proxy = new Proxy(
      {},
      {
        get: (_target, property) => {
          // `then` would make a service look like a promise to `await`.
          if (typeof property !== 'string' || property === 'then') return undefined;
          const known = methods.get(property);
          if (known !== undefined) return known;
          const method = (params: unknown, options?: CallOptions): Promise<unknown> => this.#call(name, property, params, options);
          methods.set(property, method);
          return method;
        },
      },
    );
    return proxy as ServiceClient<C>;
  }

  /** Calls sent and not yet settled. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Called each time the last pending call has settled. */
  onIdle(listener: () => void): Unsubscribe {
    this.#idleListeners.add(listener);
    return () => this.#idleListeners.delete(listener);
  }

  /** Why the connection ended; undefined while it lives. */
  get closedBecause(): VmatlasError | undefined {
    return this.#closed;
  }

  /** Called once, when the connection has ended; at once if it has already. */
  onClosed(listener: (error: VmatlasError) => void): Unsubscribe {
    if (this.#closed) listener(this.#closed);
    else this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    this.#end({ code: 'connection-lost', message: 'The connection to the host was closed.', evidence: 'closed by this side' });
    this.#port.close();
  }

  #call(service: string, method: string, params: unknown, { signal, onProgress }: CallOptions = {}): Promise<unknown> {
    const callSite = new Error(`${service}.${method} was called here`);
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(errorFromFacts(this.#closed.facts(), callSite));
        return;
      }
      if (signal?.aborted) {
        reject(errorFromFacts(CANCELLED, callSite));
        return;
      }
      const id = this.#nextId++;
      const cancel = (): void => {
        this.#settle(id)?.reject(errorFromFacts(CANCELLED, callSite));
        this.#send({ kind: 'cancel', id });
      };
      const forget = (): void => signal?.removeEventListener('abort', cancel);
      this.#pending.set(id, {
        resolve: (value) => {
          forget();
          resolve(value);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
        onProgress,
        callSite,
      });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        this.#send({ kind: 'call', id, service, method, params });
      } catch (error) {
        this.#settle(id)?.reject(errorFromFacts(errorFacts(error), callSite));
      }
    });
  }

  #on(service: string, event: string, listener: EventListener): Unsubscribe {
    const key = `${service} ${event}`;
    let subscription = this.#subscriptions.get(key);
    if (!subscription) {
      subscription = { id: this.#nextId++, listeners: new Set() };
      this.#subscriptions.set(key, subscription);
      this.#subscriptionsById.set(subscription.id, subscription);
      this.#send({ kind: 'subscribe', id: subscription.id, service, event });
    }
    const { id, listeners } = subscription;
    // One listener may be subscribed twice; each subscription ends on its own.
    const own: EventListener = (payload) => listener(payload);
    listeners.add(own);
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return;
      this.#subscriptions.delete(key);
      this.#subscriptionsById.delete(id);
      this.#send({ kind: 'unsubscribe', id });
    };
  }

  #receive(message: ServerMessage | Malformed): void {
    if (this.#closed) return;
    switch (message.kind) {
      case 'hello':
        if (message.version !== PROTOCOL_VERSION) this.#giveUp(differentVersions(message.version));
        break;
      // An answer to a call that was cancelled meanwhile finds nobody, and so does an event after its subscription's end.
      case 'result':
        this.#settle(message.id)?.resolve(message.value);
        break;
      case 'error': {
        const call = this.#settle(message.id);
        call?.reject(errorFromFacts(message.facts, call.callSite));
        break;
      }
      case 'progress': {
        const { id, progress } = message;
        this.#guard(() => this.#pending.get(id)?.onProgress?.(progress));
        break;
      }
      case 'event':
        for (const listener of [...(this.#subscriptionsById.get(message.id)?.listeners ?? [])]) this.#guard(() => listener(message.payload));
        break;
      case 'refused':
        this.#reportError(errorFromFacts(message.facts));
        break;
      // Something was lost on the way, and the call it belonged to would wait for ever.
      case 'not-understood':
      case 'malformed':
        this.#giveUp(message.facts);
        break;
    }
  }

  #giveUp(facts: ErrorFacts): void {
    this.#end(facts);
    this.#port.close();
  }

  #settle(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    if (!call) return undefined;
    this.#pending.delete(id);
    if (this.#pending.size === 0) for (const listener of [...this.#idleListeners]) this.#guard(listener);
    return call;
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#reportError(error);
    }
  }

  #send(message: ClientMessage): void {
    if (!this.#closed) this.#port.send(encodeClientMessage(message));
  }

  #end(facts: ErrorFacts): void {
    if (this.#closed) return;
    const error = errorFromFacts(facts);
    this.#closed = error;
    for (const id of [...this.#pending.keys()]) {
      const call = this.#settle(id);
      call?.reject(errorFromFacts(facts, call.callSite));
    }
    this.#subscriptions.clear();
    this.#subscriptionsById.clear();
    for (const listener of [...this.#closeListeners]) this.#guard(() => listener(error));
    this.#closeListeners.clear();
  }
}

const CANCELLED: ErrorFacts = { code: 'cancelled', message: 'The request was cancelled.' };

function differentVersions(theirs: number): ErrorFacts {
  return {
    code: 'unsupported',
    message: 'The window and the host are of different versions.',
    evidence: `protocol ${PROTOCOL_VERSION} here, ${theirs} on the host`,
    remedy: 'Reload the window; if that does not help, restart vmatlas.',
  };
}
