import type { TypeMember, TypeNode } from '../../model/typed-data.ts';

/** One piece of a variable that is not made of others, or the room between two of them. */
export interface TypedField {
  /** From the variable's name on: '' for the variable itself, `.port`, `[3].name`. */
  readonly path: string;
  /** From the variable's first byte. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Index in the table of types; -1 for padding. */
  readonly type: number;
  readonly bits: { readonly offset: number; readonly size: number } | undefined;
  /** `text`: an array of characters, kept whole. */
  readonly role: 'value' | 'text' | 'padding';
}

/** Unsigned little-endian value of bytes of the variable; undefined when they are not known. Needed only to tell which case of a Rust enum holds. */
export type ReadUnsigned = (offsetBytes: number, sizeBytes: number) => bigint | undefined;

const MAX_DEPTH = 40;

/**
 * The pieces of a variable that have bytes in [from, to) of it, ascending (those of a union one over the other), at most `limit`. Padding between members of a record is a piece too, as `ptype /o` shows holes.
 * Only what is in the window is looked at, so that an array of millions costs no more than a row of it.
 */
export function fieldsIn(types: readonly TypeNode[], root: number, from: number, to: number, limit: number, read: ReadUnsigned): TypedField[] {
  const out: TypedField[] = [];
  const visit = (index: number, path: string, offset: number, depth: number, bits: TypedField['bits'], asBase = false): void => {
    const node = types[index];
    if (node === undefined || out.length >= limit || depth > MAX_DEPTH) return;
    if (offset >= to || (offset + node.sizeBytes <= from && bits === undefined)) return;
    if (node.kind === 'array') {
      if (isText(types, index)) out.push({ path, offsetBytes: offset, sizeBytes: node.sizeBytes, type: index, bits: undefined, role: 'text' });
      else if (node.strideBytes > 0) {
        const first = Math.max(0, Math.floor((from - offset) / node.strideBytes));
        const last = Math.min(node.count, Math.ceil((to - offset) / node.strideBytes));
        for (let i = first; i < last && out.length < limit; i++) visit(node.element, `${path}[${i}]`, offset + i * node.strideBytes, depth + 1, undefined);
      }
    } else if (node.kind === 'record') {
      record(node, path, offset, depth, asBase);
    } else {
      out.push({ path, offsetBytes: offset, sizeBytes: bits === undefined ? node.sizeBytes : Math.ceil((bits.offset + bits.size) / 8), type: index, bits, role: 'value' });
    }
  };
  const record = (node: Extract<TypeNode, { kind: 'record' }>, path: string, offset: number, depth: number, asBase: boolean): void => {
    const members = membersOf(node, (at, size) => read(offset + at, size));
    let covered = 0;
    for (const member of members) {
      // A derived class may put its own members into the room behind its base's last one (Itanium C++ ABI, 2.4).
      const size = member.isBase ? usedBytes(types, member.type, 0) : memberBytes(types, member);
      if (node.flavour !== 'union' && member.offsetBytes > covered) padding(path, offset + covered, member.offsetBytes - covered);
      const step = member.name === '' || member.isBase ? path : `${path}.${member.name}`;
      visit(member.type, step, offset + member.offsetBytes, depth + 1, member.bits, member.isBase);
      covered = Math.max(covered, member.offsetBytes + size);
    }
    if (!asBase && node.sizeBytes > covered && members.length > 0) padding(path, offset + covered, node.sizeBytes - covered);
  };
  const padding = (path: string, offset: number, size: number): void => {
    if (offset < to && offset + size > from && out.length < limit) out.push({ path, offsetBytes: offset, sizeBytes: size, type: -1, bits: undefined, role: 'padding' });
  };
  visit(root, '', 0, 0, undefined);
  return out;
}

/** Members of a record in the order of their bytes; of a Rust enum those of the case that holds. */
export function membersOf(node: Extract<TypeNode, { kind: 'record' }>, read: ReadUnsigned): readonly TypeMember[] {
  const { variants } = node;
  if (variants === undefined) return ordered(node.members);
  const chosen = activeCase(node, read);
  // A field that is no name of its own (`__0`) of a single case keeps its place; the case's struct holds the fields.
  return ordered(chosen === undefined ? node.members : [...node.members, chosen.member]);
}

/** The case of a Rust enum that its bytes say holds; undefined when they are not known or say none. */
export function activeCase(node: Extract<TypeNode, { kind: 'record' }>, read: ReadUnsigned): { readonly value: bigint | undefined; readonly member: TypeMember } | undefined {
  const { variants } = node;
  if (variants === undefined) return undefined;
  if (variants.discriminant === undefined) return variants.cases[0];
  const value = read(variants.discriminant.offsetBytes, variants.discriminant.sizeBytes);
  if (value === undefined) return undefined;
  return variants.cases.find((one) => one.value === value) ?? variants.cases.find((one) => one.value === undefined);
}

/** Is it an array of one-byte characters? */
export function isText(types: readonly TypeNode[], index: number): boolean {
  const node = types[index];
  if (node?.kind !== 'array') return false;
  const element = types[node.element];
  return element?.kind === 'number' && element.encoding === 'char' && element.sizeBytes === 1;
}

function memberBytes(types: readonly TypeNode[], member: TypeMember): number {
  return member.bits === undefined ? (types[member.type]?.sizeBytes ?? 0) : Math.ceil((member.bits.offset + member.bits.size) / 8);
}

/** Bytes up to the end of a record's last member. */
function usedBytes(types: readonly TypeNode[], index: number, depth: number): number {
  const node = types[index];
  if (node?.kind !== 'record' || depth > MAX_DEPTH) return node?.sizeBytes ?? 0;
  return node.members.reduce((most, member) => Math.max(most, member.offsetBytes + (member.isBase ? usedBytes(types, member.type, depth + 1) : memberBytes(types, member))), 0);
}

/** Rust moves fields about: debug information has them as they are written, bytes as they lie. */
function ordered(members: readonly TypeMember[]): readonly TypeMember[] {
  return members.every((member, i) => i === 0 || place(members[i - 1]) <= place(member)) ? members : members.toSorted((a, b) => place(a) - place(b));
}

function place(member: TypeMember | undefined): number {
  return member === undefined ? 0 : member.offsetBytes * 8 + (member.bits?.offset ?? 0);
}
