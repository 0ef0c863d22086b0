import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { PERM_EXEC } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { errnoOf, readProcBytes, tryReadDirectory, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseSyscall } from '../../procfs/syscall.ts';
import { readLinkMap } from './link-map.ts';
import type { LoadedLibrary } from './link-map.ts';

const MAX_THREADS_LOOKED_AT = 64;
const MAX_STACK_BYTES = 256 * 1024;
const PAGE_BYTES = 4096n;

export interface MappedLibrary extends LoadedLibrary {
  /** Its executable mapping. */
  readonly start: bigint;
  readonly end: bigint;
}

/** A place where a thread is now, in a library. */
export interface ThreadPlace {
  readonly library: MappedLibrary;
  readonly pc: bigint;
}

/** Libraries whose files are still the ones that were mapped. */
export function mappedLibraries(pid: number): MappedLibrary[] {
  const maps = parseMaps(readProcBytes(`/proc/${pid}/maps`));
  const text = new Map<number, { readonly start: bigint; readonly end: bigint }>();
  for (let row = 0; row < maps.length; row++) {
    const inode = maps.inode[row] ?? 0;
    if (inode === 0 || text.has(inode) || ((maps.perms[row] ?? 0) & PERM_EXEC) === 0) continue;
    text.set(inode, { start: BigInt(maps.startPage[row] ?? 0) * PAGE_BYTES, end: BigInt(maps.endPage[row] ?? 0) * PAGE_BYTES });
  }
  return readLinkMap(pid).flatMap((library) => {
    const mapping = text.get(inodeOf(library.path) ?? 0);
    return mapping === undefined ? [] : [{ ...library, ...mapping }];
  });
}

/** Where blocked threads are now: one place for each library. */
export function placesOfThreads(pid: number, libraries: readonly MappedLibrary[]): ThreadPlace[] {
  const unseen = new Set(libraries);
  const places: ThreadPlace[] = [];
  for (const tid of (tryReadDirectory(`/proc/${pid}/task`) ?? []).slice(0, MAX_THREADS_LOOKED_AT)) {
    const where = parseSyscall(tryReadProcText(`/proc/${pid}/task/${tid}/syscall`) ?? '');
    if (where.state === 'running') continue;
    for (const library of unseen) {
      if (!holds(library, where.pc)) continue;
      places.push({ library, pc: where.pc });
      unseen.delete(library);
    }
  }
  return places;
}

/**
 * Libraries that a blocked thread's stack may return into: every word above its stack pointer that is an address in a library's text counts, so there can be too many but, as far as
 * the stack is read, not too few.
 */
export function librariesOnStack(pid: number, tid: number, libraries: readonly MappedLibrary[]): MappedLibrary[] {
  const where = parseSyscall(tryReadProcText(`/proc/${pid}/task/${tid}/syscall`) ?? '');
  if (where.state === 'running') return [];
  const found = new Set<MappedLibrary>();
  const seen = new Set<bigint>();
  for (const word of stackWords(pid, where.sp)) {
    const page = word / PAGE_BYTES;
    if (page === 0n || seen.has(page)) continue;
    seen.add(page);
    for (const library of libraries) if (holds(library, word)) found.add(library);
  }
  return [...found];
}

export function holds(library: MappedLibrary, address: bigint): boolean {
  return address >= library.start && address < library.end;
}

function stackWords(pid: number, sp: bigint): BigUint64Array {
  const bytes = Buffer.alloc(MAX_STACK_BYTES);
  let length = 0;
  try {
    const fd = openSync(`/proc/${pid}/mem`, 'r');
    try {
      // Short at the end of the stack's mapping.
      length = readSync(fd, bytes, 0, bytes.length, Number(sp - (sp % 8n)));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Gone, or not ours to read: whoever asked does without.
    if (errnoOf(error) === '') throw error;
  }
  return new BigUint64Array(bytes.buffer, bytes.byteOffset, Math.floor(length / 8));
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
