import { toAddress } from '../../../shared/address/address.ts';
import type { ThreadInfo } from '../../../shared/model/debug.ts';
import type { ThreadPlace } from '../../../shared/model/run-control.ts';
import type { ThreadSummary } from '../../../shared/model/process.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { Session } from '../../session/session.ts';
import type { Picture } from '../../target/target.ts';

const MOST_THREADS = 1024;
/** State letters of /proc/PID/stat (proc_pid_stat(5)). */
const STATES: Readonly<Record<string, string>> = { R: 'running', S: 'sleeping', D: 'waiting for a device', T: 'stopped', t: 'stopped', Z: 'ended', X: 'ended', I: 'idle' };

/** Every thread and where it is: gdb's words where it holds the process, else what the kernel tells of blocked threads. */
export async function threadPlaces(session: Session): Promise<{ readonly generation: number; readonly threads: readonly ThreadPlace[]; readonly more: boolean }> {
  const held = session.attachedDebugger();
  const [{ generation, picture }, summaries, known] = await Promise.all([
    session.picture(), session.withTarget((target) => target.threads()), held?.threads() ?? { threads: [] as readonly ThreadInfo[] },
  ]);
  const byTid = new Map(known.threads.map((thread) => [thread.tid, thread]));
  const threads = summaries.slice(0, MOST_THREADS).map((summary) => place(summary, byTid.get(summary.tid), picture));
  return { generation, threads, more: summaries.length > MOST_THREADS };
}

function place(summary: ThreadSummary, known: ThreadInfo | undefined, { regions, modules }: Picture): ThreadPlace {
  // The kernel's PC is of the same moment as its SP; gdb's of a running thread is none at all.
  const pc = known?.frame?.pc ?? summary.pc;
  const at = pc === undefined ? undefined : modules.symbolAt(toAddress(pc));
  const region = summary.sp === undefined ? undefined : regions.regionAt(toAddress(summary.sp));
  return {
    id: known?.id,
    tid: summary.tid,
    name: summary.name,
    state: known?.state ?? STATES[summary.state] ?? summary.state,
    pc,
    function: known?.frame?.function ?? at?.symbol.demangled ?? at?.symbol.name,
    sp: summary.sp,
    stack: region === undefined || isUnmappedKind(region.kind) ? undefined : { start: region.start, end: region.end, label: region.label },
  };
}
