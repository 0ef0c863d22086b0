import { toAddress, type Address } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';
import { PT_LOAD, PT_TLS, SHT_NOBITS } from '../../shared/model/elf-facts.ts';
import type { LoadedModule } from '../../shared/model/loaded-module.ts';
import type { Section, SymbolAt, SymbolRef } from '../../shared/model/symbol.ts';
import { demangle } from '../elf/demangle.ts';
import type { ModuleStore } from '../elf/module-store.ts';
import type { ElfSection } from '../elf/read-elf.ts';
import { sectionLine, sectionTypeName } from '../elf/section-words.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { DiskBytes } from '../../shared/model/disk-bytes.ts';
import type { TypedVariables } from '../../shared/model/typed-data.ts';
import { diskBytes } from './module-disk.ts';
import { listModules, type ModuleListing } from './module-listing.ts';
import type { Placed } from './placed-module.ts';
import { typedVariables } from './module-variables.ts';
import { bareName, completionRank, symbolStem } from './symbol-search.ts';
import type { ModuleIndex } from './target.ts';


/** A PT_LOAD segment at its runtime place: decides which module owns an address, the holes between segments belonging to nobody. */
interface Extent {
  readonly start: bigint;
  readonly end: bigint;
  readonly placed: Placed;
}

/** Names that one search demangles before it gives up: a letter like `e` occurs in nearly all of a million. */
const MAX_NAMES_SEEN = 20_000;
/** Search results beyond this are of no use to anybody. */
const MAX_FOUND = 256;

/**
 * Sections and symbols of the modules of one picture. Cheap to build: symbol tables are read on first use and kept in the store's images. Modules whose `facts` did not come from `store` (or are
 * undefined) have no sections and no symbols; findModule and loadBiasAt know them all the same. Which module is the program is told by its role, not its place in the list.
 */
export function buildModuleIndex(modules: readonly LoadedModule[], store: ModuleStore): ModuleIndex {
  const placed = modules.flatMap((module) => {
    const image = module.facts && store.imageOf(module.facts);
    return image ? [{ module, image }] : [];
  });
  return new Index(modules, placed);
}

class Index implements ModuleIndex {
  readonly listing: ModuleListing;
  readonly #modules: readonly LoadedModule[];
  /** The program first, then map order: the order in which names are searched. */
  readonly #searched: readonly Placed[];
  readonly #extents: readonly Extent[];

  constructor(modules: readonly LoadedModule[], placed: readonly Placed[]) {
    this.#modules = modules;
    this.listing = listModules(modules, placed);
    const inMapOrder = placed.toSorted((a, b) => compare(a.module.start, b.module.start));
    this.#searched = [...inMapOrder.filter(isProgram), ...inMapOrder.filter((entry) => !isProgram(entry))];
    this.#extents = placed.flatMap(extentsOf).toSorted((a, b) => compare(a.start, b.start));
  }

  sectionAt(address: Address): ReturnType<ModuleIndex['sectionAt']> {
    const placed = this.#ownerOf(address);
    if (!placed) return undefined;
    const local = address - placed.module.bias;
    const section = placed.image.loadedSections.findLast((candidate) => candidate.address <= local && local < candidate.address + candidate.size);
    return section && { section: toSection(section, placed.module.bias), evidence: { source: 'section-header', text: sectionLine(section) } };
  }

