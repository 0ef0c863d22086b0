import type { ByteSource } from './byte-source.ts';
import { fileNumber } from './byte-source.ts';
import { stringAt, type ElfSection } from './read-elf.ts';
import { SHF_ALLOC } from '../../shared/model/elf-facts.ts';

/** One dynamic relocation at the file's own address. */
export interface ElfRelocation {
  readonly address: bigint;
  readonly sizeBytes: number;
  readonly type: string;
  readonly symbol: string;
  readonly addend: bigint;
}

const SHT_RELA = 4;
const SHT_RELR = 19;
const RELA_BYTES = 24;
const SYMBOL_BYTES = 24;

/** Types that are left for the dynamic loader on x86-64, with the bytes they write (psABI, table 4.9). */
const TYPES = new Map<number, readonly [name: string, sizeBytes: number]>([
  [1, ['R_X86_64_64', 8]], [2, ['R_X86_64_PC32', 4]], [5, ['R_X86_64_COPY', 0]], [6, ['R_X86_64_GLOB_DAT', 8]], [7, ['R_X86_64_JUMP_SLOT', 8]], [8, ['R_X86_64_RELATIVE', 8]],
  [10, ['R_X86_64_32', 4]], [11, ['R_X86_64_32S', 4]], [16, ['R_X86_64_DTPMOD64', 8]], [17, ['R_X86_64_DTPOFF64', 8]], [18, ['R_X86_64_TPOFF64', 8]], [24, ['R_X86_64_PC64', 8]],
  [36, ['R_X86_64_TLSDESC', 16]], [37, ['R_X86_64_IRELATIVE', 8]],
]);
const COPY = 5;

/** Dynamic relocations of one file, sorted by place. Names are looked up when asked for. Throws `malformed-input` and `io-error`. */
export class RelocationTable {
  readonly #places: BigUint64Array;
  readonly #infos: BigUint64Array;
  readonly #addends: BigInt64Array;
  readonly #symbols: Uint8Array;
  readonly #names: Uint8Array;

  constructor(source: ByteSource, sections: readonly ElfSection[]) {
    const found: { place: bigint; info: bigint; addend: bigint }[] = [];
    let symbolTable: ElfSection | undefined;
    for (const section of sections) {
      if ((section.flags & SHF_ALLOC) === 0n || (section.type !== SHT_RELA && section.type !== SHT_RELR)) continue;
      const bytes = contents(source, section);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (section.type === SHT_RELR) {
        for (const place of relativePlaces(view)) found.push({ place, info: 8n, addend: 0n });
        continue;
      }
      symbolTable ??= sections.find((other) => other.index === section.link);
      for (let at = 0; at + RELA_BYTES <= bytes.length; at += RELA_BYTES) {
        found.push({ place: view.getBigUint64(at, true), info: view.getBigUint64(at + 8, true), addend: view.getBigInt64(at + 16, true) });
      }
    }
    found.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
    this.#places = BigUint64Array.from(found, ({ place }) => place);
    this.#infos = BigUint64Array.from(found, ({ info }) => info);
    this.#addends = BigInt64Array.from(found, ({ addend }) => addend);
    const strings = symbolTable && sections.find((other) => other.index === symbolTable.link);
    this.#symbols = symbolTable ? contents(source, symbolTable) : new Uint8Array();
    this.#names = strings ? contents(source, strings) : new Uint8Array();
  }

  /** Relocations that write into [start, end), ascending. */
  within(start: bigint, end: bigint): readonly ElfRelocation[] {
    const found: ElfRelocation[] = [];
    // TLSDESC, the widest fixed one, writes 16 bytes; what COPY writes has its symbol's size and is found by its start.
    for (let row = this.#firstNotBelow(start - 16n); row < this.#places.length; row++) {
      const place = this.#places[row] ?? 0n;
      if (place >= end) break;
      const one = this.#at(row, place);
      if (place + BigInt(one.sizeBytes) > start) found.push(one);
    }
    return found;
  }

  #at(row: number, place: bigint): ElfRelocation {
    const info = this.#infos[row] ?? 0n;
    const type = Number(info & 0xffff_ffffn);
    const symbol = Number(info >> 32n);
    const [name, size] = TYPES.get(type) ?? [`R_X86_64_${type}`, 8];
    return { address: place, sizeBytes: type === COPY ? this.#symbolSize(symbol) : size, type: name, symbol: symbol === 0 ? '' : this.#symbolName(symbol), addend: this.#addends[row] ?? 0n };
  }

  /** Elf64_Sym: st_name at 0, st_size at 16. */
  #symbolName(index: number): string {
    const at = index * SYMBOL_BYTES;
    if (at + SYMBOL_BYTES > this.#symbols.length) return '';
    return stringAt(this.#names, new DataView(this.#symbols.buffer, this.#symbols.byteOffset + at, SYMBOL_BYTES).getUint32(0, true));
  }

  #symbolSize(index: number): number {
    const at = index * SYMBOL_BYTES;
    if (at + SYMBOL_BYTES > this.#symbols.length) return 0;
    return Number(BigInt.asUintN(32, new DataView(this.#symbols.buffer, this.#symbols.byteOffset + at, SYMBOL_BYTES).getBigUint64(16, true)));
  }

  #firstNotBelow(place: bigint): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] ?? 0n) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** SHT_RELR (gABI, "Relative relocation table"): an even word is a place, an odd one a bitmap of the 63 words behind the last. */
function* relativePlaces(view: DataView): Generator<bigint> {
  let next = 0n;
  for (let at = 0; at + 8 <= view.byteLength; at += 8) {
    const entry = view.getBigUint64(at, true);
    if ((entry & 1n) === 0n) {
      yield entry;
      next = entry + 8n;
      continue;
    }
    for (let bit = 1n; bit < 64n; bit++) if ((entry >> bit) & 1n) yield next + (bit - 1n) * 8n;
    next += 63n * 8n;
  }
}

function contents(source: ByteSource, section: ElfSection): Uint8Array {
  return source.read(fileNumber(source, section.offset, section.name), fileNumber(source, section.size, section.name));
}
