import { toAddress, type Address } from '../address/address.ts';
import { pageStart, type PageNumber } from '../address/page.ts';
import { PF_R, PF_W, PF_X, PT_LOAD, type ElfFacts, type ElfProgramHeader } from '../model/elf-facts.ts';
import type { LoadedModule } from '../model/loaded-module.ts';
import type { MappingColumns } from '../model/mapping-columns.ts';
import type { AuxiliaryVector } from '../model/process-facts.ts';
import type { MappedKind, ModuleRole } from '../model/region.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../model/region-table.ts';
import { cutImage, type ElfCut } from './elf-cuts.ts';
import { meaningOfName, withoutDeletedMark } from './mapping-names.ts';

/** What is known of the file behind a mapping. `path` is the name without a mark the kernel added, if that could be told. */
export type ElfLookup =
  | { readonly kind: 'elf'; readonly facts: ElfFacts; readonly path: string | undefined }
  | { readonly kind: 'not-elf' }
  /** The file can't be opened (deleted, refused): what it is can only be guessed from the permissions of its mappings. */
  | { readonly kind: 'unreadable'; readonly path: string | undefined };

/** A module and its runs. */
export interface ModuleImage {
  readonly module: LoadedModule;
  readonly cuts: readonly ElfCut[];
}

/** A private executable mapping of a module's file that lies outside every image of it: a second mapping of its code. */
export interface StrayCode {
  readonly row: number;
  readonly moduleIndex: number;
}

export interface FoundModules {
  /** Ascending by start. */
  readonly images: readonly ModuleImage[];
  readonly strays: readonly StrayCode[];
}

interface FileRows {
  readonly dev: number;
  readonly inode: number;
  readonly rows: number[];
  executable: boolean;
}

/**
 * Finds the ELF images among the mappings. `elfOf` is asked once for each file that has a private executable mapping, with a row of that file: no other file is opened.
 */
export function findModules(mappings: MappingColumns, auxv: AuxiliaryVector | undefined, elfOf: (row: number) => ElfLookup): FoundModules {
  const images: ModuleImage[] = [];
  const strayRows: { row: number; inode: number; dev: number }[] = [];
  for (const file of groupByFile(mappings)) {
    if (!file.executable) continue;
    const first = file.rows[0] ?? 0;
    const lookup = elfOf(first);
    if (lookup.kind === 'not-elf') continue;
    const name = mappings.names[mappings.name[first] ?? 0] ?? '';
    const path = lookup.path ?? withoutDeletedMark(name);
    const found = lookup.kind === 'elf' ? imagesOf(mappings, file, lookup.facts, auxv, path) : guessedImages(mappings, file, auxv, path);
    images.push(...found.images);
    for (const row of found.strays) strayRows.push({ row, dev: file.dev, inode: file.inode });
  }
  images.push(...vdsoImages(mappings, elfOf));
  images.sort((a, b) => (a.module.start < b.module.start ? -1 : 1));
  const strays = strayRows.flatMap(({ row, dev, inode }) => {
    const moduleIndex = images.findIndex(({ module }) => module.dev === dev && module.inode === inode);
    return moduleIndex < 0 ? [] : [{ row, moduleIndex }];
  });
  return { images, strays };
}

/** Private file mappings by device and inode, each group ascending. */
function groupByFile(mappings: MappingColumns): Iterable<FileRows> {
  const groups = new Map<number, FileRows[]>();
  const found: FileRows[] = [];
  let last: FileRows | undefined;
  for (let row = 0; row < mappings.length; row++) {
    const inode = mappings.inode[row] ?? 0;
    const perms = mappings.perms[row] ?? 0;
    if (inode === 0 || perms & PERM_SHARED) continue;
    const dev = mappings.dev[row] ?? 0;
    let group = last;
    if (!group || group.inode !== inode || group.dev !== dev) {
      let sameInode = groups.get(inode);
      if (!sameInode) groups.set(inode, (sameInode = []));
      group = sameInode.find((candidate) => candidate.dev === dev);
      if (!group) {
        const meaning = meaningOfName(mappings.names[mappings.name[row] ?? 0] ?? '');
        if (meaning.what !== 'file' && !(meaning.what === 'shm' && meaning.label.startsWith('memfd'))) continue;
        sameInode.push((group = { dev, inode, rows: [], executable: false }));
        found.push(group);
      }
    }
    group.rows.push(row);
    if (perms & PERM_EXEC) group.executable = true;
    last = group;
  }
  return found;
}

const pageOfByte = (address: bigint): number => Number(address >> 12n);

/** A PT_LOAD in pages: its file pages go to `page` onwards. */
interface LoadPages {
  readonly page: number;
  readonly filePage: number;
  readonly pages: number;
  readonly header: ElfProgramHeader;
}

