import type { Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { fieldsIn, type TypedField } from '../../../shared/analysis/typed/flatten.ts';
import { tintOf, type ValueTint } from '../../../shared/analysis/typed/format-value.ts';
import { unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';
import type { TypedVariable, TypeNode } from '../../../shared/model/typed-data.ts';
import type { Names } from './names-cache.ts';

/** A variable, or a symbol of which only place and size are known. */
export interface Owner {
  readonly name: string;
  readonly address: Address;
  readonly sizeBytes: number;
  readonly modulePath: string;
  /** Undefined without debug information. */
  readonly typed: { readonly variable: TypedVariable; readonly types: readonly TypeNode[] } | undefined;
  readonly symbol: SymbolRef | undefined;
}

/** A piece of a variable that has bytes in the page. */
export interface OverlayPiece {
  readonly owner: Owner;
  /** Undefined for a symbol without type: it is one piece. */
  readonly field: TypedField | undefined;
  readonly tint: ValueTint | 'pad';
  /** Bytes of the page that belong to it: first, and one past the last. */
  readonly from: number;
  readonly to: number;
  /** It goes on in the page after this one, or began before it. */
  readonly cut: boolean;
}

/** What owns each byte of a page. */
export interface PageOverlay {
  /** In ascending order of their owners. */
  readonly pieces: readonly OverlayPiece[];
  /** Index of the piece that owns a byte, −1 for none: the first member of a union, the innermost symbol. */
  readonly owners: Int32Array;
  /** Pieces that begin (or are cut) at a byte of the page. */
  startingAt(offset: number): readonly OverlayPiece[];
  /** Functions and labels: they colour nothing. */
  readonly code: readonly SymbolRef[];
}

const MAX_PIECES = 8192;
const NONE: readonly OverlayPiece[] = [];

/** `readBytes` gives bytes of memory as far as they were read: a Rust enum's tag decides which fields there are. */
export function buildOverlay(page: PageNumber, names: Names, readBytes: (address: Address, count: number) => Uint8Array | undefined): PageOverlay {
  const start = pageStart(page);
  const end = start + BigInt(PAGE_SIZE_BYTES);
  const pieces: OverlayPiece[] = [];
  const owners = new Int32Array(PAGE_SIZE_BYTES).fill(-1);
  const starts = new Map<number, OverlayPiece[]>();
  const add = (piece: OverlayPiece): void => {
    const index = pieces.push(piece) - 1;
    for (let at = piece.from; at < piece.to; at++) if (owners[at] === -1) owners[at] = index;
    const here = starts.get(piece.from);
    if (here === undefined) starts.set(piece.from, [piece]);
    else here.push(piece);
  };
  const typed = new Map<bigint, number>();
  for (const variable of names.variables) {
    const variableEnd = variable.address + BigInt(variable.sizeBytes);
    if (variable.address >= end || variableEnd <= start || pieces.length >= MAX_PIECES) continue;
    typed.set(variable.address, variable.sizeBytes);
    const owner: Owner = { name: variable.name, address: variable.address, sizeBytes: variable.sizeBytes, modulePath: variable.modulePath, typed: { variable, types: names.types }, symbol: undefined };
    const base = Number(variable.address - start);
    const fields = fieldsIn(names.types, variable.type, Math.max(0, -base), Math.min(variable.sizeBytes, PAGE_SIZE_BYTES - base), MAX_PIECES - pieces.length, (at, size) => {
      const bytes = readBytes((variable.address + BigInt(at)) as Address, size);
      return bytes && unsignedOf(bytes);
    });
    for (const field of fields) {
      const from = base + field.offsetBytes;
      const to = from + field.sizeBytes;
      add({
        owner, field, tint: field.role === 'padding' ? 'pad' : tintOf(names.types, field.type, field.role),
        from: Math.max(0, from), to: Math.min(PAGE_SIZE_BYTES, to), cut: from < 0 || to > PAGE_SIZE_BYTES,
      });
    }
  }
  const code: SymbolRef[] = [];
  for (const symbol of names.symbols) {
    if (symbol.address >= end) break;
    const size = sizeOfSymbol(symbol);
    if (symbol.type === 'tls' || symbol.address + BigInt(size) <= start) continue;
    if (symbol.type === 'function' || symbol.type === 'ifunc') code.push(symbol);
    else if (size > 0 && !typed.has(symbol.address) && !(symbol.sizeBytes === 0n && names.symbols.some((other) => other !== symbol && other.address === symbol.address && other.sizeBytes > 0n))) addSymbol(symbol, size, start, add, readBytes);
  }
  return { pieces, owners, code, startingAt: (offset) => starts.get(offset) ?? NONE };
}

function addSymbol(symbol: SymbolRef, size: number, start: bigint, add: (piece: OverlayPiece) => void, readBytes: (address: Address, count: number) => Uint8Array | undefined): void {
  const from = Number(symbol.address - start);
  const to = from + size;
  add({
    owner: { name: symbol.demangled ?? symbol.name, address: symbol.address, sizeBytes: size, modulePath: symbol.modulePath, typed: undefined, symbol },
    field: undefined, tint: guessTint(size, readBytes(symbol.address, Math.min(size, 8))),
    from: Math.max(0, from), to: Math.min(PAGE_SIZE_BYTES, to), cut: from < 0 || to > PAGE_SIZE_BYTES,
  });
}

/** Room of a data symbol. Some that stand for one word have no size of their own (`__dso_handle`); marks such as `_edata` are no data. */
function sizeOfSymbol(symbol: SymbolRef): number {
  if (symbol.sizeBytes > 0n) return Number(symbol.sizeBytes > 1n << 40n ? 1n << 40n : symbol.sizeBytes);
  return symbol.type === 'object' ? 8 : symbol.type === 'function' || symbol.type === 'ifunc' ? 1 : 0;
}

function guessTint(size: number, bytes: Uint8Array | undefined): ValueTint {
  if (size === 8 && bytes?.length === 8) return unsignedOf(bytes) > 0x10000n && unsignedOf(bytes) < 1n << 47n ? 'ptr' : 'int';
  return size === 1 || size === 2 || size === 4 || size === 8 ? 'int' : 'rec';
}

/** Do two variables have bytes in a run of the page, or does a function begin there beside something else? */
export function hasSeveralOwners(overlay: PageOverlay, offset: number, count: number, start: bigint): boolean {
  let first: Owner | undefined;
  const isAnother = (owner: Owner): boolean => owner !== (first ??= owner);
  for (let at = offset; at < offset + count; at++) {
    const piece = overlay.pieces[overlay.owners[at] ?? -1];
    if (piece !== undefined && isAnother(piece.owner)) return true;
    // Symbols of one place are all named beside it, though the byte is one's alone.
    for (const { owner } of overlay.startingAt(at)) if (isAnother(owner)) return true;
  }
  let begun = first === undefined ? 0 : 1;
  for (const { address } of overlay.code) if (address >= start + BigInt(offset) && address < start + BigInt(offset + count)) begun++;
  return begun > 1;
}
