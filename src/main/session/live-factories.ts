import { VmatlasError } from '../../shared/model/errors.ts';
import { ModuleStore } from '../elf/module-store.ts';
import { openLiveTarget } from '../target/live/live-target.ts';
import type { SessionFactories } from './factories.ts';
import { isGrandchild } from './lineage.ts';

/** Live processes through /proc, and gdb. */
export function liveFactories(): SessionFactories {
  // One store for all targets: an ELF file that several processes map is read once.
  const store = new ModuleStore();
  return {
    openTarget: (pid) => openLiveTarget(pid, store),
    startDebugger: async () => {
      throw new VmatlasError({ code: 'gdb-start-failed', message: 'gdb is not connected yet.' });
    },
    startedByOurDebugger: (pid) => isGrandchild(pid),
  };
}

/** The gdb that would be used. Rejects with `gdb-missing` or `gdb-too-old`. */
export async function findDebugger(): Promise<{ readonly path: string; readonly version: string }> {
  throw new VmatlasError({ code: 'gdb-missing', message: 'gdb is not connected yet.' });
}
