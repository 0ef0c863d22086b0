import { useEffect, useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { ProcessSummary } from '../../../shared/model/process.ts';
import { useApp } from '../../widgets/app-context.tsx';

const REFRESH_MS = 2000;

export interface ProcessList {
  /** Undefined until the first answer. */
  readonly processes: readonly ProcessSummary[] | undefined;
  readonly failure: ErrorFacts | undefined;
}

/** The machine's processes, read again while the start screen is open and visible. A failed refresh keeps the last list. */
export function useProcesses(): ProcessList {
  const { clients } = useApp();
  const [list, setList] = useState<ProcessList>({ processes: undefined, failure: undefined });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const read = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        try {
          const processes = await clients.processes.list({});
          if (!over) setList({ processes, failure: undefined });
        } catch (error) {
          if (!over) setList((before) => ({ ...before, failure: errorFacts(error) }));
        }
      }
      if (!over) timer = setTimeout(() => void read(), REFRESH_MS);
    };
    void read();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [clients]);
  return list;
}
