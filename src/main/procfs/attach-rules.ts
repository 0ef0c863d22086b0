import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { ProcStatus } from './status.ts';

/** Who asks, for the rules of ptrace(2), "Ptrace access mode checking". */
export interface Viewer {
  readonly uid: number;
  readonly pid: number;
  /** CAP_SYS_PTRACE among our effective capabilities. */
  readonly mayTraceAnyone: boolean;
  /** kernel.yama.ptrace_scope, undefined without Yama. */
  readonly ptraceScope: number | undefined;
}

/** What the rules look at. */
export interface ProcessFacts {
  readonly pid: number;
  readonly state: string;
  readonly status: ProcStatus;
  readonly user: string;
  readonly kernelThread: boolean;
  readonly is32Bit: boolean;
  /** Some thread is not dead: a process whose first thread has ended goes on with the others. */
  readonly hasLiveThread: boolean;
  /** Name of the process that traces it, when there is one. */
  readonly tracerName: string | undefined;
  /** Its ancestors, nearest first: Yama lets a process trace its descendants. */
  readonly ancestors: readonly number[];
}

export const CAP_SYS_PTRACE_BIT = 19n;

/** Why a process can't be opened even for looking; undefined when it can, as far as /proc tells. */
export function whyNotOpen(process: ProcessFacts, viewer: Viewer): ErrorFacts | undefined {
  const { pid, status } = process;
  if (process.kernelThread) {
    return { code: 'process-is-kernel-thread', message: `${pid} is a kernel thread: it has no address space of its own.`, evidence: 'Kthread: 1' };
  }
  if (process.state === 'Z' && !process.hasLiveThread) {
    return {
      code: 'process-is-zombie', message: `Process ${pid} has ended and waits for its parent to collect it; its memory is gone.`, evidence: `State: ${status.state}`,
    };
  }
  if (process.is32Bit) {
    return { code: 'not-64-bit', message: `Process ${pid} is a 32-bit program; vmatlas shows 64-bit address spaces.`, evidence: 'ELF class of /proc/PID/exe is 32-bit' };
  }
  if (viewer.mayTraceAnyone || status.uids.slice(0, 3).every((uid) => uid === viewer.uid)) return undefined;
  return {
    code: 'permission-denied',
    message: `Process ${pid} belongs to ${process.user}; the kernel shows its memory only to that user and to root.`,
    evidence: `Uid: ${status.uids.join(' ')}`,
    remedy: `Start vmatlas as ${process.user}, or with sudo.`,
  };
}

/** Why gdb can't attach although looking is possible; undefined when nothing speaks against it. */
export function whyNotAttach(process: ProcessFacts, viewer: Viewer): ErrorFacts | undefined {
  const { pid, status } = process;
  if (pid === viewer.pid) return { code: 'attach-refused', message: 'This is vmatlas itself; it cannot stop itself.' };
  if (viewer.ptraceScope === 3) {
    return {
      code: 'attach-refused',
      message: 'This kernel forbids attaching to any process.',
      evidence: 'kernel.yama.ptrace_scope = 3',
      remedy: 'The setting can only be changed by a restart of the machine.',
    };
  }
  if (status.tracerPid !== 0) {
    const name = process.tracerName === undefined ? '' : ` '${process.tracerName}'`;
    return {
      code: 'already-traced',
      message: `Another debugger, PID ${status.tracerPid}${name}, is already attached to process ${pid}.`,
      evidence: `TracerPid: ${status.tracerPid}`,
      remedy: 'End that debugger or let it detach; looking without stopping is possible meanwhile.',
    };
  }
  if (viewer.mayTraceAnyone) return undefined;
  if (viewer.ptraceScope === 1 && !process.ancestors.includes(viewer.pid)) {
    return {
      code: 'attach-refused',
      message: 'This kernel lets a debugger attach only to programs that it has started itself.',
      evidence: 'kernel.yama.ptrace_scope = 1',
      remedy: 'Run `sudo sysctl kernel.yama.ptrace_scope=0`, start vmatlas with sudo, or start the program from vmatlas.',
    };
  }
  if (viewer.ptraceScope === 2) {
    return {
      code: 'attach-refused',
      message: 'This kernel lets only root attach a debugger.',
      evidence: 'kernel.yama.ptrace_scope = 2',
      remedy: 'Start vmatlas with sudo, or run `sudo sysctl kernel.yama.ptrace_scope=0`.',
    };
  }
  return undefined;
}
