import { toAddress, type Address } from '../../shared/address/address.ts';
import { PT_TLS, SHF_ALLOC, SHT_NOBITS } from '../../shared/model/elf-facts.ts';
import type { LoadedModule } from '../../shared/model/loaded-module.ts';
import { SYMBOL_BINDINGS, SYMBOL_KINDS, type ModuleFacts, type ModuleSection, type SymbolColumns } from '../../shared/model/module-tables.ts';
import { demangle } from '../elf/demangle.ts';
import type { ElfSection } from '../elf/read-elf.ts';
import { sectionTypeName } from '../elf/section-words.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { Placed } from './placed-module.ts';

/** The sections and symbols of the modules of one picture, as tables. A module is named by its lowest address. */
export interface ModuleListing {
  /** The program first, then map order. */
  modules(): readonly ModuleFacts[];
  /** Sections in file order; undefined for an address where no module begins. */
  sections(base: Address): readonly ModuleSection[] | undefined;
  /** At most `count` symbols from row `first` on; undefined for an address where no module begins. The first call for a file reads its symbol table. */
  symbols(base: Address, first: number, count: number): SymbolColumns | undefined;
}

export function listModules(modules: readonly LoadedModule[], placed: readonly Placed[]): ModuleListing {
  const imageOf = new Map(placed.map((entry) => [entry.module, entry]));
  const find = (base: Address): Placed | LoadedModule | undefined => {
    const module = modules.find((one) => one.start === base);
    return module && (imageOf.get(module) ?? module);
  };
  return {
    modules: () => [...modules.filter(isProgram), ...modules.filter((module) => !isProgram(module))].map((module) => factsOf(module, imageOf.get(module))),
    sections(base) {
      const found = find(base);
      if (!found) return undefined;
      return 'image' in found ? found.image.sections.map((section) => toModuleSection(section, found.module.bias)) : [];
    },
    symbols(base, first, count) {
      const found = find(base);
      if (!found) return undefined;
      return 'image' in found ? columnsOf(found, first, count) : EMPTY;
    },
  };
}

function isProgram(module: LoadedModule): boolean {
  return module.ref.role === 'program';
}

function factsOf({ ref, start, end }: LoadedModule, placed: Placed | undefined): ModuleFacts {
  const unread = { code: 'io-error', message: `${ref.path} can’t be read, so its sections and symbols are unknown.` } as const;
  return { path: ref.path, role: ref.role, base: start, end, sections: placed?.image.sections.length ?? 0, problem: placed ? placed.image.problem : unread };
}

function toModuleSection(section: ElfSection, bias: bigint): ModuleSection {
  const loaded = (section.flags & SHF_ALLOC) !== 0n;
  return {
    index: section.index,
    name: section.name,
    type: sectionTypeName(section.type),
    flags: section.flagLetters,
    fileOffset: section.offset,
    fileSizeBytes: section.type === SHT_NOBITS ? 0n : section.size,
    memorySizeBytes: loaded ? section.size : 0n,
    address: loaded ? runtimeAddress(section.address, bias) : undefined,
  };
}

function columnsOf({ module, image }: Placed, first: number, count: number): SymbolColumns {
  const { symbols, threadLocals } = image;
  const total = symbols.length + threadLocals.length;
  const length = Math.max(0, Math.min(count, total - first));
  const template = image.facts.programHeaders.find((header) => header.type === PT_TLS)?.vaddr ?? 0n;
  const names: string[] = [];
  const demangled: string[] = [];
  const columns = { address: new Uint32Array(length * 2), size: new Uint32Array(length * 2), kind: new Uint8Array(length), binding: new Uint8Array(length), section: new Uint16Array(length) };
  for (let i = 0; i < length; i++) {
    const inFirst = first + i < symbols.length;
    const table: SymbolTable = inFirst ? symbols : threadLocals;
    const row = inFirst ? first + i : first + i - symbols.length;
    const name = table.names.name(row);
    names.push(name);
    demangled.push(demangle(name) ?? '');
    putPair(columns.address, i, BigInt.asUintN(64, table.value(row) + module.bias + (inFirst ? 0n : template)));
    putPair(columns.size, i, table.size(row));
    columns.kind[i] = SYMBOL_KINDS.indexOf(table.type(row));
    columns.binding[i] = SYMBOL_BINDINGS.indexOf(table.binding(row));
    columns.section[i] = table.section(row);
  }
  return { first, length, total, origin: symbols.origin, names, demangled, ...columns };
}

function putPair(pairs: Uint32Array, row: number, value: bigint): void {
  pairs[row * 2] = Number(value & 0xffff_ffffn);
  pairs[row * 2 + 1] = Number(value >> 32n);
}

/** A damaged file can name any 64-bit address; past the top it wraps, as the loader's own addition would. */
function runtimeAddress(address: bigint, bias: bigint): Address {
  return toAddress(BigInt.asUintN(64, address + bias));
}

const EMPTY: SymbolColumns = {
  first: 0, length: 0, total: 0, origin: 'none', names: [], demangled: [], address: new Uint32Array(), size: new Uint32Array(), kind: new Uint8Array(), binding: new Uint8Array(),
  section: new Uint16Array(),
};
