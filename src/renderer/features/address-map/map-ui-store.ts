import type { ColourClass, ColouringName } from '../../../shared/drawing/map/colouring.ts';

/** What React draws around the canvas. It changes on choices and on new maps, never on a mouse move or a frame. */
export interface MapUiState {
  readonly scale: 'schematic' | 'true';
  readonly colouring: ColouringName;
  readonly classes: readonly ColourClass[];
  readonly hidden: ReadonlySet<string>;
  readonly hasMap: boolean;
}

export class MapUiStore {
  #state: MapUiState;
  readonly #listeners = new Set<() => void>();

  constructor(scale: MapUiState['scale']) {
    this.#state = { scale, colouring: 'kind', classes: [], hidden: new Set(), hasMap: false };
  }

  get state(): MapUiState {
    return this.#state;
  }

  update(change: Partial<MapUiState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