  sectionsIn(range: AddressRange): readonly Section[] {
    return this.#placedIn(range).flatMap(({ module, image }) => {
      const [start, end] = [range.start - module.bias, range.end - module.bias];
      return image.loadedSections.filter((section) => section.address < end && start < section.address + section.size).map((section) => toSection(section, module.bias));
    });
  }

  symbolAt(address: Address): SymbolAt | undefined {
    const placed = this.#ownerOf(address);
    if (!placed) return undefined;
    const local = address - placed.module.bias;
    const row = placed.image.symbols.rowAt(local);
    return row < 0 ? undefined : { symbol: toSymbol(placed, row), offset: local - placed.image.symbols.value(row) };
  }

  symbolsIn(range: AddressRange, limit: number): { readonly symbols: readonly SymbolRef[]; readonly more: boolean } {
    const symbols: SymbolRef[] = [];
    for (const placed of this.#placedIn(range)) {
      const table = placed.image.symbols;
      const [start, end] = [range.start - placed.module.bias, range.end - placed.module.bias];
      for (let row = table.firstReaching(start < 0n ? 0n : start); row < table.length && table.value(row) < end; row++) {
        const value = table.value(row);
        if (value < start && value + table.size(row) <= start) continue;
        if (symbols.length === limit) return { symbols, more: true };
        symbols.push(toSymbol(placed, row));
      }
    }
    return { symbols, more: false };
  }

  findSymbol(name: string): readonly SymbolRef[] {
    const wanted = name.trim();
    const found: SymbolRef[] = [];
    const budget = { names: MAX_NAMES_SEEN };
    for (const placed of this.#searched) {
      const table = placed.image.symbols;
      const rows = new Set(table.names.rowsNamed(wanted));
      for (const row of rowsReadAs(placed, wanted, budget)) rows.add(row);
      const threadLocal = placed.image.threadLocals.names.rowsNamed(wanted).map((row) => toThreadLocal(placed, row));
      const refs = [...[...rows].map((row) => toSymbol(placed, row)), ...threadLocal].toSorted((a, b) => bindingOrder(a) - bindingOrder(b));
      for (const ref of refs) if (found.length < MAX_FOUND && !isKnown(found, ref)) found.push(ref);
    }
    return found;
  }

  completeSymbol(text: string, limit: number): readonly SymbolRef[] {
    const wanted = text.trim();
    const stem = symbolStem(wanted);
    if (stem === '') return [];
    const hits: { ref: SymbolRef; rank: number }[] = [];
    let seen = 0;
    for (const [order, placed] of this.#searched.entries()) {
      for (const row of placed.image.symbols.names.rowsContaining(stem)) {
        if (++seen > MAX_NAMES_SEEN) break;
        const name = placed.image.symbols.names.name(row);
        const rank = completionRank(wanted, name, demangle(name));
        if (rank !== undefined) hits.push({ ref: toSymbol(placed, row), rank: rank + Math.min(order, 1) });
      }
    }
    hits.sort((a, b) => a.rank - b.rank || shownLength(a.ref) - shownLength(b.ref) || (a.ref.name < b.ref.name ? -1 : 1));
    const shown: SymbolRef[] = [];
    for (const { ref } of hits) if (shown.length < limit && !isKnown(shown, ref)) shown.push(ref);
    return shown;
  }

  variablesIn(range: AddressRange, limit: number): Promise<TypedVariables> {
    return typedVariables(this.#placedIn(range), range, limit);
  }

  onDisk(range: AddressRange): DiskBytes {
    return diskBytes(this.#placedIn(range), range);
  }

  loadBiasAt(address: Address): bigint | undefined {
    const owner = this.#ownerOf(address)?.module ?? this.#modules.find((module) => module.start <= address && address < module.end);
    return owner?.facts && owner.bias;
  }

  findModule(name: string): readonly { readonly path: string; readonly base: Address }[] {
    const wanted = name.trim();
    const matches = (module: LoadedModule): boolean => {
      const { path } = module.ref;
      return path === wanted || path.slice(path.lastIndexOf('/') + 1) === wanted || module.facts?.soname === wanted;
    };
    return this.#modules.filter(matches).toSorted((a, b) => compare(a.start, b.start)).map(({ ref, start }) => ({ path: ref.path, base: start }));
  }

  #ownerOf(address: bigint): Placed | undefined {
    let low = 0;
    let high = this.#extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#extents[middle]?.start ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const extent = this.#extents[low - 1];
    return extent && address < extent.end ? extent.placed : undefined;
  }

  /** Modules with a segment in the range, ascending. */
  #placedIn(range: AddressRange): readonly Placed[] {
    return [...new Set(this.#extents.filter(({ start, end }) => start < range.end && range.start < end).map(({ placed }) => placed))];
  }
}

function extentsOf(placed: Placed): Extent[] {
  const { bias } = placed.module;
  return placed.image.facts.programHeaders
    .filter((header) => header.type === PT_LOAD && header.memSize > 0n)
    .map((header) => ({ start: bias + header.vaddr, end: bias + header.vaddr + header.memSize, placed }));
}

function toSection(section: ElfSection, bias: bigint): Section {
  return {
    name: section.name,
    type: sectionTypeName(section.type),
    flags: section.flagLetters,
    address: runtimeAddress(section.address, bias),
    memorySizeBytes: section.size,
    fileOffset: section.offset,
    fileSizeBytes: section.type === SHT_NOBITS ? 0n : section.size,
  };
}

function toSymbol(placed: Placed, row: number): SymbolRef {
  return symbolRef(placed, placed.image.symbols, row, 0n);
}

/** A thread-local symbol has one place per thread; the address here is that of its initial value in the module's template (PT_TLS). */
function toThreadLocal(placed: Placed, row: number): SymbolRef {
  const template = placed.image.facts.programHeaders.find((header) => header.type === PT_TLS);
  return symbolRef(placed, placed.image.threadLocals, row, template?.vaddr ?? 0n);
}

function symbolRef({ module }: Placed, table: SymbolTable, row: number, base: bigint): SymbolRef {
  const name = table.names.name(row);
  return {
    name,
    demangled: demangle(name),
    address: runtimeAddress(table.value(row) + base, module.bias),
    sizeBytes: table.size(row),
    type: table.type(row),
    binding: table.binding(row),
    modulePath: module.ref.path,
  };
}

/** Rows whose demangled name is `wanted`, with or without its parameter list. Only names that hold its last word are demangled. */
function rowsReadAs({ image }: Placed, wanted: string, budget: { names: number }): number[] {
  const stem = symbolStem(wanted);
  if (stem === '') return [];
  const rows: number[] = [];
  for (const row of image.symbols.names.rowsContaining(stem)) {
    if (--budget.names < 0) break;
    const readable = demangle(image.symbols.names.name(row));
    if (readable !== undefined && (readable === wanted || bareName(readable) === wanted)) rows.push(row);
  }
  return rows;
}

/** A damaged file can name any 64-bit address; past the top it wraps, as the loader's own addition would. */
function runtimeAddress(address: bigint, bias: bigint): Address {
  return toAddress(BigInt.asUintN(64, address + bias));
}

function isProgram({ module }: Placed): boolean {
  return module.ref.role === 'program';
}

function bindingOrder(symbol: SymbolRef): number {
  return { global: 0, unique: 0, weak: 1, local: 2 }[symbol.binding];
}

function shownLength(symbol: SymbolRef): number {
  return (symbol.demangled ?? symbol.name).length;
}

function isKnown(list: readonly SymbolRef[], symbol: SymbolRef): boolean {
  return list.some((known) => known.address === symbol.address && known.name === symbol.name);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
