import { AGE_CLASSES, countedRow, type RowFacts } from '../../../shared/drawing/map/colour-classes.ts';
import { colourBy, type Colouring, type ColouringName } from '../../../shared/drawing/map/colouring.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { ChangeLog } from './change-log.ts';
import type { LiveResidency } from './live-residency.ts';

/** Share of present pages of a row of the shown map, for the hover card; undefined while it is not known. */
export interface RowResidency {
  readonly presentPages: number;
  readonly mappedPages: number;
}

/** The colours of the map: what each row is coloured by, kept up to date with what the regions alone do not tell. */
export class MapColours {
  readonly #log: ChangeLog;
  readonly #residency: LiveResidency;
  readonly #changed: () => void;
  #name: ColouringName = 'kind';
  #table: RegionTable | undefined;
  #generation = 0;
  #colouring: Colouring | undefined;
  #ageTimer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when the colours change by themselves: a class of age has passed. */
  constructor(log: ChangeLog, residency: LiveResidency, changed: () => void) {
    this.#log = log;
    this.#residency = residency;
    this.#changed = changed;
  }

  get colouring(): Colouring | undefined {
    return this.#colouring;
  }

  dispose(): void {
    clearTimeout(this.#ageTimer);
  }

  setTable(table: RegionTable | undefined, generation: number): void {
    this.#table = table;
    this.#generation = generation;
    this.refresh();
  }

  setName(name: ColouringName): void {
    this.#name = name;
    this.refresh();
  }

  /** Colours all rows anew. */
  refresh(): void {
    clearTimeout(this.#ageTimer);
    this.#colouring = this.#table && colourBy(this.#name, this.#table, this.#facts(this.#table));
    if (this.#name === 'age') this.#wakeAtNextAge();
  }

  residencyOf(row: number): RowResidency | undefined {
    const overview = this.#residency.of(this.#generation);
    if (!overview || overview.rows !== this.#table?.length) return undefined;
    const counted = countedRow(this.#table.columns, overview.mappedPages, row);
    if (overview.walked[counted] === 0) return undefined;
    return { presentPages: overview.presentPages[counted] ?? 0, mappedPages: overview.mappedPages[counted] ?? 0 };
  }

  #facts(table: RegionTable): RowFacts {
    const overview = this.#name === 'residency' ? this.#residency.of(this.#generation) : undefined;
    return {
      residency: overview?.rows === table.length ? { mappedPages: overview.mappedPages, presentPages: overview.presentPages, known: overview.walked } : undefined,
      changedAtMs: this.#name === 'age' ? this.#log.changedAtMs(table) : undefined,
      nowMs: performance.now(),
    };
  }

  /** When the next change leaves its class of age. */
  #wakeAtNextAge(): void {
    const now = performance.now();
    let next = Infinity;
    for (const { atMs } of this.#log.changes) {
      for (const [upToMs] of AGE_CLASSES) if (atMs + upToMs > now) next = Math.min(next, atMs + upToMs - now);
    }
    if (next === Infinity) return;
    this.#ageTimer = setTimeout(() => {
      this.refresh();
      this.#changed();
    }, next + 50);
  }
}
