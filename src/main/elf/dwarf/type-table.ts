import type { NumberEncoding, TypeMember, TypeNode, TypeVariants } from '../../../shared/model/typed-data.ts';
import { At, Ate, Op, Tag } from './codes.ts';
import { Cursor } from './cursor.ts';
import { childrenOf, flagOf, numberOf, textOf, type Entry } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import { arrayCounts, typeName } from './type-names.ts';

const MAX_DEPTH = 32;
/** Rows in one answer's table. */
const MAX_NODES = 4096;
const MAX_MEMBERS = 1024;
const MAX_ENUMERATORS = 1024;

/** Turns entries into rows of one answer's table; the same entry is one row. Throws RangeError on damage. */
export class TypeTable {
  readonly nodes: TypeNode[];
  readonly #source: EntrySource;
  readonly #known = new Map<string, number>();

  /** `nodes` may hold rows of other modules already. */
  constructor(source: EntrySource, nodes: TypeNode[]) {
    this.#source = source;
    this.nodes = nodes;
  }

  /** Row of the type that `entry` refers to; void is an unknown type of no size. */
  typeOf(entry: Entry): number {
    return this.#row(this.#source.follow(entry, At.type), undefined, 0);
  }

  /** `name` is what a typedef or a qualifier round it calls it. */
  #row(entry: Entry | undefined, name: string | undefined, depth: number): number {
    if (entry === undefined) return this.#unknown(name ?? 'void', 0, 'it has no value');
    if (depth > MAX_DEPTH) return this.#unknown(name ?? '…', 0, 'it is nested too deeply');
    switch (entry.tag) {
      case Tag.typedef: case Tag.const: case Tag.volatile: case Tag.restrict: case Tag.atomic:
        return this.#row(this.#source.follow(entry, At.type), name ?? typeName(this.#source, entry), depth + 1);
      default: {
        const shown = name ?? typeName(this.#source, entry);
        const key = `${this.#section(entry)}${entry.offset} ${shown}`;
        const known = this.#known.get(key);
        if (known !== undefined) return known;
        if (this.nodes.length >= MAX_NODES) return -1;
        // Its place is taken before its members are read: a damaged file may name a type inside itself.
        const row = this.nodes.length;
        this.nodes.push({ kind: 'unknown', name: shown, sizeBytes: 0, why: 'it holds itself' });
        this.#known.set(key, row);
        this.nodes[row] = this.#node(entry, shown, depth);
        return row;
      }
    }
  }

