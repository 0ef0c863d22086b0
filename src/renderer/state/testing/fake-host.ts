import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Contract, ServiceHandlers, Unsubscribe } from '../../../shared/rpc/contract.ts';
import { localClients, type Connection } from '../../../shared/rpc/clients.ts';
import type { HandlerSet, Services } from '../../../shared/rpc/services.ts';

type Calls = { readonly [S in keyof Services]?: Partial<ServiceHandlers<Services[S]>['calls']> };

/** A host for tests: the calls given, everything else refused; events by hand. Speaks through the real codec and channel. */
export class FakeHost {
  readonly connection: Connection;
  readonly #emitters = new Map<string, Set<(payload: never) => void>>();

  constructor(calls: Calls) {
    const service = <C extends Contract>(name: string, events: readonly (keyof C['events'] & string)[], own: object = {}): ServiceHandlers<C> => {
      const refused = new Proxy(own, {
        get: (target, call) => Reflect.get(target, call) as unknown ?? ((): never => {
          throw new VmatlasError({ code: 'unsupported', message: `the fake host has no ${name}.${String(call)}` });
        }),
        has: () => true,
        getOwnPropertyDescriptor: (target, call) => Reflect.getOwnPropertyDescriptor(target, call) ?? { configurable: true, enumerable: true, value: undefined },
      });
      const attach = Object.fromEntries(events.map((event) => [event, (emit: (payload: never) => void): Unsubscribe => this.#attach(`${name}.${event}`, emit)]));
      // Built from names at run time, which no type can follow; the calls' own types were checked at the constructor.
      return { calls: refused, events: attach } as object as ServiceHandlers<C>;
    };
    const handlers: HandlerSet = {
      processes: service('processes', [], calls.processes),
      sessions: service('sessions', ['state', 'closed'], calls.sessions),
      map: service('map', ['changed'], calls.map),
      memory: service('memory', ['written', 'edited'], calls.memory),
      pages: service('pages', ['writableExecutableFound'], calls.pages),
      locate: service('locate', [], calls.locate),
      debug: service('debug', ['breakpointsChanged', 'selected', 'settled'], calls.debug),
      code: service('code', [], calls.code),
      stack: service('stack', [], calls.stack),
      explain: service('explain', [], calls.explain),
      search: service('search', ['found'], calls.search),
      symbols: service('symbols', [], calls.symbols),
      labs: service('labs', ['checked', 'progressChanged'], calls.labs),
      terminals: service('terminals', ['data', 'ended'], calls.terminals),
    };
    this.connection = localClients(handlers);
  }

  get clients(): Connection['clients'] {
    return this.connection.clients;
  }

  emit<S extends keyof Services, E extends keyof Services[S]['events'] & string>(service: S, event: E, payload: Services[S]['events'][E]): void {
    for (const emit of this.#emitters.get(`${service}.${event}`) ?? []) emit(payload as never);
  }

  /** Lets everything that is on its way arrive. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  #attach(name: string, emit: (payload: never) => void): Unsubscribe {
    const set = this.#emitters.get(name) ?? new Set();
    this.#emitters.set(name, set);
    set.add(emit);
    return () => set.delete(emit);
  }
}

/** A promise with its handles, for answers that come when the test says so. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  // Promise.withResolvers is newer than the oldest Node we run on.
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
