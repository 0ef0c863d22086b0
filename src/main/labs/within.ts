import { VmatlasError } from '../../shared/model/errors.ts';

/** Waits for `work`; rejects with `gdb-timeout` after `limitMs`, and with `cancelled` when `signal` is aborted. `what` begins the sentence: `The program did not stop`. */
export async function within<T>(work: Promise<T>, limitMs: number, what: string, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new VmatlasError({ code: 'gdb-timeout', message: `${what} within ${limitMs / 1000} seconds.` })), limitMs);
    cancel = () => reject(cancelled());
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

export function cancelled(): VmatlasError {
  return new VmatlasError({ code: 'cancelled', message: 'Cancelled.' });
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
