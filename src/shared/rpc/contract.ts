/**
 * Type machinery of service interfaces. A contract lists calls (parameters → result) and events (name → payload) as types only; the same contract types the client's
 * proxy and the server's handlers, so that both ends of the wire are checked against one text.
 *
 * Parameters, results and payloads are plain data: null, undefined (kept as absent; inside an array it turns into null), booleans, numbers, strings, bigints, Uint8Array, Uint16Array, Uint32Array, Float64Array, arrays and plain objects of these.
 */
export interface Contract {
  readonly calls: object;
  readonly events: object;
}

type AnyCall = (params: never) => unknown;

export type ParamsOf<F> = F extends (params: infer P) => unknown ? P : never;
export type ResultOf<F> = F extends (params: never) => infer R ? R : never;

export interface CallOptions {
  /** Aborting rejects the call with code `cancelled` and tells the server. */
  readonly signal?: AbortSignal;
  /** Called for each progress report of a long call. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  readonly words: string;
}

export interface CallContext {
  /** Aborted when the caller cancels or its connection ends. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export type Unsubscribe = () => void;

/** What the page sees of a service. */
export type ServiceClient<C extends Contract> = {
  readonly [M in keyof C['calls']]: C['calls'][M] extends AnyCall
    ? (params: ParamsOf<C['calls'][M]>, options?: CallOptions) => Promise<ResultOf<C['calls'][M]>>
    : never;
} & {
  /** Subscribes to an event; the server hears of the first subscription and of the last one's end. */
  on<E extends keyof C['events'] & string>(event: E, listener: (payload: C['events'][E]) => void): Unsubscribe;
};

/** What a service gives the channel: one handler per call, and a way to attach to each event. */
export interface ServiceHandlers<C extends Contract> {
  readonly calls: {
    readonly [M in keyof C['calls']]: C['calls'][M] extends AnyCall
      ? (params: ParamsOf<C['calls'][M]>, context: CallContext) => ResultOf<C['calls'][M]> | Promise<ResultOf<C['calls'][M]>>
      : never;
  };
  readonly events: {
    readonly [E in keyof C['events']]: (emit: (payload: C['events'][E]) => void) => Unsubscribe;
  };
}
