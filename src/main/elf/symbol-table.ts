import type { SymbolRef } from '../../shared/model/symbol.ts';
import { fileNumber, type ByteSource } from './byte-source.ts';
import { at, orderByKey } from './radix-order.ts';
import type { ElfSection } from './read-elf.ts';
import { SymbolNames } from './symbol-names.ts';

const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const ENTRY_BYTES = 24;
const ENTRY_WORDS = ENTRY_BYTES / 4;
/** Section numbers from here up are no sections (elf(5), SHN_LORESERVE), but for SHN_XINDEX, which says "too big for 16 bits". */
const SHN_LORESERVE = 0xff00;
const SHN_XINDEX = 0xffff;
const STT_SECTION = 3;
const STT_FILE = 4;
const STT_TLS = 6;

const TYPES = new Map<number, SymbolRef['type']>([[1, 'object'], [2, 'function'], [STT_TLS, 'tls'], [10, 'ifunc']]);
const BINDINGS = new Map<number, SymbolRef['binding']>([[0, 'local'], [1, 'global'], [2, 'weak'], [10, 'unique']]);

/** `addressed`: functions, objects, labels. `thread-local`: their values are offsets in each thread's own block (ELF TLS specification), so they make a table apart. */
export type SymbolChoice = 'addressed' | 'thread-local';

/**
 * The defined symbols of one module, of one of the two sorts, as columns ascending by value; undefined, absolute, section and file symbols are left out. Values are the file's own, before
 * the load bias.
 */
export class SymbolTable {
  readonly length: number;
  readonly names: SymbolNames;
  /** Which table it was read from; `none` when the file has neither. */
  readonly origin: '.symtab' | '.dynsym' | 'none';
  readonly #value: BigUint64Array;
  readonly #size: BigUint64Array;
  /** Greatest end (value + size) of rows 0 … i: tells a search when no earlier symbol can reach this far. */
  readonly #reach: BigUint64Array;
  readonly #info: Uint8Array;
  readonly #section: Uint16Array;
  readonly #sections: ReadonlyMap<number, ElfSection>;

  constructor(entries: Uint8Array, strings: Uint8Array, sections: readonly ElfSection[], origin: SymbolTable['origin'], choice: SymbolChoice = 'addressed') {
    this.origin = origin;
    this.#sections = new Map(sections.map((section) => [section.index, section]));
    const kept = keep(entries, strings.length, choice);
    const count = kept.length;
    this.length = count;
    // A copy, because a file's bytes may begin at any alignment. x86-64 only: host and file are both little-endian.
    const words = new Uint32Array(entries.slice(0, entries.length - (entries.length % ENTRY_BYTES)).buffer);
    const low = kept.map((entry) => at(words, entry * ENTRY_WORDS + 2));
    const high = kept.map((entry) => at(words, entry * ENTRY_WORDS + 3));
    const order = orderByKey(low, high);
    const value = new Uint32Array(count * 2);
    const size = new Uint32Array(count * 2);
    const nameOffset = new Uint32Array(count);
    this.#info = new Uint8Array(count);
    this.#section = new Uint16Array(count);
    for (let row = 0; row < count; row++) {
      const word = at(kept, at(order, row)) * ENTRY_WORDS;
      const packed = at(words, word + 1);
      nameOffset[row] = at(words, word);
      this.#info[row] = packed & 0xff;
      this.#section[row] = packed >>> 16;
      value[row * 2] = at(words, word + 2);
      value[row * 2 + 1] = at(words, word + 3);
      size[row * 2] = at(words, word + 4);
      size[row * 2 + 1] = at(words, word + 5);
    }
    this.#value = new BigUint64Array(value.buffer);
    this.#size = new BigUint64Array(size.buffer);
    this.#reach = runningReach(this.#value, this.#size);
    this.names = new SymbolNames(strings, nameOffset);
  }

  value(row: number): bigint {
    return this.#value[row] ?? noRow(row);
  }

  size(row: number): bigint {
    return this.#size[row] ?? noRow(row);
  }

