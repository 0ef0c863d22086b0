import { closeSync, openSync, readSync } from 'node:fs';
import type { ProcessSummary } from '../../shared/model/process.ts';
import { PAGE_SIZE_BYTES } from '../../shared/address/page.ts';
import { CAP_SYS_PTRACE_BIT, whyNotAttach, whyNotOpen, type ProcessFacts, type Viewer } from './attach-rules.ts';
import { errnoOf, tryReadDirectory, tryReadLink, tryReadProcText } from './read-proc.ts';
import { parseCmdline, parsePasswd } from './small-files.ts';
import { parseStat, PF_KTHREAD, type ProcStat } from './stat.ts';
import { parseStatus, type ProcStatus } from './status.ts';

/** Every process of the machine for the picker: ours first, newest first. Processes that end while the list is made are left out. */
export function listProcesses(): ProcessSummary[] {
  const reader = new ProcessReader();
  const processes = (tryReadDirectory('/proc') ?? [])
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => reader.read(Number(name)) ?? []);
  const { uid } = reader.viewer;
  return processes.toSorted((a, b) => Number(b.uid === uid) - Number(a.uid === uid) || Number(b.startTime - a.startTime) || b.pid - a.pid);
}

/** One process, or undefined when there is none with that pid. */
export function readProcessSummary(pid: number): ProcessSummary | undefined {
  return new ProcessReader().read(pid);
}

/** The asking process as the rules of ptrace see it. */
export function readViewer(): Viewer {
  const status = tryReadProcText('/proc/self/status');
  const capabilities = status === undefined ? 0n : (parseStatus(status).effectiveCapabilities ?? 0n);
  const scope = Number.parseInt(tryReadProcText('/proc/sys/kernel/yama/ptrace_scope') ?? '', 10);
  return {
    uid: process.geteuid?.() ?? -1,
    pid: process.pid,
    mayTraceAnyone: ((capabilities >> CAP_SYS_PTRACE_BIT) & 1n) === 1n,
    ptraceScope: Number.isNaN(scope) ? undefined : scope,
  };
}

/** Reads processes with what they share (user names, our own rights) read once. */
class ProcessReader {
  readonly viewer = readViewer();
  readonly #users = parsePasswd(tryReadProcText('/etc/passwd') ?? '');
  readonly #parents = new Map<number, number>();

  read(pid: number): ProcessSummary | undefined {
    const statText = tryReadProcText(`/proc/${pid}/stat`);
    const statusText = tryReadProcText(`/proc/${pid}/status`);
    if (statText === undefined || statusText === undefined) return undefined;
    const stat = parseStat(statText);
    const status = parseStatus(statusText);
    this.#parents.set(pid, stat.ppid);
    const exe = tryReadLink(`/proc/${pid}/exe`) ?? '';
    const uid = status.uids[1] ?? -1;
    const facts = this.#facts(stat, status, uid);
    const args = facts.kernelThread ? [] : parseCmdline(tryReadProcText(`/proc/${pid}/cmdline`) ?? '');
    const cannotOpen = whyNotOpen(facts, this.viewer);
    return {
      pid,
      ppid: stat.ppid,
      uid,
      user: facts.user,
      name: stat.comm,
      command: args.length === 0 ? `[${stat.comm}]` : args.join(' '),
      exe,
      state: stat.state,
      threads: stat.threads,
      residentBytes: BigInt(stat.residentPages) * BigInt(PAGE_SIZE_BYTES),
      startTime: stat.startTime,
      cannotOpen,
      cannotAttach: cannotOpen ?? whyNotAttach(facts, this.viewer),
    };
  }

  #facts(stat: ProcStat, status: ProcStatus, uid: number): ProcessFacts {
    const { pid } = stat;
    const tracer = status.tracerPid;
    return {
      pid,
      state: stat.state,
      status,
      user: this.#users.get(uid) ?? String(uid),
      kernelThread: status.kernelThread || (stat.flags & PF_KTHREAD) !== 0,
      is32Bit: is32Bit(pid),
      hasLiveThread: stat.state !== 'Z' || liveThreadOf(pid) !== undefined,
      tracerName: tracer === 0 ? undefined : tryReadProcText(`/proc/${tracer}/comm`)?.trimEnd(),
      ancestors: this.#ancestors(pid),
    };
  }

  #ancestors(pid: number): number[] {
    const ancestors: number[] = [];
    for (let parent = this.#parentOf(pid); parent > 0 && ancestors.length < 64; parent = this.#parentOf(parent)) ancestors.push(parent);
    return ancestors;
  }

  #parentOf(pid: number): number {
    let parent = this.#parents.get(pid);
    if (parent === undefined) {
      const text = tryReadProcText(`/proc/${pid}/stat`);
      parent = text === undefined ? 0 : parseStat(text).ppid;
      this.#parents.set(pid, parent);
    }
    return parent;
  }
}

/**
 * A thread that still runs in a process, lowest id first; undefined when all have ended. A process whose first thread called pthread_exit shows as a zombie with empty maps,
 * but its other threads still have the memory.
 */
export function liveThreadOf(pid: number): number | undefined {
  const tids = (tryReadDirectory(`/proc/${pid}/task`) ?? []).map(Number).toSorted((a, b) => a - b);
  return tids.find((tid) => {
    const text = tryReadProcText(`/proc/${pid}/task/${tid}/stat`);
    return text !== undefined && !['Z', 'X', 'x'].includes(parseStat(text).state);
  });
}

/** EI_CLASS of the executable is ELFCLASS32. An executable that can't be read counts as 64-bit: opening will tell. */
function is32Bit(pid: number): boolean {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/exe`, 'r');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes(errnoOf(error))) return false;
    throw error;
  }
  try {
    const header = Buffer.alloc(5);
    return readSync(fd, header, 0, 5, 0) === 5 && header.toString('latin1', 0, 4) === '\x7fELF' && header[4] === 1;
  } finally {
    closeSync(fd);
  }
}
