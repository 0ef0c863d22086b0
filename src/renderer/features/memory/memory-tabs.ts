import type { Address } from '../../../shared/address/address.ts';

/** One of several views of memory. */
export interface MemoryTab {
  readonly id: number;
  /** Expression it follows (`$rsp`, `&buf`); undefined: it follows the cursor. */
  readonly lock: string | undefined;
  /** Why the expression has no place now; undefined while it has. */
  readonly problem: string | undefined;
  /** Where the expression was last. */
  readonly at: Address | undefined;
}

export interface TabsState {
  readonly tabs: readonly MemoryTab[];
  readonly active: number;
}

export const ONE_TAB: TabsState = { tabs: [{ id: 1, lock: undefined, problem: undefined, at: undefined }], active: 1 };

export function addTab({ tabs }: TabsState, lock: string | undefined): TabsState {
  const id = tabs.reduce((most, tab) => Math.max(most, tab.id), 0) + 1;
  return { tabs: [...tabs, { id, lock, problem: undefined, at: undefined }], active: id };
}

/** The last tab stays. */
export function closeTab({ tabs, active }: TabsState, id: number): TabsState {
  if (tabs.length === 1) return { tabs, active };
  const index = tabs.findIndex((tab) => tab.id === id);
  const kept = tabs.filter((tab) => tab.id !== id);
  return { tabs: kept, active: active === id ? (kept[Math.max(0, index - 1)]?.id ?? active) : active };
}

export function changeTab(state: TabsState, id: number, change: Partial<Omit<MemoryTab, 'id'>>): TabsState {
  return { ...state, tabs: state.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) };
}
