import { useEffect, useState } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';

export interface Described {
  readonly description: AddressDescription | undefined;
  readonly failure: ErrorFacts | undefined;
}

/** What the host knows of an address, asked anew in each generation. While a new answer is on its way the old one stays, if it is of the same address. */
export function useDescription(address: Address | undefined): Described {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.map?.generation);
  const [answer, setAnswer] = useState<Described>({ description: undefined, failure: undefined });
  useEffect(() => {
    if (sessionId === undefined || address === undefined || generation === undefined) return undefined;
    const abort = new AbortController();
    clients.map.describe({ sessionId, address }, { signal: abort.signal }).then(
      (description) => {
        if (!abort.signal.aborted) setAnswer({ description, failure: undefined });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ description: undefined, failure: errorFacts(error) });
      },
    );
    return () => abort.abort();
  }, [clients, sessionId, address, generation]);
  return answer;
}
