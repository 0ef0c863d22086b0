import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AddressRange } from '../../shared/address/range.ts';
import { pointerPattern, type SearchType } from '../../shared/analysis/search/parse-pattern.ts';
import { errorFacts, VmatlasError, type ErrorFacts } from '../../shared/model/errors.ts';
import type { RefineCondition, SearchPattern, SearchScope } from '../../shared/model/search.ts';
import type { Progress } from '../../shared/rpc/contract.ts';
import type { SearchHit, SearchResult } from '../../shared/rpc/contracts/search.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import type { SessionStore } from './session-store.ts';

/** Rows asked for at once. */
export const HIT_BLOCK = 256;
/** Blocks kept: a window never shows more than a few. */
const MOST_BLOCKS = 64;

/** A search as the user asked for it. */
export interface SearchQuestion {
  readonly pattern: SearchPattern;
  readonly scope: SearchScope;
  /** In the user's words: `u32 42 in .data`. */
  readonly words: string;
  readonly align: number | undefined;
  readonly touchNotPresent: boolean;
}

/** What stands in the search form; kept while the view is hidden. */
export interface SearchDraft {
  readonly text: string;
  readonly type: SearchType | 'guess';
  /** `readable`, `writable`, `region`, `selection`, or a kind. */
  readonly where: string;
  readonly ignoreCase: boolean;
  readonly bigEndian: boolean;
  /** Look at every address, not only at multiples of the size. */
  readonly everywhere: boolean;
  readonly touchNotPresent: boolean;
}

/** Map, memory and search views show what was found from here. */
export interface SearchView {
  readonly phase: 'idle' | 'searching' | 'refining' | 'done';
  readonly question: SearchQuestion | undefined;
  /** Places in the set on the host. */
  readonly total: number;
  /** The first of them, ascending, for marks; at most some thousands. */
  readonly marks: readonly SearchHit[];
  readonly progress: Progress | undefined;
  readonly result: SearchResult | undefined;
  /** Ended before its end; what was found until then is here. */
  readonly cancelled: boolean;
  /** How often the set was narrowed since the search. */
  readonly refined: number;
  /** Places lost in the last narrowing because they can't be read any more. */
  readonly lost: number;
  readonly problem: ErrorFacts | undefined;
  /** Rises when rows have come. */
  readonly version: number;
  readonly draft: SearchDraft;
}

const EMPTY: Omit<SearchView, 'draft'> = {
  phase: 'idle', question: undefined, total: 0, marks: [], progress: undefined, result: undefined, cancelled: false, refined: 0, lost: 0, problem: undefined, version: 0,
};
const EMPTY_DRAFT: SearchDraft = { text: '', type: 'guess', where: 'readable', ignoreCase: false, bigEndian: false, everywhere: false, touchNotPresent: false };

/** The one search of the window: asks, follows, narrows, and hands out rows. */
export interface SearchControl extends StoreApi<SearchView> {
  run(question: SearchQuestion): Promise<void>;
  /** Everything readable, for words that lead into the range. */
  whatPointsHere(range: AddressRange, words: string): Promise<void>;
  refine(condition: RefineCondition): Promise<void>;
  cancel(): void;
  /** Row of the set; undefined while it is on its way. Never waits: it asks for the row, and `version` rises when it has come. */
  hitAt(row: number): SearchHit | undefined;
  clear(): void;
  setDraft(changes: Partial<SearchDraft>): void;
}

export interface SearchSources {
  readonly clients: Pick<Clients, 'search'>;
  readonly session: SessionStore;
}

