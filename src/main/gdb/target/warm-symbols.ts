import { statSync } from 'node:fs';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { PERM_EXEC } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { readProcBytes, tryReadDirectory, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseSyscall } from '../../procfs/syscall.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { addInferior, addSymbolFile, currentInferior, fileExecAndSymbols, readUnitOf, removeInferior, selectInferior } from '../mi-commands/setup-commands.ts';
import { readLinkMap } from './link-map.ts';
import type { LoadedLibrary } from './link-map.ts';

const MAX_THREADS_LOOKED_AT = 64;
const PAGE_BYTES = 4096n;

/**
 * Reads all symbols of a process before it is frozen.
 *
 * Nearly all the time that `gdb -p` keeps a process stopped goes into reading symbols. gdb shares what it has read of a file between inferiors, so the libraries are read into a
 * second inferior that never runs, while the process still does; at the attach gdb finds everything in memory. Attach, first picture and detach keep a C program stopped for 45 ms
 * instead of 130, node for 110 instead of 520.
 *
 * Answers with what takes the second inferior away again.
 */
export async function warmSymbols(connection: MiConnection, pid: number): Promise<() => Promise<void>> {
  // The link leads to the program that runs, also when its file has been deleted or rebuilt: the path would give wrong frames.
  const executable = connection.run(fileExecAndSymbols(`/proc/${pid}/exe`));
  executable.catch(() => undefined);
  const libraries = mappedLibraries(pid);
  if (libraries.length === 0) {
    await executable;
    return () => Promise.resolve();
  }
  const [own, group] = await Promise.all([connection.run(currentInferior()), connection.run(addInferior())]);
  const reads = libraries.map(({ path }) => connection.run(addSymbolFile(group, path)).catch(ignoreRefusal));
  // With a cached index, gdb has not looked at the debug information itself yet, and unpacking libc's alone takes 25 ms. The first picture will need it where the threads are now.
  for (const place of placesOfThreads(pid, libraries)) reads.push(connection.run(readUnitOf(place, group)).catch(ignoreRefusal));
  reads.push(connection.run(readUnitOf('main', own)).catch(ignoreRefusal));
  // One library that gdb cannot read is read, or complained about, at the attach: no reason to give up here.
  await Promise.all([executable, ...reads, connection.run(selectInferior(own))]);
  return () => connection.run(removeInferior(group));
}

/** gdb could not read something; it will say so again where it matters. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof VmatlasError) || error.code === 'gdb-ended') throw error;
}

interface MappedLibrary extends LoadedLibrary {
  /** Its executable mapping. */
  readonly start: bigint;
  readonly end: bigint;
}

/** Libraries whose files are still the ones that were mapped. */
function mappedLibraries(pid: number): MappedLibrary[] {
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

/** One place for each library in which a blocked thread is now, as the library itself numbers it. */
function placesOfThreads(pid: number, libraries: readonly MappedLibrary[]): string[] {
  const unseen = new Set(libraries);
  const places: string[] = [];
  for (const tid of (tryReadDirectory(`/proc/${pid}/task`) ?? []).slice(0, MAX_THREADS_LOOKED_AT)) {
    const where = parseSyscall(tryReadProcText(`/proc/${pid}/task/${tid}/syscall`) ?? '');
    if (where.state === 'running') continue;
    for (const library of unseen) {
      if (where.pc < library.start || where.pc >= library.end) continue;
      places.push(`*0x${(where.pc - library.bias).toString(16)}`);
      unseen.delete(library);
    }
  }
  return places;
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
