import type { TypeNode } from '../../model/typed-data.ts';
import { bitsOf, floatOf, floatText, unsignedOf } from './numbers.ts';
import { printableText, quoteText } from './printable.ts';
import type { TypedField } from './flatten.ts';

/** The families of the value colours. */
export type ValueTint = 'int' | 'ptr' | 'chr' | 'flt' | 'rec';

export interface ShownValue {
  readonly tint: ValueTint;
  readonly text: string;
  /** Of a pointer: where to. */
  readonly pointer?: bigint;
}

/** Words for what a pointer's value points into; undefined when it points into no mapping or is not known yet. */
export type PointerWords = (value: bigint) => string | undefined;

/** One piece of a variable as text: `8080`, `2.5`, `'x'`, `→ "Hello"`, `green`, `"bolts"`. `bytes` are all of its own; undefined when some are not known. */
export function formatField(types: readonly TypeNode[], field: TypedField, bytes: Uint8Array | undefined, pointerWords: PointerWords): ShownValue {
  const node = types[field.type];
  if (node === undefined) return { tint: 'rec', text: '' };
  const tint = tintOf(types, field.type, field.role);
  if (bytes === undefined) return { tint, text: '?' };
  if (field.role === 'text') return { tint: 'chr', text: textOfArray(bytes) };
  return field.bits === undefined ? formatNode(node, bytes, pointerWords) : formatBits(node, bytes, field.bits);
}

export function tintOf(types: readonly TypeNode[], index: number, role: TypedField['role'] = 'value'): ValueTint {
  if (role === 'text') return 'chr';
  const node = types[index];
  switch (node?.kind) {
    case 'pointer': return 'ptr';
    case 'number': return node.encoding === 'float' || node.encoding === 'complex' ? 'flt' : node.encoding === 'char' ? 'chr' : 'int';
    case 'enum': return 'int';
    default: return 'rec';
  }
}

function formatNode(node: TypeNode, bytes: Uint8Array, pointerWords: PointerWords): ShownValue {
  switch (node.kind) {
    case 'number': return formatNumber(node, bytes);
    case 'pointer': {
      const pointer = unsignedOf(bytes.subarray(0, 8));
      return { tint: 'ptr', text: pointer === 0n ? 'null' : `→ ${pointerWords(pointer) ?? `0x${pointer.toString(16)}`}`, pointer };
    }
    case 'enum': return { tint: 'int', text: enumText(node, unsignedOf(bytes)) };
    default: return { tint: 'rec', text: bytes.length > 0 && bytes.length <= 16 ? hexText(bytes) : '' };
  }
}

function formatNumber(node: Extract<TypeNode, { kind: 'number' }>, bytes: Uint8Array): ShownValue {
  switch (node.encoding) {
    case 'float': {
      const value = floatOf(bytes);
      return { tint: 'flt', text: value === undefined ? hexText(bytes) : floatText(value, bytes.length) };
    }
    case 'complex': {
      const half = bytes.length / 2;
      const [re, im] = [floatOf(bytes.subarray(0, half)), floatOf(bytes.subarray(half))];
      return { tint: 'flt', text: re === undefined || im === undefined ? hexText(bytes) : `${floatText(re, half)} + ${floatText(im, half)}i` };
    }
    case 'bool': {
      const value = unsignedOf(bytes);
      return { tint: 'int', text: value === 0n ? 'false' : value === 1n ? 'true' : `true (${value})` };
    }
    case 'char': return { tint: 'chr', text: charText(unsignedOf(bytes)) };
    case 'signed': return { tint: 'int', text: BigInt.asIntN(bytes.length * 8, unsignedOf(bytes)).toString() };
    case 'unsigned': return { tint: 'int', text: unsignedOf(bytes).toString() };
  }
}

function formatBits(node: TypeNode, bytes: Uint8Array, { offset, size }: { readonly offset: number; readonly size: number }): ShownValue {
  const signed = (node.kind === 'number' && node.encoding === 'signed') || (node.kind === 'enum' && node.signed);
  const value = bitsOf(bytes, offset, size, signed);
  if (node.kind === 'enum') return { tint: 'int', text: enumText(node, value) };
  return { tint: 'int', text: node.kind === 'number' && node.encoding === 'bool' ? (value === 0n ? 'false' : 'true') : value.toString() };
}

/** A name, names joined by `|` when the bits are all named, else the number. */
function enumText(node: Extract<TypeNode, { kind: 'enum' }>, raw: bigint): string {
  const width = node.sizeBytes * 8;
  const value = BigInt.asUintN(width, raw);
  const exact = node.values.find((one) => one.value === value);
  if (exact !== undefined) return exact.name;
  const flags = node.values.filter((one) => one.value !== 0n && (one.value & (one.value - 1n)) === 0n && (one.value & value) !== 0n);
  if (flags.length > 0 && flags.reduce((sum, one) => sum | one.value, 0n) === value) return flags.map((one) => one.name).join('|');
  return (node.signed ? BigInt.asIntN(width, value) : value).toString();
}

const ESCAPES = new Map([[0n, '\\0'], [9n, '\\t'], [10n, '\\n'], [13n, '\\r'], [27n, '\\e'], [39n, "\\'"], [92n, '\\\\']]);

function charText(code: bigint): string {
  const escape = ESCAPES.get(code);
  if (escape !== undefined) return `'${escape}'`;
  if (code >= 0x20n && code < 0x7fn) return `'${String.fromCodePoint(Number(code))}'`;
  const isShown = code >= 0xa1n && code <= 0x10_ffffn && !(code >= 0xd800n && code < 0xe000n) && /^[^\p{Cc}\p{Cn}\p{Co}]$/u.test(String.fromCodePoint(Number(code)));
  return isShown ? `'${String.fromCodePoint(Number(code))}'` : `'\\x${code.toString(16)}'`;
}

/** An array of characters up to its NUL: quoted text, or bytes when it is none. */
function textOfArray(bytes: Uint8Array): string {
  const shown = printableText(bytes.subarray(0, 64), 0);
  if (shown === undefined) return `${hexText(bytes.subarray(0, 8))}${bytes.length > 8 ? '…' : ''}`;
  // An array filled to its last byte ends without a NUL and is whole all the same.
  return quoteText({ text: shown.text, cut: shown.cut && bytes.length > 64 });
}

export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
