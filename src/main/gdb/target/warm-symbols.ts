import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { addInferior, addSymbolFile, currentInferior, fileExecAndSymbols, gdbSet, gdbShow, readUnitOf, removeInferior, selectInferior } from '../mi-commands/setup-commands.ts';
import { librariesOnStack, mappedLibraries, placesOfThreads } from './mapped-libraries.ts';
import type { MappedLibrary } from './mapped-libraries.ts';

/** With so many libraries only those that the first picture needs are read at first. */
const MANY_LIBRARIES = 16;
/** Needed for threads (libthread_db looks into the C library), and for the loader's events. */
const ALWAYS_READ = /\/(?:libc|libpthread|ld-[^/]*|ld)(?:-[\d.]+)?\.so[\d.]*$/;

export interface WarmSymbols {
  /** Libraries that gdb must be told to read once it has attached. */
  readonly now: readonly MappedLibrary[];
  /** Libraries that can wait. */
  readonly late: readonly MappedLibrary[];
  /** To be called after the attach, also if it failed: takes the second inferior away, and puts back the user's setting. */
  cool(): Promise<void>;
}

/**
 * Reads symbols of a process before it is frozen.
 *
 * Nearly all the time that `gdb -p` keeps a process stopped goes into reading symbols. gdb shares what it has read of a file between inferiors, so the libraries are read into a
 * second inferior that never runs, while the process still does; at the attach gdb finds everything in memory. Attach, first picture and detach keep a C program stopped for 45 ms
 * instead of 130, node for 110 instead of 520.
 *
 * Of a process with many libraries, only those that threads are in, or that the stack of thread `tid` may lead through, are read before and at the attach. For the others gdb's
 * `auto-solib-add` is off during the attach.
 */
export async function warmSymbols(connection: MiConnection, tid: number): Promise<WarmSymbols> {
  // The link leads to the program that runs, also when its file has been deleted or rebuilt: the path would give wrong frames.
  const executable = connection.run(fileExecAndSymbols(`/proc/${tid}/exe`));
  executable.catch(() => undefined);
  const libraries = mappedLibraries(tid);
  if (libraries.length === 0) {
    await executable;
    return { now: [], late: [], cool: () => Promise.resolve() };
  }
  const places = placesOfThreads(tid, libraries);
  const [own, group, autoRead] = await Promise.all([connection.run(currentInferior()), connection.run(addInferior()), connection.run(gdbShow('auto-solib-add'))]);
  const chosen = libraries.length > MANY_LIBRARIES && autoRead === 'on';
  const onStack = chosen ? new Set([...places.map(({ library }) => library), ...librariesOnStack(tid, tid, libraries)]) : undefined;
  const now = onStack ? libraries.filter((library) => onStack.has(library) || ALWAYS_READ.test(library.path)) : libraries;
  const reads = now.map(({ path }) => connection.run(addSymbolFile(group, path)).catch(ignoreRefusal));
  // With a cached index, gdb has not looked at the debug information itself yet, and unpacking libc's alone takes 25 ms. The first picture will need it where the threads are now.
  for (const { library, pc } of places) reads.push(connection.run(readUnitOf(`*0x${(pc - library.bias).toString(16)}`, group)).catch(ignoreRefusal));
  reads.push(connection.run(readUnitOf('main', own)).catch(ignoreRefusal));
  // One library that gdb cannot read is read, or complained about, at the attach: no reason to give up here.
  await Promise.all([executable, ...reads, connection.run(selectInferior(own)), ...(chosen ? [connection.run(gdbSet('auto-solib-add', 'off'))] : [])]);
  const cool = async (): Promise<void> => {
    await Promise.all([connection.run(removeInferior(group)), ...(chosen ? [connection.run(gdbSet('auto-solib-add', 'on'))] : [])]);
  };
  return chosen ? { now, late: libraries.filter((library) => !now.includes(library)), cool } : { now: [], late: [], cool };
}

/** gdb could not read something; it will say so again where it matters. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof VmatlasError) || error.code === 'gdb-ended') throw error;
}
