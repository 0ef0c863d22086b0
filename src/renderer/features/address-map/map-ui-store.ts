import type { ColourClass } from '../../../shared/drawing/map/colour-classes.ts';
import type { ColouringName } from '../../../shared/drawing/map/colouring.ts';
import type { MapLevel } from '../../../shared/drawing/map/scene-words.ts';
import type { LoggedChange } from './change-log.ts';

/** What React draws around the canvas. It changes on choices and on new maps, never on a mouse move or a frame. */
export interface MapUiState {
  readonly scale: 'schematic' | 'true';
  readonly colouring: ColouringName;
  readonly classes: readonly ColourClass[];
  readonly hidden: ReadonlySet<string>;
  readonly hasMap: boolean;
  /** All changes since the session was opened, newest last. */
  readonly changes: readonly LoggedChange[];
  /** How close the picture at rest is. */
  readonly level: MapLevel;
}

export class MapUiStore {
  #state: MapUiState;
  readonly #listeners = new Set<() => void>();

  constructor(scale: MapUiState['scale']) {
    this.#state = { scale, colouring: 'kind', classes: [], hidden: new Set(), hasMap: false, changes: [], level: 'whole map' };
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
