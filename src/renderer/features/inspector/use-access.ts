import { useEffect, useState } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import type { AccessPrediction } from '../../../shared/model/access.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';

export interface Predicted {
  /** Of the address asked about; undefined while it is on its way. */
  readonly prediction: AccessPrediction | undefined;
  readonly failure: ErrorFacts | undefined;
}

const WAITING: Predicted = { prediction: undefined, failure: undefined };

/** What would happen at an address, as the service of the page view predicts it: one truth for both views. Asked anew in each generation. */
export function useAccess(address: Address): Predicted {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.map?.generation);
  const [answer, setAnswer] = useState<Predicted>(WAITING);
  useEffect(() => {
    if (sessionId === undefined || generation === undefined) return undefined;
    const abort = new AbortController();
    clients.pages.access({ sessionId, addresses: [address], smaps: false }, { signal: abort.signal }).then(
      ({ predictions }) => {
        if (!abort.signal.aborted) setAnswer({ prediction: predictions[0], failure: undefined });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ prediction: undefined, failure: errorFacts(error) });
      },
    );
    return () => abort.abort();
  }, [clients, sessionId, address, generation]);
  return answer.failure !== undefined || answer.prediction?.address === address ? answer : WAITING;
}
