import { stringAt } from '../read-elf.ts';
import { Cursor } from './cursor.ts';
import { Form } from './codes.ts';
import type { AttributeSpec, Unit } from './unit-shape.ts';

/**
 * An attribute's value as one of few shapes. `reference` is an offset in the unit's own section, `signature` names a type unit, `elsewhere` lies in another file (dwz, split DWARF).
 */
export type AttributeValue =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'address'; readonly value: bigint }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly offset: number }
  | { readonly kind: 'signature'; readonly signature: bigint }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'elsewhere' };

const ELSEWHERE: AttributeValue = { kind: 'elsewhere' };
const number = (value: bigint | number): AttributeValue => ({ kind: 'number', value: BigInt(value) });
const reference = (offset: number): AttributeValue => ({ kind: 'reference', offset });

/** Reads one value (DWARF 5, 7.5.6). Throws RangeError for a form it does not know: what follows could not be found. */
export function readForm(cursor: Cursor, unit: Unit, { form, implicit }: AttributeSpec): AttributeValue {
  switch (form) {
    case Form.addr: return { kind: 'address', value: cursor.address(unit.addressBytes) };
    case Form.data1: return number(cursor.u8());
    case Form.data2: return number(cursor.u16());
    case Form.data4: return number(cursor.u32());
    case Form.data8: return number(cursor.u64());
    case Form.sdata: return number(cursor.slebBig());
    case Form.udata: return number(cursor.ulebBig());
    case Form.implicitConst: return number(implicit);
    case Form.secOffset: return number(cursor.offset(unit.offsetBytes));
    case Form.flag: return { kind: 'flag', value: cursor.u8() !== 0 };
    case Form.flagPresent: return { kind: 'flag', value: true };
    case Form.block1: return { kind: 'block', bytes: cursor.take(cursor.u8()) };
    case Form.block2: return { kind: 'block', bytes: cursor.take(cursor.u16()) };
    case Form.block4: return { kind: 'block', bytes: cursor.take(cursor.u32()) };
    case Form.block: case Form.exprloc: return { kind: 'block', bytes: cursor.take(cursor.uleb()) };
    case Form.data16: return { kind: 'block', bytes: cursor.take(16) };
    case Form.string: {
      const at = cursor.at;
      cursor.skipString();
      return { kind: 'text', text: stringAt(unit.data, at) };
    }
    case Form.strp: return text(unit, 'str', cursor.offset(unit.offsetBytes));
    case Form.lineStrp: return text(unit, 'line_str', cursor.offset(unit.offsetBytes));
    case Form.strx: case Form.gnuStrIndex: return indexedText(unit, cursor.uleb());
    case Form.strx1: return indexedText(unit, cursor.u8());
    case Form.strx2: return indexedText(unit, cursor.u16());
    case Form.strx3: return indexedText(unit, cursor.u24());
    case Form.strx4: return indexedText(unit, cursor.u32());
    case Form.addrx: case Form.gnuAddrIndex: return { kind: 'address', value: indexedAddress(unit, cursor.uleb()) };
    case Form.addrx1: return { kind: 'address', value: indexedAddress(unit, cursor.u8()) };
    case Form.addrx2: return { kind: 'address', value: indexedAddress(unit, cursor.u16()) };
    case Form.addrx3: return { kind: 'address', value: indexedAddress(unit, cursor.u24()) };
    case Form.addrx4: return { kind: 'address', value: indexedAddress(unit, cursor.u32()) };
    case Form.ref1: return reference(unit.offset + cursor.u8());
    case Form.ref2: return reference(unit.offset + cursor.u16());
    case Form.ref4: return reference(unit.offset + cursor.u32());
    case Form.ref8: return reference(unit.offset + cursor.offset(8));
    case Form.refUdata: return reference(unit.offset + cursor.uleb());
    case Form.refAddr: return reference(cursor.offset(unit.version === 2 ? (unit.addressBytes === 4 ? 4 : 8) : unit.offsetBytes));
    case Form.refSig8: return { kind: 'signature', signature: cursor.u64() };
    case Form.indirect: {
      const real = cursor.uleb();
      if (real === Form.indirect || real === Form.implicitConst) throw new RangeError('an indirect form that leads nowhere');
      return readForm(cursor, unit, { name: 0, form: real, implicit: 0n });
    }
    default:
      skipForm(cursor, unit, form);
      return ELSEWHERE;
  }
}

/** Steps over one value. Throws RangeError for a form it does not know. */
export function skipForm(cursor: Cursor, unit: Unit, form: number): void {
  switch (form) {
    case Form.flagPresent: case Form.implicitConst: return undefined;
    case Form.data1: case Form.ref1: case Form.flag: case Form.strx1: case Form.addrx1: return cursor.skip(1);
    case Form.data2: case Form.ref2: case Form.strx2: case Form.addrx2: return cursor.skip(2);
    case Form.strx3: case Form.addrx3: return cursor.skip(3);
    case Form.data4: case Form.ref4: case Form.strx4: case Form.addrx4: case Form.refSup4: return cursor.skip(4);
    case Form.data8: case Form.ref8: case Form.refSig8: case Form.refSup8: return cursor.skip(8);
    case Form.data16: return cursor.skip(16);
    case Form.addr: return cursor.skip(unit.addressBytes);
    case Form.strp: case Form.lineStrp: case Form.secOffset: case Form.strpSup: case Form.gnuRefAlt: case Form.gnuStrpAlt: return cursor.skip(unit.offsetBytes);
    case Form.refAddr: return cursor.skip(unit.version === 2 ? unit.addressBytes : unit.offsetBytes);
    case Form.udata: case Form.sdata: case Form.refUdata: case Form.strx: case Form.addrx: case Form.loclistx: case Form.rnglistx: case Form.gnuAddrIndex: case Form.gnuStrIndex:
      while (cursor.u8() >= 0x80);
      return undefined;
    case Form.block1: return cursor.skip(cursor.u8());
    case Form.block2: return cursor.skip(cursor.u16());
    case Form.block4: return cursor.skip(cursor.u32());
    case Form.block: case Form.exprloc: return cursor.skip(cursor.uleb());
    case Form.string: return cursor.skipString();
    case Form.indirect: {
      const real = cursor.uleb();
      if (real === Form.indirect) throw new RangeError('an indirect form that leads nowhere');
      return skipForm(cursor, unit, real);
    }
    default: throw new RangeError(`attribute form 0x${form.toString(16)} is not known`);
  }
}

/** Entry of .debug_addr. */
export function indexedAddress(unit: Unit, index: number): bigint {
  return new Cursor(unit.sections.get('addr') ?? new Uint8Array(), unit.addrBase + index * unit.addressBytes).address(unit.addressBytes);
}

function indexedText(unit: Unit, index: number): AttributeValue {
  const table = unit.sections.get('str_offsets');
  if (table === undefined) return ELSEWHERE;
  return text(unit, 'str', new Cursor(table, unit.strOffsetsBase + index * unit.offsetBytes).offset(unit.offsetBytes));
}

function text(unit: Unit, section: 'str' | 'line_str', offset: number): AttributeValue {
  const bytes = unit.sections.get(section);
  return bytes === undefined ? ELSEWHERE : { kind: 'text', text: stringAt(bytes, offset) };
}
