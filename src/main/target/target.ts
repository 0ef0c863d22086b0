import type { AddressRange } from '../../shared/address/range.ts';
import type { Address } from '../../shared/address/address.ts';
import type { PageNumber } from '../../shared/address/page.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { MemoryRange } from '../../shared/model/memory-range.ts';
import type { TargetIdentity, ThreadSummary } from '../../shared/model/process.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Capability } from '../../shared/model/session.ts';
import type { DiskBytes } from '../../shared/model/disk-bytes.ts';
import type { Section, SymbolAt, SymbolRef } from '../../shared/model/symbol.ts';
import type { TypedVariables } from '../../shared/model/typed-data.ts';
import type { PageSource } from './pages/page-source.ts';
import type { ModuleListing } from './module-listing.ts';

/** What can be known of an address space, whatever it comes from: a live process today; a core file, a snapshot or a remote process later. */
export interface Target {
  readonly identity: TargetIdentity;
  readonly capabilities: ReadonlySet<Capability>;

  /** One consistent picture of the regions. Rejects with `process-exited` when there is nothing left to read. */
  readPicture(signal?: AbortSignal): Promise<Picture>;

  /**
   * Reads bytes as gapless ranges that cover exactly `range`. Without `touchNotPresent`, pages that pagemap calls absent are answered as `not-present` and left alone.
   * Rejects with `process-exited` when the process is gone or has exec'ed since it was opened; holes are never an error.
   */
  readMemory(range: AddressRange, options: ReadOptions): Promise<MemoryRange[]>;

  /** For gigabytes: fills `buffer` from `start` and says how many leading bytes are valid (0 when the first is not). No page-state check: the caller asked for the bytes. */
  readInto(start: Address, buffer: Uint8Array): number;

  /** Writes through the kernel, private read-only pages included (they become private copies). Rejects with `unreadable` where the kernel refuses. */
  writeMemory(start: Address, bytes: Uint8Array): Promise<void>;

  /** Raw pagemap words of `count` pages; undefined where the kernel refuses. */
  readPagemap(first: PageNumber, count: number): BigUint64Array | undefined;

  /** Page table, smaps and what else tells of single pages; undefined for a target without. */
  readonly pages?: PageSource;

  threads(): Promise<readonly ThreadSummary[]>;

  /** Cheap check, for polling: is it still the same process and program? */
  liveness(): Liveness;

  dispose(): void;
}

export interface ReadOptions {
  readonly touchNotPresent: boolean;
  readonly signal?: AbortSignal;
}

export type Liveness = 'alive' | 'zombie' | 'exited' | 'execed';

/** A picture of the address space at one moment, with what is needed to name and prove each part of it. */
export interface Picture {
  readonly regions: RegionTable;
  /** Mapped bytes and count, from maps. */
  readonly mappingCount: number;
  readonly virtualBytes: bigint;
  readonly residentBytes: bigint | undefined;
  /** Program break now: end of the heap, or where it would begin; undefined when unknown. */
  readonly programBreak: Address | undefined;
  /** Lowest address the main stack may grow to (rlimit). */
  readonly stackLimit: Address | undefined;
  /** Equal text means an equal map: cheap to compare between polls. */
  readonly fingerprint: string;
  evidenceOf(row: number): readonly Evidence[];
  readonly modules: ModuleIndex;
}

/** Sections and symbols of the modules in a picture. Files are read and parsed on first use, and cached by build id or dev:inode. */
export interface ModuleIndex {
  sectionAt(address: Address): { readonly section: Section; readonly evidence: Evidence } | undefined;
  sectionsIn(range: AddressRange): readonly Section[];
  symbolAt(address: Address): SymbolAt | undefined;
  symbolsIn(range: AddressRange, limit: number): { readonly symbols: readonly SymbolRef[]; readonly more: boolean };
  /** Exact name (mangled or demangled). The program's own symbols first, then libraries in map order; globals before locals. */
  findSymbol(name: string): readonly SymbolRef[];
  /** Names that begin with (then contain) `text`. */
  completeSymbol(text: string, limit: number): readonly SymbolRef[];
  /** Variables in static storage that begin in or reach into the range, with their types, from debug information. What a module's file does not tell is said in `problems`. */
  variablesIn(range: AddressRange, limit: number): Promise<TypedVariables>;
  /** What the ELF files say of the bytes of a range: gapless. */
  onDisk(range: AddressRange): DiskBytes;
  /** Load bias of the module at this address: runtime address minus ELF address. */
  loadBiasAt(address: Address): bigint | undefined;
  /** Base (lowest mapped address) of modules whose file name or path matches `name`. */
  findModule(name: string): readonly { readonly path: string; readonly base: Address }[];
  /** Everything the files say, as tables. */
  readonly listing: ModuleListing;
}
