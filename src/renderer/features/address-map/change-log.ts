import { toAddress } from '../../../shared/address/address.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { MapChange } from '../../../shared/model/map-change.ts';
import type { MapSnapshot } from '../../../shared/rpc/contracts/map.ts';

/** Changes kept: enough for every row of a large map to have changed. */
const KEPT = 20_000;

export interface LoggedChange extends MapChange {
  readonly generation: number;
  readonly atMs: number;
}

/** What changed since the session was opened: for the list of changes, and for colouring by age. Newest last. */
export class ChangeLog {
  #changes: readonly LoggedChange[] = [];
  #generation = -1;

  get changes(): readonly LoggedChange[] {
    return this.#changes;
  }

  clear(): void {
    this.#changes = [];
    this.#generation = -1;
  }

  /** Takes the changes of a snapshot once. The first snapshot of a session has nothing to be compared with. */
  take(snapshot: MapSnapshot, nowMs: number): void {
    if (snapshot.generation <= this.#generation) return;
    const first = this.#generation < 0;
    this.#generation = snapshot.generation;
    if (first || snapshot.changes.length === 0) return;
    this.#changes = [...this.#changes, ...snapshot.changes.map((change) => ({ ...change, generation: snapshot.generation, atMs: nowMs }))].slice(-KEPT);
  }

  /** By row, when it last changed; undefined when nothing did. */
  changedAtMs(table: RegionTable): Float64Array | undefined {
    if (this.#changes.length === 0) return undefined;
    const at = new Float64Array(table.length).fill(-1);
    for (const change of this.#changes) {
      const last = table.indexAt(toAddress(change.end - 1n));
      for (let row = table.indexAt(change.start); row >= 0 && row <= last; row++) at[row] = change.atMs;
    }
    return at;
  }
}
