import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { addBytes, type Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { pagePieces, type PageLimits, type PagePieces } from '../../kernels/page-grid/pieces.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { PagesData, type PagesPicture } from './pages-data.ts';
import { PagesUiStore, type PagesUi } from './pages-ui-store.ts';

/** Who a cursor move came from, so that the view that made it does not scroll under the pointer. */
export const MOVED_BY = 'pages';

export interface PagesContextValue {
  readonly data: PagesData;
  readonly ui: PagesUiStore;
}

export const PagesContext = createContext<PagesContextValue | undefined>(undefined);

const stores = new WeakMap<AppState, PagesUiStore>();

/** The user's choices: they stay while the view is hidden. */
export function uiStoreOf(app: AppState): PagesUiStore {
  const store = stores.get(app) ?? new PagesUiStore();
  stores.set(app, store);
  return store;
}

export function usePagesContext(): PagesContextValue {
  const value = useContext(PagesContext);
  if (value === undefined) throw new Error('a part of the page view needs its context');
  return value;
}

export function usePagesUi(): PagesUi {
  const { ui } = usePagesContext();
  return useSyncExternalStore(ui.subscribe, ui.get);
}

/** Renders again with every change of the data; read what is needed from the answer. */
export function usePagesData(): PagesData {
  const { data } = usePagesContext();
  useSyncExternalStore(data.subscribe, () => data.version);
  return data;
}

/** Page of the shared cursor. */
export function useCursorPage(): number | undefined {
  return useCursor((cursor) => (cursor.address === undefined ? undefined : pageOf(cursor.address)));
}

/** What the middle of the view is about: the picture, cut to the chosen part of the process. */
export interface ScopedPages {
  readonly picture: PagesPicture;
  readonly pieces: PagePieces;
  readonly limits: PageLimits | undefined;
}

export function useScopedPages(): ScopedPages | undefined {
  const data = usePagesData();
  const { picture } = data;
  const limits = useLimits();
  useEffect(() => data.setLimits(limits), [data, limits]);
  return useMemo(() => {
    if (picture === undefined) return undefined;
    return { picture, limits, pieces: limits === undefined ? picture.pieces : pagePieces(picture.runs, picture.spans, limits) };
  }, [picture, limits]);
}

function useLimits(): PageLimits | undefined {
  const { scope } = usePagesUi();
  const regions = useSession((view) => view.regions);
  const selection = useCursor((cursor) => cursor.selection);
  const address = useCursor((cursor) => cursor.address);
  let firstPage: number | undefined;
  let endPage: number | undefined;
  if (scope === 'selection' && selection !== undefined) {
    firstPage = pageOf(selection.start);
    endPage = pageOf(addBytes(selection.end, -1)) + 1;
  } else if (scope === 'region' && address !== undefined) {
    const region = regions?.regionAt(address);
    if (region !== undefined) {
      firstPage = pageOf(region.start);
      endPage = pageOf(addBytes(region.end, -1)) + 1;
    }
  }
  return useMemo(() => (firstPage === undefined || endPage === undefined ? undefined : { firstPage, endPage }), [firstPage, endPage]);
}

/** Moves the cursor to a page; a jump is remembered in the history, a step is not. */
export function goToPage(app: AppState, page: number, how: 'jump' | 'step', movedBy = MOVED_BY): void {
  const address = pageStart(page as PageNumber);
  const { address: now } = app.cursor.getState();
  // Inside the page already: its bytes keep their cursor.
  if (now !== undefined && pageOf(now) === page && how === 'step') return;
  if (how === 'jump') app.cursor.goTo(address, movedBy);
  else app.cursor.nudge(address, movedBy);
}

/** Selects the pages from one to another, in either order. */
export function selectPages(app: AppState, from: number, to: number): void {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  app.cursor.select({ start: pageStart(low as PageNumber), end: pageStart((high + 1) as PageNumber) });
}

/** One question to the host whenever `ask` changes; the last answer stays until the next, beside a failure too. `ask` must be memoised. */
export function useAnswer<T>(ask: ((signal: AbortSignal) => Promise<T>) | undefined): { readonly value: T | undefined; readonly failure: unknown; readonly waiting: boolean } {
  const [answer, setAnswer] = useState<{ readonly value: T | undefined; readonly failure: unknown; readonly of: unknown }>({ value: undefined, failure: undefined, of: undefined });
  useEffect(() => {
    if (ask === undefined) return undefined;
    const abort = new AbortController();
    ask(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setAnswer({ value, failure: undefined, of: ask });
      },
      (failure: unknown) => {
        if (!abort.signal.aborted) setAnswer(({ value }) => ({ value, failure, of: ask }));
      },
    );
    return () => abort.abort();
  }, [ask]);
  return { value: answer.value, failure: answer.failure, waiting: answer.of !== ask };
}

/** Data of the view; looked after only while the view is shown. */
export function usePagesOwner(isShown: boolean): PagesContextValue {
  const app = useApp();
  const owner = useMemo(() => ({ data: new PagesData(app), ui: uiStoreOf(app) }), [app]);
  useEffect(() => (isShown ? owner.data.start(owner.ui.state.detail) : undefined), [owner, isShown]);
  return owner;
}

export function addressOfPage(page: number): Address {
  return pageStart(page as PageNumber);
}
