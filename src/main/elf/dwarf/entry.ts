import { Cursor } from './cursor.ts';
import { readForm, skipForm, type AttributeValue } from './forms.ts';
import type { Abbreviation, Unit } from './unit-shape.ts';

/** One debugging information entry, read whole. */
export interface Entry {
  readonly unit: Unit;
  /** In its section. */
  readonly offset: number;
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: ReadonlyMap<number, AttributeValue>;
  /** Where its first child, or what follows it, begins. */
  readonly next: number;
}

/** The entry at an offset; undefined for the null entry that ends a list of children. Throws RangeError. */
export function readEntry(unit: Unit, offset: number): Entry | undefined {
  if (offset < unit.firstEntry || offset >= unit.end) throw new RangeError('an entry outside its unit');
  const cursor = new Cursor(unit.data, offset);
  const abbreviation = nextAbbreviation(cursor, unit);
  if (abbreviation === undefined) return undefined;
  const attributes = new Map<number, AttributeValue>();
  for (const spec of abbreviation.attributes) attributes.set(spec.name, readForm(cursor, unit, spec));
  return { unit, offset, tag: abbreviation.tag, hasChildren: abbreviation.hasChildren, attributes, next: cursor.at };
}

/** Reads an entry's code and leaves the cursor at its attributes; undefined for a null entry. */
export function nextAbbreviation(cursor: Cursor, unit: Unit): Abbreviation | undefined {
  const code = cursor.uleb();
  if (code === 0) return undefined;
  const abbreviation = unit.abbreviations.get(code);
  if (abbreviation === undefined) throw new RangeError(`abbreviation ${code} is not in the table`);
  return abbreviation;
}

/** Steps over an entry's attributes; answers with the offset behind its children when it says so (DW_AT_sibling), else -1. */
export function skipAttributes(cursor: Cursor, unit: Unit, abbreviation: Abbreviation): number {
  let sibling = -1;
  for (const [index, spec] of abbreviation.attributes.entries()) {
    if (index !== abbreviation.siblingIndex) {
      skipForm(cursor, unit, spec.form);
      continue;
    }
    const value = readForm(cursor, unit, spec);
    if (value.kind === 'reference') sibling = value.offset;
  }
  return sibling;
}

/** Steps over a whole list of children, up to and over the null entry that ends it. */
export function skipChildren(cursor: Cursor, unit: Unit): void {
  for (let depth = 1; depth > 0;) {
    const abbreviation = nextAbbreviation(cursor, unit);
    if (abbreviation === undefined) {
      depth--;
      continue;
    }
    const sibling = skipAttributes(cursor, unit, abbreviation);
    if (!abbreviation.hasChildren) continue;
    if (sibling > cursor.at && sibling <= unit.end) cursor.at = sibling;
    else depth++;
  }
}

/** Children of an entry, at most `limit`. Throws RangeError. */
export function* childrenOf(entry: Entry, limit: number): Generator<Entry> {
  if (!entry.hasChildren) return;
  const cursor = new Cursor(entry.unit.data, entry.next);
  for (let count = 0; count < limit && cursor.at < entry.unit.end; count++) {
    const child = readEntry(entry.unit, cursor.at);
    if (child === undefined) return;
    yield child;
    cursor.at = child.next;
    if (!child.hasChildren) continue;
    const sibling = child.attributes.get(0x01);
    if (sibling?.kind === 'reference' && sibling.offset > child.next && sibling.offset <= entry.unit.end) cursor.at = sibling.offset;
    else skipChildren(cursor, entry.unit);
  }
}

export function textOf(entry: Entry, name: number): string | undefined {
  const value = entry.attributes.get(name);
  return value?.kind === 'text' ? value.text : undefined;
}

export function numberOf(entry: Entry, name: number): bigint | undefined {
  const value = entry.attributes.get(name);
  return value?.kind === 'number' ? value.value : undefined;
}

export function flagOf(entry: Entry, name: number): boolean {
  const value = entry.attributes.get(name);
  return value?.kind === 'flag' && value.value;
}
