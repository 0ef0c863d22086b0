import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Address } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';

/** How far Back goes. */
const HISTORY_LIMIT = 200;

export interface CursorState {
  /** The one current address that all views share; undefined before anything is open. */
  readonly address: Address | undefined;
  /** Visited places, oldest first; `index` is where we are. */
  readonly history: readonly Address[];
  readonly index: number;
  /** The one selection; views that select bytes or pages all write it. */
  readonly selection: AddressRange | undefined;
  /** Who moved it last, so that the view that moved it need not scroll. */
  readonly movedBy: string;
}

/** The shared cursor: every view follows it and every view may move it; Back and Forward walk its history. */
export interface CursorStore extends StoreApi<CursorState> {
  /** A jump: remembered in the history. */
  goTo(address: Address, movedBy: string): void;
  /** A small move (arrow key, scroll): replaces the newest history entry. */
  nudge(address: Address, movedBy: string): void;
  select(range: AddressRange | undefined): void;
  back(): void;
  forward(): void;
  /** For a new session. */
  reset(): void;
}

const EMPTY: CursorState = { address: undefined, history: [], index: -1, selection: undefined, movedBy: '' };

export function createCursorStore(): CursorStore {
  const store = createStore<CursorState>(() => EMPTY);
  const walk = (step: -1 | 1): void => {
    const { history, index } = store.getState();
    const address = history[index + step];
    if (address !== undefined) store.setState({ address, index: index + step, movedBy: 'history' });
  };
  return {
    ...store,
    goTo(address, movedBy) {
      const { history, index } = store.getState();
      if (history[index] === address) {
        store.setState({ address, movedBy });
        return;
      }
      const kept = history.slice(Math.max(0, index + 2 - HISTORY_LIMIT), index + 1);
      store.setState({ address, history: [...kept, address], index: kept.length, movedBy });
    },
    nudge(address, movedBy) {
      const { history, index } = store.getState();
      if (index < 0) {
        store.setState({ address, history: [address], index: 0, movedBy });
        return;
      }
      store.setState({ address, history: history.with(index, address), movedBy });
    },
    select(selection) {
      store.setState({ selection });
    },
    back: () => walk(-1),
    forward: () => walk(1),
    reset: () => store.setState(EMPTY, true),
  };
}