export function createSearchControl({ clients, session }: SearchSources): SearchControl {
  const store = createStore<SearchView>(() => ({ ...EMPTY, draft: EMPTY_DRAFT }));
  const blocks = new Map<number, readonly SearchHit[]>();
  const asked = new Set<number>();
  let work: AbortController | undefined;
  /** Of the search whose answers are wanted; also its name on the host. */
  let searchId = '';
  let count = 0;
  const sessionId = (): string | undefined => session.getState().session?.sessionId;

  const dropRows = (): void => {
    blocks.clear();
    asked.clear();
  };
  const clear = (): void => {
    work?.abort();
    work = undefined;
    searchId = '';
    dropRows();
    store.setState(EMPTY);
  };

  clients.search.on('found', (found) => {
    if (found.searchId !== searchId || found.sessionId !== sessionId() || store.getState().phase !== 'searching') return;
    const { marks, version } = store.getState();
    store.setState({ total: found.total, version: version + 1, ...(found.first === marks.length && found.hits.length > 0 ? { marks: [...marks, ...found.hits] } : {}) });
  });

  let open = sessionId();
  session.subscribe(() => {
    if (open === sessionId()) return;
    open = sessionId();
    clear();
  });

  /** Runs one piece of work; only the newest one's answers count. */
  const during = async (start: Partial<SearchView>, act: (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<Partial<SearchView>>): Promise<void> => {
    work?.abort();
    const own = new AbortController();
    work = own;
    store.setState({ progress: undefined, problem: undefined, cancelled: false, ...start });
    try {
      const changes = await act(own.signal, (progress) => {
        if (work === own) store.setState({ progress });
      });
      if (work === own) store.setState({ phase: 'done', progress: undefined, ...changes });
    } catch (error) {
      if (work !== own) return;
      const cancelled = error instanceof VmatlasError && error.code === 'cancelled';
      store.setState({ phase: 'done', progress: undefined, cancelled, problem: cancelled ? undefined : errorFacts(error) });
    }
    if (work === own) {
      work = undefined;
      dropRows();
      store.setState(({ version }) => ({ version: version + 1 }));
    }
  };

  const run = async (question: SearchQuestion): Promise<void> => {
    const id = sessionId();
    if (id === undefined) return;
    searchId = `window-${++count}`;
    const own = searchId;
    dropRows();
    await during({ ...EMPTY, phase: 'searching', question, version: store.getState().version + 1 }, async (signal, onProgress) => {
      const { pattern, scope, align, touchNotPresent } = question;
      const result = await clients.search.run({ sessionId: id, searchId: own, pattern, scope, touchNotPresent, ...(align === undefined ? {} : { align }) }, { signal, onProgress });
      return { result, total: result.total };
    });
  };

  const load = async (block: number): Promise<void> => {
    const [id, own] = [sessionId(), searchId];
    if (id === undefined || own === '') return;
    const { hits } = await clients.search.hits({ sessionId: id, searchId: own, first: block * HIT_BLOCK, count: HIT_BLOCK });
    if (own !== searchId || !asked.has(block)) return;
    blocks.delete(block);
    blocks.set(block, hits);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= MOST_BLOCKS) break;
      blocks.delete(oldest);
      asked.delete(oldest);
    }
    store.setState(({ version }) => ({ version: version + 1 }));
  };

  return {
    ...store,
    run,
    clear,
    setDraft: (changes) => store.setState(({ draft }) => ({ draft: { ...draft, ...changes } })),
    whatPointsHere: (range, words) =>
      run({ pattern: pointerPattern(range.start, range.end), scope: { kind: 'readable' }, words, align: undefined, touchNotPresent: false }),
    async refine(condition) {
      const [id, own] = [sessionId(), searchId];
      if (id === undefined || own === '' || store.getState().phase === 'searching') return;
      await during({ phase: 'refining' }, async (signal, onProgress) => {
        const { total, unreadable } = await clients.search.refine({ sessionId: id, searchId: own, condition }, { signal, onProgress });
        const { hits } = await clients.search.hits({ sessionId: id, searchId: own, first: 0, count: 4096 });
        return { total, lost: unreadable, marks: hits, refined: store.getState().refined + 1 };
      });
    },
    cancel: () => work?.abort(),
    hitAt(row) {
      const block = Math.floor(row / HIT_BLOCK);
      const known = blocks.get(block)?.[row - block * HIT_BLOCK];
      if (known !== undefined) return known;
      const { marks, phase, total } = store.getState();
      if (row < marks.length) return marks[row];
      if (phase !== 'searching' && row < total && !asked.has(block)) {
        asked.add(block);
        load(block).catch(() => asked.delete(block)); // the set is gone with its session, whose end is told elsewhere
      }
      return undefined;
    },
  };
}
