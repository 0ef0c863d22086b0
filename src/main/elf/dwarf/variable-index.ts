import { At, Op, Tag, UnitType } from './codes.ts';
import { Cursor } from './cursor.ts';
import { nextAbbreviation, readEntry, skipAttributes, skipChildren, textOf, type Entry } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import { indexedAddress, skipForm } from './forms.ts';
import { TypeTable } from './type-table.ts';
import type { Unit } from './unit-shape.ts';

/** A variable in static storage, at the file's own address. */
export interface StaticVariable {
  readonly address: bigint;
  readonly sizeBytes: number;
  readonly name: string;
  readonly inFunction: string;
  /** The entry that has its type. */
  readonly typed: Entry;
}

const MAX_VARIABLES = 1_000_000;
/** Variables are looked for inside these; all else is stepped over. */
const HOLDERS = new Set<number>([
  Tag.compileUnit, Tag.partialUnit, Tag.namespace, Tag.module, Tag.subprogram, Tag.lexicalBlock, Tag.tryBlock, Tag.catchBlock, Tag.inlinedSubroutine,
]);

/**
 * Finds the variables of one unit after the other; each step yields, so that whoever has other work can do it in between. What is left of a unit that turns out to be damaged is
 * given up, and `problem` hears of it.
 */
export function* findVariables(source: EntrySource, problem: (words: string) => void): Generator<undefined, StaticVariable[]> {
  const found: StaticVariable[] = [];
  const sizes = new TypeTable(source, []);
  for (const unit of source.units) {
    if (unit.kind === UnitType.type || unit.kind === UnitType.splitType) continue;
    try {
      scanUnit(source, unit, sizes, found);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problem(`${error.message} in the unit at 0x${unit.offset.toString(16)}`);
    }
    if (found.length >= MAX_VARIABLES) break;
    yield;
  }
  return uniqueByPlace(found);
}

function scanUnit(source: EntrySource, unit: Unit, sizes: TypeTable, found: StaticVariable[]): void {
  const cursor = new Cursor(unit.data, unit.firstEntry);
  const functions: string[] = [];
  while (cursor.at < unit.end && found.length < MAX_VARIABLES) {
    const offset = cursor.at;
    const abbreviation = nextAbbreviation(cursor, unit);
    if (abbreviation === undefined) {
      functions.pop();
      if (functions.length === 0) return;
      continue;
    }
    if (abbreviation.tag === Tag.variable && abbreviation.attributes.some(({ name }) => name === At.location)) {
      const variable = readVariable(source, unit, offset, functions.at(-1) ?? '', sizes);
      if (variable !== undefined) found.push(variable);
    }
    const sibling = skipAttributes(cursor, unit, abbreviation);
    if (!abbreviation.hasChildren) continue;
    if (HOLDERS.has(abbreviation.tag)) functions.push(abbreviation.tag === Tag.subprogram ? functionName(source, unit, offset) : (functions.at(-1) ?? ''));
    else if (sibling > cursor.at && sibling <= unit.end) cursor.at = sibling;
    else skipChildren(cursor, unit);
  }
}

function readVariable(source: EntrySource, unit: Unit, offset: number, inFunction: string, sizes: TypeTable): StaticVariable | undefined {
  const address = staticAddress(unit, offset);
  // The linker leaves 0 (or 1) for variables it has thrown away.
  if (address === undefined || address < 2n) return undefined;
  const entry = readEntry(unit, offset);
  if (entry === undefined) return undefined;
  // A definition outside its class or namespace, or in an inlined function, has name and type at its declaration.
  const declared = source.follow(entry, At.specification) ?? source.follow(entry, At.abstractOrigin);
  const named = textOf(entry, At.name) === undefined && declared !== undefined ? declared : entry;
  const name = textOf(named, At.name);
  const typed = entry.attributes.has(At.type) ? entry : (declared ?? entry);
  if (name === undefined) return undefined;
  return { address, sizeBytes: sizes.sizeOf(source.follow(typed, At.type)), name: `${source.scopeOf(named)}${name}`, inFunction, typed };
}

/** The address of a location that is nothing but one; read without the rest of the entry, because most variables live on the stack. */
function staticAddress(unit: Unit, offset: number): bigint | undefined {
  const cursor = new Cursor(unit.data, offset);
  const abbreviation = nextAbbreviation(cursor, unit);
  for (const { name, form } of abbreviation?.attributes ?? []) {
    if (name !== At.location) {
      skipForm(cursor, unit, form);
      continue;
    }
    const block = blockOf(cursor, form);
    return block && addressIn(unit, block);
  }
  return undefined;
}

/** DW_FORM_exprloc and the blocks older versions used; a list of places is not one place. */
function blockOf(cursor: Cursor, form: number): Uint8Array | undefined {
  switch (form) {
    case 0x18: case 0x09: return cursor.take(cursor.uleb());
    case 0x0a: return cursor.take(cursor.u8());
    case 0x03: return cursor.take(cursor.u16());
    case 0x04: return cursor.take(cursor.u32());
    default: return undefined;
  }
}

function addressIn(unit: Unit, block: Uint8Array): bigint | undefined {
  if (block.length === 0) return undefined;
  const cursor = new Cursor(block);
  const op = cursor.u8();
  let address: bigint;
  if (op === Op.addr) address = cursor.address(unit.addressBytes);
  else if (op === Op.addrx || op === Op.gnuAddrIndex) address = indexedAddress(unit, cursor.uleb());
  else return undefined;
  if (cursor.at < block.length && cursor.u8() === Op.plusUconst) address += BigInt(cursor.uleb());
  else if (cursor.at !== block.length) return undefined;
  return cursor.at === block.length ? address : undefined;
}

function functionName(source: EntrySource, unit: Unit, offset: number): string {
  const entry = readEntry(unit, offset);
  const declared = entry && (textOf(entry, At.name) === undefined ? (source.follow(entry, At.specification) ?? source.follow(entry, At.abstractOrigin)) : entry);
  return (declared && textOf(declared, At.name)) ?? '?';
}

/** The same variable is described once per unit that sees its definition; a copy of inlined code describes it again. */
function uniqueByPlace(found: readonly StaticVariable[]): StaticVariable[] {
  const sorted = found.toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : b.sizeBytes - a.sizeBytes));
  const kept: StaticVariable[] = [];
  for (const variable of sorted) {
    if (!kept.slice(-8).some((other) => other.address === variable.address && other.name === variable.name)) kept.push(variable);
  }
  return kept;
}
