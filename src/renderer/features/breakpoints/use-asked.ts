import { useEffect, useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';

/** An answer of the host that is asked for anew at each stop and whenever something in gdb may have changed. `ask` must not change between renders. */
export function useAsked<T>(ask: (clients: Clients, sessionId: string, signal: AbortSignal) => Promise<T>): { readonly answer: T | undefined; readonly problem: ErrorFacts | undefined } {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const phase = useSession((view) => view.session?.phase);
  const generation = useSession((view) => view.session?.generation);
  const settled = useSession((view) => view.settledCount);
  const [state, setState] = useState<{ answer: T | undefined; problem: ErrorFacts | undefined }>({ answer: undefined, problem: undefined });
  useEffect(() => {
    if (sessionId === undefined) return undefined;
    const abort = new AbortController();
    ask(clients, sessionId, abort.signal).then(
      (answer) => {
        if (!abort.signal.aborted) setState({ answer, problem: undefined });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ answer: undefined, problem: errorFacts(error) });
      },
    );
    return () => abort.abort();
  }, [ask, clients, sessionId, phase, generation, settled]);
  return state;
}
