import type { ElfLookup } from '../../../shared/analysis/find-modules.ts';
import { endOf, startOf } from '../../../shared/analysis/find-modules.ts';
import { meaningOfName } from '../../../shared/analysis/mapping-names.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { pathOfMapping, type MappedFile, type ModuleStore } from '../../elf/module-store.ts';
import type { ProcessFiles } from './process-files.ts';

/** A vdso is two pages; anything much larger is none. */
const MAX_VDSO_BYTES = 64 * 1024;

/** Looks up the files behind one process's mappings. A mapped file keeps its identity as long as it is mapped, so each is looked up once. */
export class ModuleLoader {
  readonly #files: ProcessFiles;
  readonly #store: ModuleStore;
  #lookups = new Map<string, ElfLookup>();
  #genuine = new Map<string, boolean>();

  constructor(files: ProcessFiles, store: ModuleStore) {
    this.#files = files;
    this.#store = store;
  }

  /** For findModules: what the file of a row is. */
  lookup(mappings: MappingColumns, row: number): ElfLookup {
    const name = mappings.names[mappings.name[row] ?? 0] ?? '';
    const key = `${mappings.dev[row]}:${mappings.inode[row]}:${name === '[vdso]' ? mappings.startPage[row] : name}`;
    let lookup = this.#lookups.get(key);
    if (!lookup) {
      lookup = name === '[vdso]' ? this.#openVdso(mappings, row) : this.#openFile(this.#mappedFile(mappings, row, name));
      this.#lookups.set(key, lookup);
    }
    return lookup;
  }

  /** Names that end in ` (deleted)` and are the real names of files. */
  genuineNames(mappings: MappingColumns): ReadonlySet<string> {
    const genuine = new Set<string>();
    for (const [index, name] of mappings.names.entries()) {
      if (!name.endsWith(' (deleted)') || meaningOfName(name).what !== 'file') continue;
      const row = mappings.name.indexOf(index);
      const key = `${mappings.dev[row]}:${mappings.inode[row]}:${name}`;
      let known = this.#genuine.get(key);
      if (known === undefined) {
        known = pathOfMapping(this.#mappedFile(mappings, row, name)) === name;
        this.#genuine.set(key, known);
      }
      if (known) genuine.add(name);
    }
    return genuine;
  }

  #mappedFile(mappings: MappingColumns, row: number, name: string): MappedFile {
    return { pid: this.#files.pid, start: startOf(mappings, row), end: endOf(mappings, row), name, inode: BigInt(mappings.inode[row] ?? 0) };
  }

  #openFile(file: MappedFile): ElfLookup {
    try {
      return { kind: 'elf', facts: this.#store.open(file).facts, path: pathOfMapping(file) };
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      // Damaged or foreign files are no modules; only what can't be read at all may still be one.
      return error.code === 'io-error' ? { kind: 'unreadable', path: pathOfMapping(file) } : { kind: 'not-elf' };
    }
  }

  #openVdso(mappings: MappingColumns, row: number): ElfLookup {
    const start = startOf(mappings, row);
    const size = Number(endOf(mappings, row) - start);
    if (size > MAX_VDSO_BYTES) return { kind: 'not-elf' };
    const bytes = new Uint8Array(size);
    if (this.#files.read(Number(start), bytes, 0, size) !== size) return { kind: 'unreadable', path: '[vdso]' };
    try {
      return { kind: 'elf', facts: this.#store.openBytes('[vdso]', bytes).facts, path: '[vdso]' };
    } catch (error) {
      if (error instanceof VmatlasError) return { kind: 'not-elf' };
      throw error;
    }
  }
}
