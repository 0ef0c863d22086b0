import type { ThreadPosition } from '../../../shared/analysis/space-facts.ts';
import type { ThreadSummary } from '../../../shared/model/process.ts';
import { tryReadDirectory, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import { parseStatus } from '../../procfs/status.ts';
import { parseSyscall } from '../../procfs/syscall.ts';

/** Thread ids of a process, ascending; empty when it is gone. */
export function threadIds(pid: number): number[] {
  return (tryReadDirectory(`/proc/${pid}/task`) ?? []).map(Number).toSorted((a, b) => a - b);
}

/** Threads as /proc tells them, without stopping anything. Threads that end meanwhile are left out. */
export function readThreads(pid: number): ThreadSummary[] {
  return threadIds(pid).flatMap((tid) => {
    const text = tryReadProcText(`/proc/${pid}/task/${tid}/stat`);
    if (text === undefined) return [];
    const stat = parseStat(text);
    const call = readSyscall(pid, tid);
    return [{ tid, name: stat.comm, state: stat.state, pc: call?.pc, sp: call?.sp }];
  });
}

/** Stack pointers of blocked threads. */
export function readPositions(pid: number, tids: readonly number[]): ThreadPosition[] {
  return tids.map((tid) => {
    const call = readSyscall(pid, tid);
    return { tid, sp: call?.sp, line: call === undefined ? '' : `/proc/${pid}/task/${tid}/syscall: ${call.line}` };
  });
}

function readSyscall(pid: number, tid: number): Extract<ReturnType<typeof parseSyscall>, { state: 'blocked' }> | undefined {
  const text = tryReadProcText(`/proc/${pid}/task/${tid}/syscall`);
  const call = text === undefined ? undefined : parseSyscall(text);
  return call?.state === 'blocked' ? call : undefined;
}

/** Thread ids as the program itself knows them, to ours: they differ when it runs in its own PID namespace (a container). */
export function innerThreadIds(pid: number, tids: readonly number[]): Map<number, number> {
  const inner = new Map<number, number>();
  const status = tryReadProcText(`/proc/${pid}/status`);
  const nested = status !== undefined && parseStatus(status).nsPids.length > 1;
  for (const tid of tids) {
    const text = nested ? tryReadProcText(`/proc/${pid}/task/${tid}/status`) : undefined;
    inner.set(text === undefined ? tid : (parseStatus(text).nsPids.at(-1) ?? tid), tid);
  }
  return inner;
}
