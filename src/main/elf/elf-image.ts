import { errorFacts, type ErrorFacts } from '../../shared/model/errors.ts';
import { SHF_ALLOC, SHF_TLS, SHT_NOBITS, type ElfFacts } from '../../shared/model/elf-facts.ts';
import type { ByteSource } from './byte-source.ts';
import { DwarfReader } from './dwarf/dwarf-reader.ts';
import { readElfHeaders, type ElfSection } from './read-elf.ts';
import { RelocationTable } from './relocations.ts';
import { readSymbolTables, SymbolTable, type SymbolTables } from './symbol-table.ts';

/** One ELF file: its headers now; symbols, types and relocations on first use. It stays open, because its bytes may be asked for at any time. Shared by every process that has it loaded. */
export class ElfImage {
  readonly name: string;
  readonly facts: ElfFacts;
  /** Sections that lie in memory, ascending by address. Not among them: .tbss, which is a template and has no memory. */
  readonly loadedSections: readonly ElfSection[];
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  readonly #sections: readonly ElfSection[];
  #tables: SymbolTables | undefined;
  #problem: ErrorFacts | undefined;
  #dwarf: DwarfReader | undefined;
  #relocations: RelocationTable | undefined;

  /** Throws what readElfHeaders throws; the source is then still the caller's to close. */
  constructor(source: ByteSource) {
    const { facts, sectionProblem } = readElfHeaders(source);
    this.name = source.name;
    this.sizeBytes = source.sizeBytes;
    this.facts = facts;
    this.#source = source;
    this.#sections = facts.sections;
    this.#problem = sectionProblem?.facts();
    this.loadedSections = facts.sections.filter(isInMemory).toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.index - b.index));
  }

  /** All sections but the null one, in file order. */
  get sections(): readonly ElfSection[] {
    return this.#sections;
  }

  /** Symbols that have an address. */
  get symbols(): SymbolTable {
    return this.#read().addressed;
  }

  /** Thread-local symbols; their values are offsets in each thread's own block. */
  get threadLocals(): SymbolTable {
    return this.#read().threadLocal;
  }

  /** Variables and types. */
  get dwarf(): DwarfReader {
    this.#dwarf ??= new DwarfReader(this.#source, this.#sections, this.facts.buildId);
    return this.#dwarf;
  }

  /** What the dynamic loader writes. Throws `malformed-input` and `io-error`. */
  get relocations(): RelocationTable {
    this.#relocations ??= new RelocationTable(this.#source, this.#sections);
    return this.#relocations;
  }

  /** Bytes of the file. Throws `malformed-input` past its end and `io-error`. */
  readFile(offset: bigint, lengthBytes: number): Uint8Array {
    return this.#source.read(Number(offset), lengthBytes);
  }

  /** Both tables, read once. When that fails they are empty, and `problem` says why. */
  #read(): SymbolTables {
    if (!this.#tables) {
      try {
        this.#tables = readSymbolTables(this.#source, this.#sections);
      } catch (error) {
        this.#problem = errorFacts(error);
        const none = new SymbolTable(new Uint8Array(), new Uint8Array(), [], 'none');
        this.#tables = { addressed: none, threadLocal: none };
      }
    }
    return this.#tables;
  }

  /** Why sections or symbols are missing although the file announces some. */
  get problem(): ErrorFacts | undefined {
    return this.#problem;
  }

  /** Lets go of the file; symbols not read by now stay unknown. */
  close(): void {
    this.#source.close();
  }
}

function isInMemory(section: ElfSection): boolean {
  const template = (section.flags & SHF_TLS) !== 0n && section.type === SHT_NOBITS;
  return (section.flags & SHF_ALLOC) !== 0n && section.size > 0n && !template;
}
