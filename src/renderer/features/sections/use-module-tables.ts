import { useEffect, useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { ModuleFacts, ModuleSection } from '../../../shared/model/module-tables.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { makeChunk, type SymbolChunk } from './symbol-rows.ts';

/** Symbols asked for at once: the first ones are shown while the rest is on its way. */
const ROWS = 16_384;

export interface ModuleTable {
  readonly module: ModuleFacts;
  readonly sections: readonly ModuleSection[];
}

export interface Loaded<T> {
  readonly items: readonly T[];
  readonly done: boolean;
  readonly problem: ErrorFacts | undefined;
}

const WAITING = { items: [], done: false, problem: undefined } as const;

/** The modules of the session; renewed when the list of modules changes, not with every picture. */
export function useModules(): Loaded<ModuleFacts> {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  // Modules come and go with their regions; the number of module columns is a cheap sign of it.
  const sign = useSession((view) => view.map?.regions.modules.length ?? 0);
  const [loaded, setLoaded] = useState<Loaded<ModuleFacts>>(WAITING);
  useEffect(() => {
    if (sessionId === undefined) return undefined;
    let wanted = true;
    clients.symbols.modules({ sessionId }).then(
      ({ modules }) => {
        if (wanted) setLoaded({ items: modules, done: true, problem: undefined });
      },
      (error: unknown) => {
        if (wanted) setLoaded({ ...WAITING, done: true, problem: errorFacts(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, [clients, sessionId, sign]);
  return loaded;
}

/** Sections of the chosen modules. */
export function useSections(modules: readonly ModuleFacts[]): Loaded<ModuleTable> {
  return useEach(modules, async (clients, sessionId, module) => {
    const { sections } = await clients.symbols.sections({ sessionId, module: module.base });
    return [{ module, sections }];
  });
}

/** Symbols of the chosen modules, as they come. */
export function useSymbols(modules: readonly ModuleFacts[]): Loaded<SymbolChunk> {
  return useEach(modules, async (clients, sessionId, module, signal, onPart) => {
    const { sections } = await clients.symbols.sections({ sessionId, module: module.base });
    const names = new Map(sections.map((section) => [section.index, section.name]));
    for (let first = 0, total = 1; first < total && !signal.aborted; first += ROWS) {
      // oxlint-disable-next-line no-await-in-loop -- the first rows are to be seen before the last are asked for
      const columns = await clients.symbols.list({ sessionId, module: module.base, first, count: ROWS }, { signal });
      total = columns.total;
      onPart(makeChunk(module, columns, names));
    }
    return [];
  });
}

type Loader<T> = (clients: Clients, sessionId: string, module: ModuleFacts, signal: AbortSignal, onPart: (part: T) => void) => Promise<readonly T[]>;

/** Asks for one module after the other, and for all anew when the choice changes. */
function useEach<T>(modules: readonly ModuleFacts[], loader: Loader<T>): Loaded<T> {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const [loaded, setLoaded] = useState<Loaded<T>>(WAITING);
  useEffect(() => {
    if (sessionId === undefined || modules.length === 0) return undefined;
    const stop = new AbortController();
    let items: readonly T[] = [];
    const tell = (more: readonly T[], done: boolean, problem?: ErrorFacts): void => {
      items = [...items, ...more];
      if (!stop.signal.aborted) setLoaded({ items, done, problem });
    };
    const all = async (): Promise<void> => {
      for (const [i, module] of modules.entries()) {
        if (stop.signal.aborted) return;
        // oxlint-disable-next-line no-await-in-loop -- one at a time, so that a change of mind costs little
        const rest = await loader(clients, sessionId, module, stop.signal, (part) => tell([part], false));
        if (rest.length > 0 || i === modules.length - 1) tell(rest, i === modules.length - 1);
      }
    };
    setLoaded(WAITING);
    all().catch((error: unknown) => tell([], true, errorFacts(error)));
    return () => stop.abort();
    // eslint-disable-next-line react/exhaustive-deps -- the loader is the same code every time
  }, [clients, sessionId, modules]);
  return loaded;
}
