import { VmatlasError } from '../../shared/model/errors.ts';
import type { CallContext, Contract, ServiceHandlers } from '../../shared/rpc/contract.ts';

export interface Sample extends Contract {
  readonly calls: {
    echo(params: unknown): unknown;
    fail(params: { readonly how: 'typed' | 'plain' | 'not-data' }): unknown;
    /** Settles when aborted. */
    wait(params: Record<string, never>): string;
    count(params: { readonly to: number }): number;
    nothing(params: Record<string, never>): undefined;
    emit(params: { readonly value: unknown }): null;
  };
  readonly events: { readonly tick: unknown; readonly broken: number };
}

export const SAMPLE_ERROR = { code: 'permission-denied', message: 'No.', evidence: 'EPERM', remedy: 'Ask.' } as const;

/** A service that does each thing a service can do, and counts what it saw. */
export class SampleService {
  waiting = 0;
  aborted = 0;
  attached = 0;
  detached = 0;
  readonly emitters = new Set<(payload: unknown) => void>();
  readonly handlers: ServiceHandlers<Sample> = {
    calls: {
      echo: (params) => params,
      fail: ({ how }) => {
        if (how === 'typed') throw new VmatlasError(SAMPLE_ERROR);
        if (how === 'plain') throw new RangeError('a plain mistake');
        return new Map();
      },
      wait: (_params, { signal }) => this.#wait(signal),
      count: async ({ to }, { progress }) => {
        for (let done = 1; done <= to; done++) {
          progress({ done, total: to, words: `${done} of ${to}` });
          await Promise.resolve();
        }
        return to;
      },
      nothing: () => undefined,
      emit: ({ value }) => {
        for (const emit of this.emitters) emit(value);
        return null;
      },
    },
    events: {
      tick: (emit) => {
        this.attached++;
        this.emitters.add(emit);
        return () => {
          this.detached++;
          this.emitters.delete(emit);
        };
      },
      broken: () => {
        throw new VmatlasError(SAMPLE_ERROR);
      },
    },
  };

  #wait(signal: CallContext['signal']): Promise<string> {
    this.waiting++;
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        this.aborted++;
        reject(signal.reason);
      });
    });
  }
}
