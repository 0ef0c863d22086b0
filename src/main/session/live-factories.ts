import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { VmatlasError } from '../../shared/model/errors.ts';
import { ModuleStore } from '../elf/module-store.ts';
import { GdbDebugger } from '../gdb/gdb-debugger.ts';
import { findGdb, OLDEST_GDB, parseGdbVersion, tooOld } from '../gdb/process/find-gdb.ts';
import { openLiveTarget } from '../target/live/live-target.ts';
import type { SessionFactories } from './factories.ts';
import { isGrandchild } from './lineage.ts';

const VERSION_LIMIT_MS = 10_000;

/** Live processes through /proc, and gdb. */
export function liveFactories(): SessionFactories {
  // One store for all targets: an ELF file that several processes map is read once.
  const store = new ModuleStore();
  return {
    openTarget: (pid) => openLiveTarget(pid, store),
    startDebugger: () => GdbDebugger.start({ indexCacheDirectory: indexCacheFolder() }),
    startedByOurDebugger: (pid) => isGrandchild(pid),
  };
}

/** gdb's index of symbols, which makes the next attach to the same program shorter: ours, so that the user's own gdb is left alone. */
function indexCacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'vmatlas', 'gdb-index');
}

let known: { readonly path: string; readonly version: string } | undefined;

/** The gdb that would be used. Rejects with `gdb-missing`, `gdb-too-old` or `gdb-start-failed`. Asked once; one that was missing may be there the next time. */
export async function findDebugger(): Promise<{ readonly path: string; readonly version: string }> {
  const path = findGdb('gdb', process.env['PATH']);
  if (known?.path === path) return known;
  let text: string;
  try {
    ({ stdout: text } = await promisify(execFile)(path, ['-nx', '--version'], { encoding: 'utf8', timeout: VERSION_LIMIT_MS }));
  } catch (error) {
    throw new VmatlasError({ code: 'gdb-start-failed', message: 'gdb does not start.', evidence: String(error), remedy: `Try ${path} -nx in a terminal.` }, { cause: error });
  }
  const version = parseGdbVersion(text);
  if (!version) throw new VmatlasError({ code: 'gdb-start-failed', message: 'gdb does not say which version it is.', evidence: text.slice(0, 500) });
  if (version.major < OLDEST_GDB) throw tooOld(version.text, path);
  known = { path, version: version.text };
  return known;
}
