import { errorFacts, type ErrorFacts } from '../../shared/model/errors.ts';
import { SHF_ALLOC, SHF_TLS, SHT_NOBITS, type ElfFacts } from '../../shared/model/elf-facts.ts';
import type { ByteSource } from './byte-source.ts';
import { readElfHeaders, type ElfSection } from './read-elf.ts';
import { readSymbolTables, SymbolTable, type SymbolTables } from './symbol-table.ts';

/** One ELF file: its headers now, its symbols on first use. Shared by every process that has it loaded. */
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

  /** Symbols that have an address. */
  get symbols(): SymbolTable {
    return this.#read().addressed;
  }

  /** Thread-local symbols; their values are offsets in each thread's own block. */
  get threadLocals(): SymbolTable {
    return this.#read().threadLocal;
  }

  /** Both tables, read once and then the file closed. When that fails they are empty, and `problem` says why. */
  #read(): SymbolTables {
    if (!this.#tables) {
      try {
        this.#tables = readSymbolTables(this.#source, this.#sections);
      } catch (error) {
        this.#problem = errorFacts(error);
        const none = new SymbolTable(new Uint8Array(), new Uint8Array(), [], 'none');
        this.#tables = { addressed: none, threadLocal: none };
      }
      this.#source.close();
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