function loadPages(facts: ElfFacts): LoadPages[] {
  return facts.programHeaders
    .filter((header) => header.type === PT_LOAD && header.memSize > 0n)
    .map((header) => ({
      page: pageOfByte(header.vaddr),
      filePage: pageOfByte(header.offset),
      pages: header.fileSize === 0n ? 0 : pageOfByte(header.vaddr + header.fileSize + 0xfffn) - pageOfByte(header.vaddr),
      header,
    }));
}

/** Load of the image with this bias (in pages) that the row is a piece of. */
function loadOfRow(mappings: MappingColumns, row: number, loads: readonly LoadPages[], biasPages: number): LoadPages | undefined {
  const page = (mappings.startPage[row] ?? 0) - biasPages;
  const filePage = mappings.offsetPage[row] ?? 0;
  return loads.find((load) => page >= load.page && page < load.page + load.pages && page - load.page === filePage - load.filePage);
}

function imagesOf(mappings: MappingColumns, file: FileRows, facts: ElfFacts, auxv: AuxiliaryVector | undefined, path: string): { images: ModuleImage[]; strays: number[] } {
  const loads = loadPages(facts);
  const images: ModuleImage[] = [];
  let left = file.rows;
  for (;;) {
    const best = bestBias(mappings, left, loads, facts);
    if (!best) break;
    const cuts = cutImage(facts, BigInt(best.biasPages) << 12n);
    const members = new Set(best.rows);
    left = left.filter((row) => !members.has(row));
    const start = toAddress(cuts[0]?.start ?? 0n);
    const end = toAddress(cuts.at(-1)?.end ?? start);
    const firstRow = best.rows[0] ?? 0;
    images.push({
      module: { ref: { path, role: roleOf(start, end, auxv) }, bias: BigInt(best.biasPages) << 12n, start, end, facts, firstRow, dev: file.dev, inode: file.inode },
      cuts,
    });
  }
  const strays = left.filter((row) => {
    if (((mappings.perms[row] ?? 0) & PERM_EXEC) === 0) return false;
    const filePage = mappings.offsetPage[row] ?? 0;
    return loads.some((load) => load.header.flags & PF_X && filePage >= load.filePage && filePage < load.filePage + load.pages);
  });
  return { images, strays };
}

/**
 * The bias that explains most rows. A file page can belong to two segments (the end of .rodata and the start of RELRO share one), so each row proposes every bias that fits
 * it, and the proposal with most followers wins; permissions decide between equals.
 */
function bestBias(mappings: MappingColumns, rows: readonly number[], loads: readonly LoadPages[], facts: ElfFacts): { biasPages: number; rows: number[] } | undefined {
  let best: { biasPages: number; rows: number[]; score: number } | undefined;
  const tried = new Set<number>();
  // The image begins with its first segment, so only rows that can be the start of one propose, and no more than a few: a file mapped a thousand times is data.
  for (const row of rows.slice(0, 64)) {
    const filePage = mappings.offsetPage[row] ?? 0;
    for (const load of loads) {
      if (filePage < load.filePage || filePage >= load.filePage + load.pages) continue;
      const biasPages = (mappings.startPage[row] ?? 0) - load.page - (filePage - load.filePage);
      // Linked at fixed addresses: anywhere else it is not this image.
      if (tried.has(biasPages) || (facts.type === 'exec' && biasPages !== 0) || biasPages < 0) continue;
      tried.add(biasPages);
      const members: number[] = [];
      let score = 0;
      for (const candidate of rows) {
        const match = loadOfRow(mappings, candidate, loads, biasPages);
        if (!match) continue;
        members.push(candidate);
        score += permsFit(mappings.perms[candidate] ?? 0, match.header.flags) ? 2 : 1;
      }
      if (!best || score > best.score) best = { biasPages, rows: members, score };
    }
  }
  if (!best) return undefined;
  // One lone piece of a movable file with several segments is a second mapping of that piece, not an image.
  const executable = best.rows.some((row) => (mappings.perms[row] ?? 0) & PERM_EXEC);
  return executable && (facts.type === 'exec' || loads.length === 1 || best.rows.length > 1) ? best : undefined;
}

function permsFit(perms: number, flags: number): boolean {
  return !!(perms & PERM_EXEC) === !!(flags & PF_X) && !!(perms & PERM_READ) === !!(flags & PF_R) && (!(perms & PERM_WRITE) || !!(flags & PF_W));
}

function roleOf(start: Address, end: Address, auxv: AuxiliaryVector | undefined): ModuleRole {
  const inside = (address: Address | undefined): boolean => address !== undefined && address >= start && address < end;
  if (inside(auxv?.phdr) || inside(auxv?.entry)) return 'program';
  return inside(auxv?.base) ? 'loader' : 'library';
}

