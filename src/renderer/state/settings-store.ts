import { createStore, type StoreApi } from 'zustand/vanilla';

/** What the user chose and the window remembers. Plain JSON: it is kept in local storage. */
export interface Settings {
  readonly theme: 'dark' | 'light' | 'system';
  readonly mapScale: 'schematic' | 'true';
  /** Row width of the hex view in bytes; 0 fits the panel. */
  readonly hexColumns: 0 | 8 | 16 | 32;
  readonly hexUnit: 1 | 2 | 4 | 8;
  /** How often the page view looks at a running program's page table; 0 never. */
  readonly pagesRefreshMs: number;
  /** Views that are given the whole window while they are in front, by id. */
  readonly wideViews: readonly string[];
  /** Width of the labs beside the views; 0: a share of the window. */
  readonly labsWidthPx: number;
  /** dockview's serialised layout; undefined for the default. */
  readonly layout: unknown;
}

export const DEFAULT_SETTINGS: Settings = { theme: 'system', mapScale: 'schematic', hexColumns: 0, hexUnit: 1, pagesRefreshMs: 2000, wideViews: ['pages', 'stack'], labsWidthPx: 0, layout: undefined };

export type SettingsStore = StoreApi<Settings>;

/** `load` and `save` reach the storage, which this layer may not touch itself. */
export function createSettingsStore(load: () => Partial<Settings>, save: (settings: Settings) => void): SettingsStore {
  const store = createStore<Settings>(() => ({ ...DEFAULT_SETTINGS, ...load() }));
  store.subscribe(save);
  return store;
}
