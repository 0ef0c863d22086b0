import { useEffect, useState } from 'react';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';

const NONE: readonly RegisterValue[] = [];

/** The vector registers of the selected frame, asked for only while somebody looks at them: gdb takes tens of milliseconds. */
export function useVectors(wanted: boolean): readonly RegisterValue[] {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const stopCount = useSession((view) => view.session?.stopCount);
  const settled = useSession((view) => view.settledCount);
  const threadId = useSession((view) => view.selectedThread);
  const frameLevel = useSession((view) => view.selectedFrame);
  const [vectors, setVectors] = useState<readonly RegisterValue[]>(NONE);
  useEffect(() => {
    if (!wanted || !stopped || sessionId === undefined || threadId === undefined) return undefined;
    const abort = new AbortController();
    clients.debug.registers({ sessionId, threadId, frameLevel, vectors: true }, { signal: abort.signal }).then(
      ({ registers }) => setVectors(registers.filter(({ group }) => group === 'vector')),
      () => {
        // The target goes on, and the next stop asks again; the session's own questions tell what is wrong otherwise.
      },
    );
    return () => abort.abort();
  }, [clients, wanted, stopped, stopCount, settled, sessionId, threadId, frameLevel]);
  return wanted ? vectors : NONE;
}