/** Images of a file nobody can read, told by permissions and order alone: headers and constants r--, code r-x, constants r--, RELRO r--, data rw-, then .bss. */
function guessedImages(mappings: MappingColumns, file: FileRows, auxv: AuxiliaryVector | undefined, path: string): { images: ModuleImage[]; strays: number[] } {
  const images: ModuleImage[] = [];
  const strays: number[] = [];
  let run: number[] = [];
  const close = (): void => {
    const code = run.filter((row) => (mappings.perms[row] ?? 0) & PERM_EXEC);
    // The ELF header is at offset 0 and every linker puts it into the first segment: a run without it is a second mapping of a piece.
    if (!run.some((row) => mappings.offsetPage[row] === 0)) strays.push(...code);
    else if (code.length > 0) images.push(guessedImage(mappings, run, file, auxv, path));
    run = [];
  };
  for (const row of file.rows) {
    // A new image begins where the file begins again.
    const before = run.at(-1);
    if (before !== undefined && (mappings.offsetPage[row] ?? 0) < (mappings.offsetPage[before] ?? 0)) close();
    run.push(row);
  }
  close();
  return { images, strays };
}

function guessedImage(mappings: MappingColumns, rows: readonly number[], file: FileRows, auxv: AuxiliaryVector | undefined, path: string): ModuleImage {
  const perms = (row: number): number => mappings.perms[row] ?? 0;
  const lastCode = rows.findLastIndex((row) => perms(row) & PERM_EXEC);
  const firstWritable = rows.findIndex((row, i) => i > lastCode && perms(row) & PERM_WRITE);
  const readOnlyAfterCode = firstWritable - lastCode - 1;
  const readOnlyBeforeCode = rows.findIndex((row) => perms(row) & PERM_EXEC) > 0;
  const cuts: ElfCut[] = [];
  for (const [i, row] of rows.entries()) {
    let kind: MappedKind & ElfCut['kind'] = 'rodata';
    if (perms(row) & PERM_EXEC) kind = 'text';
    else if (perms(row) & PERM_WRITE) kind = 'data';
    // The last read-only piece before the data is RELRO, unless it is the only place left for the constants.
    else if (firstWritable > 0 && i === firstWritable - 1 && (readOnlyAfterCode > 1 || (readOnlyAfterCode === 1 && !readOnlyBeforeCode))) kind = 'relro';
    const headers = kind === 'rodata' && (mappings.offsetPage[row] ?? 0) === 0;
    cuts.push({ start: startOf(mappings, row), end: endOf(mappings, row), kind, part: headers ? 'ELF headers' : '', header: -1 });
  }
  const last = rows.at(-1) ?? 0;
  const next = last + 1;
  if (perms(last) & PERM_WRITE && next < mappings.length && mappings.startPage[next] === mappings.endPage[last] && mappings.name[next] === 0 && perms(next) === perms(last)) {
    cuts.push({ start: startOf(mappings, next), end: endOf(mappings, next), kind: 'bss', part: '', header: -1 });
  }
  const start = toAddress(cuts[0]?.start ?? 0n);
  const end = toAddress(cuts.at(-1)?.end ?? start);
  return { module: { ref: { path, role: roleOf(start, end, auxv) }, bias: start, start, end, facts: undefined, firstRow: rows[0] ?? 0, dev: file.dev, inode: file.inode }, cuts };
}

function vdsoImages(mappings: MappingColumns, elfOf: (row: number) => ElfLookup): ModuleImage[] {
  const images: ModuleImage[] = [];
  for (let row = mappings.length - 1; row >= 0; row--) {
    if (mappings.names[mappings.name[row] ?? 0] !== '[vdso]') continue;
    const lookup = elfOf(row);
    const facts = lookup.kind === 'elf' ? lookup.facts : undefined;
    const start = startOf(mappings, row);
    const firstLoad = facts?.programHeaders.find((header) => header.type === PT_LOAD);
    const bias = start - (firstLoad ? firstLoad.vaddr & ~0xfffn : 0n);
    images.push({ module: { ref: { path: '[vdso]', role: 'vdso' }, bias, start, end: endOf(mappings, row), facts, firstRow: row, dev: 0, inode: 0 }, cuts: [] });
  }
  return images;
}

export function startOf(mappings: MappingColumns, row: number): Address {
  return pageStart((mappings.startPage[row] ?? 0) as PageNumber);
}

export function endOf(mappings: MappingColumns, row: number): Address {
  return pageStart((mappings.endPage[row] ?? 0) as PageNumber);
}
