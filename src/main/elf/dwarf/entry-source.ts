import { At, Tag, UnitType } from './codes.ts';
import { Cursor } from './cursor.ts';
import { nextAbbreviation, readEntry, skipAttributes, textOf, type Entry } from './entry.ts';
import type { Unit } from './unit-shape.ts';

/** Entries of one scope are remembered this far; a damaged file cannot make it grow without end. */
const MAX_SCOPED = 2_000_000;

/** All units that describe one program, and the ways from one entry to another. */
export class EntrySource {
  readonly units: readonly Unit[];
  readonly #bySection = new Map<Uint8Array, Unit[]>();
  readonly #bySignature = new Map<bigint, Unit>();
  readonly #scopes = new Map<Unit, ReadonlyMap<number, string>>();

  constructor(units: readonly Unit[]) {
    this.units = units;
    // Each section's units are in its order.
    for (const unit of units) {
      const others = this.#bySection.get(unit.data);
      if (others === undefined) this.#bySection.set(unit.data, [unit]);
      else others.push(unit);
    }
    for (const unit of units) if (unit.signature !== undefined && (unit.kind === UnitType.type || unit.kind === UnitType.splitType)) this.#bySignature.set(unit.signature, unit);
  }

  /** The entry that an attribute names; undefined when there is no such attribute, or it leads into another file. Throws RangeError. */
  follow(entry: Entry, name: number): Entry | undefined {
    const value = entry.attributes.get(name);
    if (value?.kind === 'reference') return this.at(entry.unit, value.offset);
    if (value?.kind !== 'signature') return undefined;
    const unit = this.#bySignature.get(value.signature);
    return unit && readEntry(unit, unit.offset + unit.typeOffset);
  }

  /** The entry at an offset of the section a unit is in. */
  at(near: Unit, offset: number): Entry | undefined {
    const unit = offset >= near.offset && offset < near.end ? near : this.#unitAt(near.data, offset);
    return unit && readEntry(unit, offset);
  }

  /** `ns::Class::` before a name; '' in the outermost scope. */
  scopeOf(entry: Entry): string {
    let scopes = this.#scopes.get(entry.unit);
    if (scopes === undefined) {
      scopes = scopesOf(entry.unit);
      this.#scopes.set(entry.unit, scopes);
    }
    return scopes.get(entry.offset) ?? '';
  }

  #unitAt(data: Uint8Array, offset: number): Unit | undefined {
    const units = this.#bySection.get(data) ?? [];
    let low = 0;
    let high = units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((units[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = units[low - 1];
    return unit !== undefined && offset < unit.end ? unit : undefined;
  }
}

const SCOPES = new Set<number>([Tag.namespace, Tag.structure, Tag.class, Tag.union, Tag.enumeration, Tag.module]);

/** By the offset of each entry that lies in a namespace or class: the scope's name with its `::`. Functions are stepped over: what is local has no scope to write. */
function scopesOf(unit: Unit): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const cursor = new Cursor(unit.data, unit.firstEntry);
  const stack: string[] = [];
  while (cursor.at < unit.end && found.size < MAX_SCOPED) {
    const offset = cursor.at;
    const abbreviation = nextAbbreviation(cursor, unit);
    if (abbreviation === undefined) {
      stack.pop();
      if (stack.length === 0) break;
      continue;
    }
    const scope = stack.at(-1) ?? '';
    if (scope !== '') found.set(offset, scope);
    const sibling = skipAttributes(cursor, unit, abbreviation);
    if (!abbreviation.hasChildren) continue;
    if (SCOPES.has(abbreviation.tag)) {
      const entry = readEntry(unit, offset);
      const name = (entry && textOf(entry, At.name)) ?? (abbreviation.tag === Tag.namespace ? '(anonymous namespace)' : '');
      stack.push(name === '' ? scope : `${scope}${name}::`);
    } else if (stack.length > 0 && sibling > cursor.at && sibling <= unit.end) cursor.at = sibling;
    else stack.push(stack.length === 0 ? '' : scope);
  }
  return found;
}