  type(row: number): SymbolRef['type'] {
    return TYPES.get(at(this.#info, row) & 15) ?? 'other';
  }

  binding(row: number): SymbolRef['binding'] {
    return BINDINGS.get(at(this.#info, row) >>> 4) ?? 'local';
  }

  /** st_shndx: the number of the section that the symbol is defined in. */
  section(row: number): number {
    return at(this.#section, row);
  }

  /**
   * Row of the symbol that holds `address`, or -1: the nearest symbol at or below it whose size reaches it; else the nearest below it if that has no size (hand-written
   * assembly, linker marks), which then reaches to the next symbol, the end of its section or of the symbol around it, whichever comes first.
   */
  rowAt(address: bigint): number {
    const nearest = this.firstFrom(address + 1n) - 1;
    for (let row = nearest; row >= 0 && (this.#reach[row] ?? 0n) > address; row--) {
      if (this.value(row) + this.size(row) > address) return this.#bestTwin(row, (twin) => this.value(twin) + this.size(twin) > address);
    }
    if (nearest < 0 || address >= this.#endOfUnsized(nearest)) return -1;
    const best = this.#bestTwin(nearest, (twin) => this.size(twin) === 0n);
    return this.size(best) === 0n ? best : -1;
  }

  /** First row at or after `address`; `length` when there is none. */
  firstFrom(address: bigint): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.value(middle) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First row whose symbol may reach past `address`: begin here to list what overlaps a range that starts there. */
  firstReaching(address: bigint): number {
    let row = this.firstFrom(address);
    while (row > 0 && (this.#reach[row - 1] ?? 0n) > address) row--;
    return row;
  }

  #endOfUnsized(row: number): bigint {
    const value = this.value(row);
    const next = this.#value[this.firstFrom(value + 1n)];
    const section = this.#sections.get(at(this.#section, row));
    const sectionEnd = section && value >= section.address ? section.address + section.size : value;
    const around = this.#reach[row] ?? 0n;
    const ends = [sectionEnd, ...(next === undefined ? [] : [next]), ...(around > value ? [around] : [])];
    return ends.reduce((least, end) => (end < least ? end : least));
  }

  /** Of the symbols with the same address as `row` that pass `fits`, the one a reader would name: functions and objects before bare labels, exported before local, plain before `_`
   * (in libc `__environ` is global and `environ` weak), global before weak. */
  #bestTwin(row: number, fits: (row: number) => boolean): number {
    const value = this.value(row);
    let best = row;
    let bestRank = fits(row) ? this.#rank(row) : Infinity;
    for (let twin = this.firstFrom(value); twin < this.length && this.value(twin) === value; twin++) {
      if (twin === row || !fits(twin)) continue;
      const rank = this.#rank(twin);
      if (rank < bestRank || (rank === bestRank && twin < best)) [best, bestRank] = [twin, rank];
    }
    return best;
  }

  #rank(row: number): number {
    const type = this.type(row) === 'other' ? 100 : 0;
    const binding = { global: 0, unique: 0, weak: 1, local: 50 }[this.binding(row)];
    return type + binding + 2 * Math.min(9, this.names.leadingUnderscores(row));
  }
}

export interface SymbolTables {
  readonly addressed: SymbolTable;
  readonly threadLocal: SymbolTable;
}

/** Reads .symtab, or .dynsym where a stripped file has only that. Throws `malformed-input` when the tables lie outside the file. */
export function readSymbolTables(source: ByteSource, sections: readonly ElfSection[]): SymbolTables {
  const section = sections.find((candidate) => candidate.type === SHT_SYMTAB && candidate.size > 0n) ?? sections.find((candidate) => candidate.type === SHT_DYNSYM);
  const strings = section && sections.find((candidate) => candidate.index === section.link);
  const entryBytes = section ? readWhole(source, section) : new Uint8Array();
  const stringBytes = strings ? readWhole(source, strings) : new Uint8Array();
  const origin = section ? (section.type === SHT_SYMTAB ? '.symtab' : '.dynsym') : 'none';
  const table = (choice: SymbolChoice): SymbolTable => new SymbolTable(entryBytes, stringBytes, sections, origin, choice);
  return { addressed: table('addressed'), threadLocal: table('thread-local') };
}

function readWhole(source: ByteSource, section: ElfSection): Uint8Array {
  return source.read(fileNumber(source, section.offset, `section ${section.name}`), fileNumber(source, section.size, `section ${section.name}`));
}

/** Numbers of the entries of one sort that have a name. */
function keep(entries: Uint8Array, stringBytes: number, choice: SymbolChoice): Uint32Array {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const count = Math.floor(entries.length / ENTRY_BYTES);
  const kept = new Uint32Array(count);
  let used = 0;
  for (let entry = 0; entry < count; entry++) {
    const offset = entry * ENTRY_BYTES;
    const name = view.getUint32(offset, true);
    const type = view.getUint8(offset + 4) & 15;
    const section = view.getUint16(offset + 6, true);
    const defined = section !== 0 && (section < SHN_LORESERVE || section === SHN_XINDEX) && type !== STT_SECTION && type !== STT_FILE;
    if (defined && (type === STT_TLS) === (choice === 'thread-local') && name !== 0 && name < stringBytes) kept[used++] = entry;
  }
  return kept.slice(0, used);
}

function runningReach(value: BigUint64Array, size: BigUint64Array): BigUint64Array {
  const reach = new BigUint64Array(value.length);
  let greatest = 0n;
  for (let row = 0; row < value.length; row++) {
    const end = (value[row] ?? 0n) + (size[row] ?? 0n);
    if (end > greatest) greatest = end;
    // A damaged size may carry the end past 2^64, which the column can't hold.
    reach[row] = greatest > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : greatest;
  }
  return reach;
}

function noRow(row: number): never {
  throw new RangeError(`no symbol row ${row}`);
}
