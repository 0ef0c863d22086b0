import { PAGES_PER_CELL, type PageDetail, type PagesPerCell } from './contract-values.ts';
import type { FilterName } from './page-filters.ts';

export const VIEWS = ['table', 'grid', 'wx', 'hardening', 'usage'] as const;
export type ViewName = (typeof VIEWS)[number];
export type Scope = 'process' | 'region' | 'selection';

/** What the user chose in the view. It outlives the view's being hidden, not the window. */
export interface PagesUi {
  readonly view: ViewName;
  readonly scope: Scope;
  readonly filter: FilterName;
  /** Only regions whose name holds this. */
  readonly text: string;
  readonly fold: boolean;
  readonly pagesPerCell: PagesPerCell;
  readonly pitchPx: number;
  readonly detail: PageDetail;
  /** undefined: as the room allows. */
  readonly regionsShown: boolean | undefined;
  readonly cardShown: boolean | undefined;
  /** undefined: read while the program stands still, because reading it slows a running program's own mmap. */
  readonly smaps: boolean | undefined;
  /** Index in PAGE_STATES that next and previous look for. */
  readonly sought: number;
  readonly usageBy: 'kind' | 'module';
}

const FIRST: PagesUi = {
  view: 'table', scope: 'process', filter: 'all', text: '', fold: true, pagesPerCell: 1, pitchPx: 14, detail: 'pagemap', regionsShown: undefined, cardShown: undefined, smaps: undefined, sought: 3, usageBy: 'kind',
};

export class PagesUiStore {
  #state = FIRST;
  readonly #listeners = new Set<() => void>();

  get state(): PagesUi {
    return this.#state;
  }

  readonly get = (): PagesUi => this.#state;

  readonly update = (change: Partial<PagesUi>): void => {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Sizes of a cell with its gap, small to large. Beyond the ends, the grouping changes. */
export const PITCHES_PX = [6, 8, 11, 14, 18, 24] as const;

/** One step of the zoom: larger cells, then fewer pages in a cell. */
export function zoomed(ui: Pick<PagesUi, 'pagesPerCell' | 'pitchPx'>, step: 1 | -1): Pick<PagesUi, 'pagesPerCell' | 'pitchPx'> {
  const size = PITCHES_PX.findIndex((pitch) => pitch >= ui.pitchPx);
  const next = PITCHES_PX[size + step];
  if (next !== undefined) return { pagesPerCell: ui.pagesPerCell, pitchPx: next };
  const group = PAGES_PER_CELL[PAGES_PER_CELL.indexOf(ui.pagesPerCell) - step];
  if (group === undefined) return { pagesPerCell: ui.pagesPerCell, pitchPx: ui.pitchPx };
  return { pagesPerCell: group, pitchPx: step > 0 ? PITCHES_PX[0] : PITCHES_PX[PITCHES_PX.length - 1] ?? 24 };
}
