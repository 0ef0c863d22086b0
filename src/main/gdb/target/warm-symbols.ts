import { statSync } from 'node:fs';
import { PERM_EXEC } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { readProcBytes, tryReadDirectory, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseSyscall } from '../../procfs/syscall.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { addInferior, addSymbolFile, currentInferior, fileExecAndSymbols, readUnitOf, removeInferior, selectInferior } from '../mi-commands/setup-commands.ts';

const MAX_THREADS_LOOKED_AT = 64;

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
  if (libraries.size === 0) {
    await executable;
    return () => Promise.resolve();
  }
  const [own, group] = await Promise.all([connection.run(currentInferior()), connection.run(addInferior())]);
  const reads = [...libraries.keys()].map((path) => connection.run(addSymbolFile(group, path)).catch(ignoreRefusal));
  // With a cached index, gdb has not looked at the debug information itself yet, and unpacking libc's alone takes 25 ms. The first picture will need it where the threads are now.
  for (const place of placesOfThreads(pid, libraries)) reads.push(connection.run(readUnitOf(place, group)).catch(ignoreRefusal));
  reads.push(connection.run(readUnitOf('main', own)).catch(ignoreRefusal));
  // One library that gdb cannot read is read, or complained about, at the attach: no reason to give up here.
  await Promise.all([executable, ...reads, connection.run(selectInferior(own))]);
  return () => connection.run(removeInferior(group));
}

function ignoreRefusal(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'gdb-error') return;
  throw error;
}

interface TextMapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly offset: bigint;
}

/** Files mapped executable, other than the program itself, that are still the ones at their paths. */
function mappedLibraries(pid: number): ReadonlyMap<string, TextMapping> {
  const maps = parseMaps(readProcBytes(`/proc/${pid}/maps`));
  const program = statOf(`/proc/${pid}/exe`);
  const found = new Map<string, TextMapping>();
  const address = (pages: Float64Array, row: number): bigint => BigInt(pages[row] ?? 0) * 4096n;
  for (let row = 0; row < maps.length; row++) {
    const inode = maps.inode[row] ?? 0;
    if (inode === 0 || ((maps.perms[row] ?? 0) & PERM_EXEC) === 0) continue;
    const path = maps.names[maps.name[row] ?? 0] ?? '';
    const file = statOf(path);
    if (file?.ino !== inode || file.ino === program?.ino || !file.isFile() || found.has(path)) continue;
    found.set(path, { start: address(maps.startPage, row), end: address(maps.endPage, row), offset: address(maps.offsetPage, row) });
  }
  return found;
}

/** One place for each library in which a blocked thread is now, as the library itself numbers it. Most libraries have the text's address equal to its file offset. */
function placesOfThreads(pid: number, libraries: ReadonlyMap<string, TextMapping>): string[] {
  const mappings = new Set(libraries.values());
  const places: string[] = [];
  for (const tid of (tryReadDirectory(`/proc/${pid}/task`) ?? []).slice(0, MAX_THREADS_LOOKED_AT)) {
    const where = parseSyscall(tryReadProcText(`/proc/${pid}/task/${tid}/syscall`) ?? '');
    if (where.state === 'running') continue;
    const address = where.pc;
    for (const mapping of mappings) {
      if (address < mapping.start || address >= mapping.end) continue;
      places.push(`*0x${(address - mapping.start + mapping.offset).toString(16)}`);
      mappings.delete(mapping);
    }
  }
  return places;
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
