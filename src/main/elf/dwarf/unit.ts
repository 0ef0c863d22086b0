import { Cursor } from './cursor.ts';
import { At, Form, UnitType } from './codes.ts';
import type { DebugSections } from './debug-sections.ts';
import { skipForm } from './forms.ts';
import type { Abbreviation, AttributeSpec, Unit } from './unit-shape.ts';

const MAX_UNITS = 500_000;

/** Headers of all units of .debug_info, then of .debug_types. Stops at a header it cannot read: the units before it are good. Throws RangeError when not even the first can be. */
export function readUnits(sections: DebugSections): { readonly units: Unit[]; readonly problem: string | undefined } {
  const units: Unit[] = [];
  const tables = new Map<number, ReadonlyMap<number, Abbreviation>>();
  let problem: string | undefined;
  for (const name of ['info', 'types'] as const) {
    const data = sections.get(name);
    if (data === undefined) continue;
    const cursor = new Cursor(data);
    while (cursor.at < data.length && units.length < MAX_UNITS && problem === undefined) {
      try {
        const unit = readUnit(cursor, sections, name === 'types', tables);
        if (unit !== undefined) units.push(unit);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        problem = `${error.message} at unit ${units.length} of .debug_${name}`;
      }
    }
  }
  return { units, problem };
}

/** Undefined for a version this reader does not know; its length is known all the same, so that the next one is found. */
function readUnit(cursor: Cursor, sections: DebugSections, inTypes: boolean, tables: Map<number, ReadonlyMap<number, Abbreviation>>): Unit | undefined {
  const offset = cursor.at;
  let length = cursor.u32();
  const offsetBytes = length === 0xffff_ffff ? 8 : 4;
  if (offsetBytes === 8) length = cursor.offset(8);
  const end = cursor.at + length;
  if (end > cursor.bytes.length || length < 7) throw new RangeError('a unit reaches past the end');
  const version = cursor.u16();
  if (version < 2 || version > 5) {
    cursor.at = end;
    return undefined;
  }
  const kind = version >= 5 ? cursor.u8() : inTypes ? UnitType.type : UnitType.compile;
  let addressBytes = version >= 5 ? cursor.u8() : 0;
  const abbrevOffset = cursor.offset(offsetBytes);
  if (version < 5) addressBytes = cursor.u8();
  if (addressBytes !== 8 && addressBytes !== 4) throw new RangeError(`addresses of ${addressBytes} bytes`);
  let signature: bigint | undefined;
  let typeOffset = 0;
  let dwoId: bigint | undefined;
  if (kind === UnitType.type || kind === UnitType.splitType) {
    signature = cursor.u64();
    typeOffset = cursor.offset(offsetBytes);
  } else if (kind === UnitType.skeleton || kind === UnitType.splitCompile) dwoId = cursor.u64();
  let abbreviations = tables.get(abbrevOffset);
  if (abbreviations === undefined) {
    abbreviations = readAbbreviations(sections.get('abbrev') ?? new Uint8Array(), abbrevOffset);
    tables.set(abbrevOffset, abbreviations);
  }
  const unit: Unit = {
    data: cursor.bytes, offset, end, firstEntry: cursor.at, version, offsetBytes, addressBytes, abbreviations, kind, signature, typeOffset, dwoId,
    // DWARF 5, 7.26 and 7.27: without the attribute the first table's entries begin behind its header.
    strOffsetsBase: version >= 5 ? (offsetBytes === 4 ? 8 : 16) : 0, addrBase: version >= 5 ? (offsetBytes === 4 ? 8 : 16) : 0, language: 0, sections,
  };
  readBases(unit);
  cursor.at = end;
  return unit;
}

/** The unit's own entry says where its tables begin; only then can the rest of its attributes be read. */
function readBases(unit: Unit): void {
  const cursor = new Cursor(unit.data, unit.firstEntry);
  if (cursor.at >= unit.end) return;
  const abbreviation = unit.abbreviations.get(cursor.uleb());
  for (const { name, form } of abbreviation?.attributes ?? []) {
    const at = cursor.at;
    if (form === Form.secOffset && (name === At.strOffsetsBase || name === At.addrBase || name === At.gnuAddrBase)) {
      const value = cursor.offset(unit.offsetBytes);
      if (name === At.strOffsetsBase) unit.strOffsetsBase = value;
      else unit.addrBase = value;
      cursor.at = at;
    } else if (name === At.language) {
      if (form === Form.data1) unit.language = cursor.u8();
      else if (form === Form.data2) unit.language = cursor.u16();
      else if (form === Form.udata) unit.language = cursor.uleb();
      cursor.at = at;
    }
    skipForm(cursor, unit, form);
  }
}

/** DWARF 5, 7.5.3: code, tag, has-children, then name and form pairs up to two zeros; a zero code ends the table. */
function readAbbreviations(data: Uint8Array, offset: number): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  const cursor = new Cursor(data, offset);
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return table;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: AttributeSpec[] = [];
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      if (name === 0 && form === 0) break;
      attributes.push({ name, form, implicit: form === Form.implicitConst ? cursor.slebBig() : 0n });
    }
    table.set(code, { tag, hasChildren, attributes, siblingIndex: attributes.findIndex((one) => one.name === At.sibling) });
  }
}
