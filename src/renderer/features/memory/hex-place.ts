import { addBytes, type Address } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { Section, SymbolRef } from '../../../shared/model/symbol.ts';
import type { HexUnit } from './hex-model.ts';

/** Something with a name that has a byte. */
export interface NamedBytes {
  readonly name: string;
  readonly range: AddressRange;
}

/** What a byte belongs to, from the widest to the narrowest. */
export interface HexPlace {
  readonly section: NamedBytes | undefined;
  /** A variable, or the function that the byte is code of. */
  readonly owner: (NamedBytes & { readonly isCode: boolean }) | undefined;
  /** The member or element of the variable; undefined where the variable has none. */
  readonly member: NamedBytes | undefined;
}

/** Of a byte in a unit's page. `names`: of that page. */
export function placeAt(address: Address, unit: HexUnit, names: { readonly sections: readonly Section[]; readonly symbols: readonly SymbolRef[] }): HexPlace {
  const within = names.sections.find((one) => one.address <= address && address < one.address + one.memorySizeBytes);
  const section = within && { name: within.name, range: { start: within.address, end: (within.address + within.memorySizeBytes) as Address } };
  const { overlay } = unit;
  const piece = overlay?.pieces[overlay.owners[Number(address - pageStart(unit.page))] ?? -1];
  if (piece === undefined) return { section, owner: functionAt(address, names.symbols), member: undefined };
  const { owner, field } = piece;
  const scope = owner.typed?.variable.inFunction ?? '';
  const name = scope === '' ? owner.name : `${scope}::${owner.name}`;
  const whole = { name, range: { start: owner.address, end: addBytes(owner.address, owner.sizeBytes) }, isCode: false };
  if (field === undefined || field.path === '' || field.role === 'padding') return { section, owner: whole, member: undefined };
  const start = addBytes(owner.address, field.offsetBytes);
  return { section, owner: whole, member: { name: `${name}${field.path}`, range: { start, end: addBytes(start, field.sizeBytes) } } };
}

/** The last answer: the cursor's place is asked for at every draw and seldom another. */
export class PlaceMemo {
  #known: { readonly address: Address; readonly unit: HexUnit; readonly place: HexPlace } | undefined;

  at(address: Address, unit: HexUnit, names: Parameters<typeof placeAt>[2]): HexPlace {
    if (this.#known?.address !== address || this.#known.unit !== unit) this.#known = { address, unit, place: placeAt(address, unit, names) };
    return this.#known.place;
  }
}

function functionAt(address: Address, symbols: readonly SymbolRef[]): HexPlace['owner'] {
  const found = symbols.findLast((symbol) => (symbol.type === 'function' || symbol.type === 'ifunc') && symbol.address <= address && address < symbol.address + symbol.sizeBytes);
  if (found === undefined) return undefined;
  return { name: found.demangled ?? found.name, range: { start: found.address, end: (found.address + found.sizeBytes) as Address }, isCode: true };
}

/** `greeting`, `config.port`, `main+0x1c`. */
export function placeWords(address: Address, { owner, member }: HexPlace): string | undefined {
  const named = member ?? owner;
  if (named === undefined) return undefined;
  const offset = address - named.range.start;
  return offset === 0n ? named.name : `${named.name}+0x${offset.toString(16)}`;
}
