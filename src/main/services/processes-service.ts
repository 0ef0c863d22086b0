import { readFileSync } from 'node:fs';
import { hostname, release, userInfo } from 'node:os';
import { z } from 'zod';
import { errorFacts } from '../../shared/model/errors.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { HostEnvironment, ProcessesContract } from '../../shared/rpc/contracts/processes.ts';
import type { Recents } from './recents.ts';
import type { ServiceOptions, ServiceSources } from './service-options.ts';
import { checked, execText, nothing } from './validate.ts';

export interface ProcessesDependencies {
  readonly options: Pick<ServiceOptions, 'hostKind' | 'demoProgram' | 'productVersion'>;
  readonly sources: Pick<ServiceSources, 'listProcesses' | 'findDebugger'>;
  readonly recents: Recents;
}

export function processesService({ options, sources, recents }: ProcessesDependencies): ServiceHandlers<ProcessesContract> {
  return {
    calls: {
      list: checked('processes.list', nothing, () => sources.listProcesses()),
      environment: checked('processes.environment', nothing, async (): Promise<HostEnvironment> => {
        const { username, uid } = whoWeAre();
        const debuggerFound = await findDebugger(sources);
        return {
          host: options.hostKind, user: username, uid, machine: hostname(), kernel: release(), ...debuggerFound, ptraceScope: readPtraceScope(),
          demoProgram: options.demoProgram, productVersion: options.productVersion,
        };
      }),
      recent: checked('processes.recent', nothing, () => recents.list()),
      forgetRecent: checked('processes.forgetRecent', z.object({ program: execText }), async (params) => {
        await recents.forget(params.program);
        return null;
      }),
    },
    events: {},
  };
}

async function findDebugger(sources: Pick<ServiceSources, 'findDebugger'>): Promise<Pick<HostEnvironment, 'gdb' | 'gdbProblem'>> {
  try {
    return { gdb: await sources.findDebugger(), gdbProblem: undefined };
  } catch (error) {
    return { gdb: undefined, gdbProblem: errorFacts(error) };
  }
}

/** A uid without an entry in passwd (containers) has no name; userInfo() throws then. */
function whoWeAre(): { username: string; uid: number } {
  try {
    return userInfo();
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { username: String(uid), uid };
  }
}

/** kernel.yama.ptrace_scope (Documentation/admin-guide/LSM/Yama.rst); no file: a kernel without Yama. */
function readPtraceScope(): number | undefined {
  try {
    const value = Number.parseInt(readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'latin1'), 10);
    return Number.isNaN(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
