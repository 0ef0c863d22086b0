import { statSync } from 'node:fs';
import { PERM_EXEC } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { readProcBytes } from '../../procfs/read-proc.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { addInferior, addSymbolFile, currentInferior, fileExecAndSymbols, removeInferior, selectInferior } from '../mi-commands/setup-commands.ts';

/**
 * Reads all symbols of a process before it is frozen.
 *
 * Nearly all the time that `gdb -p` keeps a process stopped goes into reading symbols. gdb shares what it has read of a file between inferiors, so the libraries are read into a
 * second inferior that never runs, while the process still does; at the attach gdb finds everything in memory. Stopped for 26 ms instead of 125 (a C program), 90 instead of 520
 * (node); with the libraries' index cache it was 62 and 115, because a cached index is prepared anew for each inferior.
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
  // One library that gdb cannot read is read, or complained about, at the attach: no reason to give up here.
  await Promise.all([executable, ...libraries.map((path) => connection.run(addSymbolFile(group, path)).catch(ignoreRefusal)), connection.run(selectInferior(own))]);
  return () => connection.run(removeInferior(group));
}

function ignoreRefusal(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'gdb-error') return;
  throw error;
}

/** Files mapped executable, other than the program itself, that are still the ones at their paths. */
function mappedLibraries(pid: number): string[] {
  const maps = parseMaps(readProcBytes(`/proc/${pid}/maps`));
  const program = statOf(`/proc/${pid}/exe`);
  const found = new Set<string>();
  for (let row = 0; row < maps.length; row++) {
    const inode = maps.inode[row] ?? 0;
    if (inode === 0 || ((maps.perms[row] ?? 0) & PERM_EXEC) === 0) continue;
    const path = maps.names[maps.name[row] ?? 0] ?? '';
    const file = statOf(path);
    if (file?.ino === inode && file.ino !== program?.ino && file.isFile()) found.add(path);
  }
  return [...found];
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
