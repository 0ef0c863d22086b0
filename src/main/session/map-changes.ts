import type { Address } from '../../shared/address/address.ts';
import { formatRange } from '../../shared/address/range.ts';
import { formatSize } from '../../shared/address/size.ts';
import { PERM_MAPPED, permsText, type RegionTable } from '../../shared/model/region-table.ts';
import type { MapChange } from '../../shared/model/map-change.ts';

/** More changes than this are not told one by one: nobody reads them, and the whole map is at hand. */
export const MOST_CHANGES = 1000;

/**
 * What became different between two maps, ascending. Both are walked once, cut at every border of either:
 *
 *     before  ├── a ──┤      ├──── b ────┤
 *     after   ├──── a ────┤  ├── b ──┤
 *     told            grown          shrunk
 *
 * Only mapped bytes count; a piece is `grown` or `shrunk` when the region it belongs to is there before and after, else `added` or `removed`.
 */
export function mapChanges(before: RegionTable, after: RegionTable): readonly MapChange[] {
  const changes: MapChange[] = [];
  const old = new MappedRows(before);
  const now = new MappedRows(after);
  const survivors = surviving(before, after);
  let position = 0n as Address;
  while (changes.length < MOST_CHANGES) {
    old.skipTo(position);
    now.skipTo(position);
    if (old.done && now.done) break;
    const inOld = !old.done && old.start <= position;
    const inNow = !now.done && now.start <= position;
    const border = least([old.done ? undefined : inOld ? old.end : old.start, now.done ? undefined : inNow ? now.end : now.start]);
    const piece = { start: position, end: border };
    if (inNow && !inOld) push(changes, piece, survivors.after.has(now.row) ? 'grown' : 'added', after.labelAt(now.row));
    else if (inOld && !inNow) push(changes, piece, survivors.before.has(old.row) ? 'shrunk' : 'removed', before.labelAt(old.row));
    else if (inOld && inNow && old.perms !== now.perms) pushPermissions(changes, piece, after.labelAt(now.row), old.perms, now.perms);
    position = border;
  }
  return changes;
}

/** Rows of either table that overlap a row of the same name in the other. */
function surviving(before: RegionTable, after: RegionTable): { readonly before: ReadonlySet<number>; readonly after: ReadonlySet<number> } {
  const found = { before: new Set<number>(), after: new Set<number>() };
  const old = new MappedRows(before);
  const now = new MappedRows(after);
  while (!old.done && !now.done) {
    if (old.start < now.end && now.start < old.end && before.labelAt(old.row) === after.labelAt(now.row)) {
      found.before.add(old.row);
      found.after.add(now.row);
    }
    if (old.end <= now.end) old.next();
    else now.next();
  }
  return found;
}

interface Piece {
  readonly start: Address;
  readonly end: Address;
}

/** Adds a piece, or lengthens the last change when this piece goes on with it. */
function push(changes: MapChange[], piece: Piece, kind: MapChange['kind'], label: string): void {
  const last = changes.at(-1);
  const goesOn = last && last.kind === kind && last.end === piece.start && last.words.startsWith(`${label} `);
  const start = goesOn ? last.start : piece.start;
  if (goesOn) changes.pop();
  const range = { start, end: piece.end };
  const size = formatSize(piece.end - start);
  const words = {
    added: `${label} appeared at ${formatRange(range)} (${size})`,
    removed: `${label} is gone from ${formatRange(range)} (${size})`,
    grown: `${label} grew by ${size}`,
    shrunk: `${label} shrank by ${size}`,
    permissions: `${label} changed`,
  }[kind];
  changes.push({ kind, ...range, words });
}

function pushPermissions(changes: MapChange[], piece: Piece, label: string, before: number, after: number): void {
  changes.push({ kind: 'permissions', start: piece.start, end: piece.end, words: `${label}: ${permsText(before)} became ${permsText(after)}` });
}

function least(candidates: readonly (Address | undefined)[]): Address {
  let found: Address | undefined;
  for (const candidate of candidates) if (candidate !== undefined && (found === undefined || candidate < found)) found = candidate;
  if (found === undefined) throw new RangeError('no border is left');
  return found;
}

/** Walks the mapped rows of a table. Addresses are made once for each row. */
class MappedRows {
  readonly #table: RegionTable;
  row = -1;
  start = 0n as Address;
  end = 0n as Address;
  perms = 0;

  constructor(table: RegionTable) {
    this.#table = table;
    this.next();
  }

  get done(): boolean {
    return this.row >= this.#table.length;
  }

  next(): void {
    do this.row++;
    while (!this.done && ((this.#table.columns.perms[this.row] ?? 0) & PERM_MAPPED) === 0);
    if (this.done) return;
    this.start = this.#table.startAt(this.row);
    this.end = this.#table.endAt(this.row);
    this.perms = this.#table.columns.perms[this.row] ?? 0;
  }

  skipTo(position: Address): void {
    while (!this.done && this.end <= position) this.next();
  }
}