  #section(entry: Entry): string {
    return entry.unit.data === this.#source.units[0]?.data ? '' : 't';
  }

  #node(entry: Entry, name: string, depth: number): TypeNode {
    const sizeBytes = smallSize(numberOf(entry, At.byteSize));
    switch (entry.tag) {
      case Tag.base: return baseNode(entry, name, sizeBytes);
      case Tag.pointer: case Tag.reference: case Tag.rvalueReference: return this.#pointer(entry, name);
      // Itanium C++ ABI, 2.3: a pointer to a data member is one word, to a member function two.
      case Tag.ptrToMember: return { kind: 'unknown', name, sizeBytes: this.#bare(this.#source.follow(entry, At.type))?.tag === Tag.subroutine ? 16 : 8, why: 'a pointer to a member is an offset' };
      case Tag.structure: case Tag.class: case Tag.interface: case Tag.union: return this.#record(entry, name, sizeBytes, depth);
      case Tag.array: return this.#array(entry, name, depth);
      case Tag.enumeration: return this.#enumeration(entry, name, sizeBytes);
      case Tag.unspecified: return { kind: 'unknown', name, sizeBytes: 0, why: 'it has no value' };
      default: return { kind: 'unknown', name, sizeBytes, why: `DWARF tag 0x${entry.tag.toString(16)} is not read here` };
    }
  }

  #pointer(entry: Entry, name: string): TypeNode {
    const target = this.#source.follow(entry, At.type);
    const bare = this.#bare(target);
    const encoding = bare?.tag === Tag.base ? baseEncoding(bare) : undefined;
    const to = bare?.tag === Tag.subroutine ? 'function' : encoding === 'char' ? 'text' : 'data';
    return { kind: 'pointer', name, sizeBytes: smallSize(numberOf(entry, At.byteSize)) || entry.unit.addressBytes, to, targetName: target === undefined ? '' : typeName(this.#source, target), targetSizeBytes: this.sizeOf(target) };
  }

  /** Without typedefs and qualifiers. */
  #bare(entry: Entry | undefined): Entry | undefined {
    let at = entry;
    for (let hops = 0; at !== undefined && hops < MAX_DEPTH; hops++) {
      if (!([Tag.typedef, Tag.const, Tag.volatile, Tag.restrict, Tag.atomic] as number[]).includes(at.tag)) return at;
      at = this.#source.follow(at, At.type);
    }
    return undefined;
  }

  /** Bytes of a type without making a row of it; 0 when unknown. */
  sizeOf(entry: Entry | undefined): number {
    let factor = 1;
    let at = this.#bare(entry);
    for (let hops = 0; at !== undefined && hops < MAX_DEPTH; hops++) {
      const own = smallSize(numberOf(at, At.byteSize));
      if (own > 0) return own * factor;
      if (at.tag === Tag.pointer || at.tag === Tag.reference || at.tag === Tag.rvalueReference) return at.unit.addressBytes * factor;
      if (at.tag !== Tag.array) {
        const signed = at.attributes.get(At.signature) === undefined ? undefined : this.#source.follow(at, At.signature);
        return signed === undefined ? 0 : smallSize(numberOf(signed, At.byteSize)) * factor;
      }
      for (const count of arrayCounts(at)) factor *= count ?? 0;
      at = this.#bare(this.#source.follow(at, At.type));
    }
    return 0;
  }

  #record(entry: Entry, name: string, sizeBytes: number, depth: number): TypeNode {
    const elsewhere = this.#source.follow(entry, At.signature);
    if (elsewhere !== undefined && elsewhere.offset !== entry.offset) return this.#node(elsewhere, name, depth + 1);
    if (flagOf(entry, At.declaration)) return { kind: 'unknown', name, sizeBytes, why: 'it is declared here and described elsewhere' };
    const members: TypeMember[] = [];
    let variants: TypeVariants | undefined;
    for (const child of childrenOf(entry, 65_536)) {
      if (members.length >= MAX_MEMBERS) break;
      if (child.tag === Tag.member || child.tag === Tag.inheritance) {
        const member = this.#member(child, depth);
        if (member !== undefined) members.push(member);
      } else if (child.tag === Tag.variantPart) variants = this.#variants(child, depth);
    }
    const flavour = entry.tag === Tag.union ? 'union' : entry.tag === Tag.class ? 'class' : 'struct';
    return { kind: 'record', name, sizeBytes, flavour, members, variants };
  }

  /** Undefined for a static member, and for a base whose place only the program knows (virtual inheritance). */
  #member(entry: Entry, depth: number): TypeMember | undefined {
    if (flagOf(entry, At.external) || flagOf(entry, At.declaration)) return undefined;
    const offset = memberOffset(entry);
    if (offset === undefined) return undefined;
    const type = this.#row(this.#source.follow(entry, At.type), undefined, depth + 1);
    const isBase = entry.tag === Tag.inheritance;
    const name = isBase ? (this.nodes[type]?.name ?? '') : (textOf(entry, At.name) ?? '');
    const place = bitPlace(entry, offset, this.nodes[type]?.sizeBytes ?? 0);
    return { name, type, offsetBytes: place?.byte ?? offset, bits: place && { offset: place.bit, size: place.size }, isBase, artificial: flagOf(entry, At.artificial) || name.startsWith('_vptr') };
  }

  #variants(entry: Entry, depth: number): TypeVariants {
    const discr = this.#source.follow(entry, At.discr);
    const member = discr && this.#member(discr, depth);
    const sizeBytes = member === undefined ? 0 : (this.nodes[member.type]?.sizeBytes ?? 0);
    const cases: { value: bigint | undefined; member: TypeMember }[] = [];
    for (const variant of childrenOf(entry, MAX_MEMBERS)) {
      if (variant.tag !== Tag.variant) continue;
      const value = numberOf(variant, At.discrValue);
      for (const child of childrenOf(variant, 1)) {
        const inner = child.tag === Tag.member ? this.#member(child, depth) : undefined;
        if (inner !== undefined) cases.push({ value: value === undefined ? undefined : BigInt.asUintN(8 * (sizeBytes || 8), value), member: inner });
      }
    }
    return { discriminant: member && { offsetBytes: member.offsetBytes, sizeBytes }, cases };
  }

  #array(entry: Entry, name: string, depth: number): TypeNode {
    let element = this.#row(this.#source.follow(entry, At.type), undefined, depth + 1);
    const counts = arrayCounts(entry);
    const own = numberOf(entry, At.byteStride);
    const elementName = this.nodes[element]?.name ?? '?';
    // Rows for the inner dimensions, innermost first: `int [2][3]` is two of `int [3]`.
    for (let dimension = counts.length - 1; dimension >= 0; dimension--) {
      const strideBytes = dimension === counts.length - 1 && own !== undefined ? smallSize(own) : (this.nodes[element]?.sizeBytes ?? 0);
      const count = counts[dimension] ?? 0;
      const node: TypeNode = {
        kind: 'array', element, count, strideBytes, sizeBytes: count * strideBytes,
        name: dimension === 0 ? name : `${elementName} ${counts.slice(dimension).map((one) => `[${one ?? ''}]`).join('')}`,
      };
      if (dimension === 0) return node;
      element = this.nodes.push(node) - 1;
    }
    return { kind: 'unknown', name, sizeBytes: smallSize(numberOf(entry, At.byteSize)), why: 'its bounds are not described' };
  }

  #enumeration(entry: Entry, name: string, sizeBytes: number): TypeNode {
    const base = this.#bare(this.#source.follow(entry, At.type));
    const values: { name: string; value: bigint }[] = [];
    let negative = false;
    for (const child of childrenOf(entry, MAX_ENUMERATORS)) {
      const value = child.tag === Tag.enumerator ? numberOf(child, At.constValue) : undefined;
      if (value === undefined) continue;
      negative ||= value < 0n;
      values.push({ name: textOf(child, At.name) ?? '?', value: BigInt.asUintN(8 * sizeBytes, value) });
    }
    return { kind: 'enum', name, sizeBytes, signed: negative || (base !== undefined && baseEncoding(base) === 'signed'), values };
  }

  #unknown(name: string, sizeBytes: number, why: string): number {
    const key = `unknown ${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const row = this.nodes.push({ kind: 'unknown', name, sizeBytes, why }) - 1;
    this.#known.set(key, row);
    return row;
  }
}

function baseNode(entry: Entry, name: string, sizeBytes: number): TypeNode {
  const encoding = baseEncoding(entry);
  return encoding === undefined ? { kind: 'unknown', name, sizeBytes, why: 'a number in a form that is not read here' } : { kind: 'number', name, sizeBytes, encoding };
}

function baseEncoding(entry: Entry): NumberEncoding | undefined {
  const encoding = Number(numberOf(entry, At.encoding) ?? 0n);
  const name = textOf(entry, At.name);
  switch (encoding) {
    case Ate.boolean: return 'bool';
    case Ate.float: return 'float';
    case Ate.complexFloat: return 'complex';
    // `signed char` and `unsigned char` are small numbers, `char` is text; which of the two the compiler makes of it does not matter.
    case Ate.signedChar: return name === 'char' ? 'char' : 'signed';
    case Ate.unsignedChar: return name === 'char' || name === 'char8_t' ? 'char' : 'unsigned';
    case Ate.signed: return 'signed';
    case Ate.unsigned: return 'unsigned';
    case Ate.utf: return 'char';
    default: return undefined;
  }
}

/** A constant, or an expression that adds one (DWARF 2 wrote them so). */
function memberOffset(entry: Entry): number | undefined {
  const value = entry.attributes.get(At.dataMemberLocation);
  if (value === undefined) return 0;
  if (value.kind === 'number') return smallSize(value.value);
  if (value.kind !== 'block') return undefined;
  const cursor = new Cursor(value.bytes);
  const op = cursor.u8();
  if (op !== Op.plusUconst && op !== Op.constu) return undefined;
  const offset = cursor.uleb();
  return cursor.at === value.bytes.length ? offset : undefined;
}

/** DW_AT_data_bit_offset counts from the record's start; DW_AT_bit_offset (DWARF 2 and 3) from the most significant bit of the field's storage. Both end up as: byte, and bit from its lowest. */
function bitPlace(entry: Entry, offset: number, typeBytes: number): { byte: number; bit: number; size: number } | undefined {
  const size = smallSize(numberOf(entry, At.bitSize));
  if (size === 0) return undefined;
  const modern = numberOf(entry, At.dataBitOffset);
  const storage = smallSize(numberOf(entry, At.byteSize)) || typeBytes;
  const from = modern === undefined ? offset * 8 + storage * 8 - smallSize(numberOf(entry, At.bitOffset)) - size : offset * 8 + smallSize(modern);
  if (from < 0) return undefined;
  return { byte: from >> 3, bit: from & 7, size };
}

function smallSize(value: bigint | undefined): number {
  return value === undefined || value < 0n || value > 1n << 47n ? 0 : Number(value);
}
