import { VmatlasError } from '../../../shared/model/errors.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStatus } from '../../procfs/status.ts';
import { liveThreadOf, readProcessSummary } from '../../procfs/process-list.ts';

export interface AttachPlan {
  /** What gdb attaches to: the process, or a thread of it that lives on when the first one has ended. */
  readonly tid: number;
  readonly startTime: bigint;
}

/** Looks at a process before gdb does, so that a refusal comes in words and nothing is stopped in vain. */
export function planAttach(pid: number): AttachPlan {
  const summary = readProcessSummary(pid);
  if (summary === undefined) throw new VmatlasError({ code: 'no-such-process', message: `There is no process ${pid}.`, evidence: `/proc/${pid} is not there` });
  if (summary.cannotAttach !== undefined) throw new VmatlasError(summary.cannotAttach);
  return { tid: summary.state === 'Z' ? (liveThreadOf(pid) ?? pid) : pid, startTime: summary.startTime };
}

/** The error for an attach that gdb was refused: its words (gdb 13.1) show which kind. */
export function attachRefused(pid: number, error: unknown): unknown {
  if (!(error instanceof VmatlasError) || error.code !== 'gdb-error') return error;
  const words = error.evidence ?? '';
  const refusal = (code: 'process-is-zombie' | 'already-traced' | 'no-such-process' | 'permission-denied' | 'attach-refused', message: string, remedy?: string): VmatlasError =>
    new VmatlasError({ code, message, evidence: words, ...(remedy === undefined ? {} : { remedy }) }, { cause: error });
  if (/is a zombie/.test(words)) return refusal('process-is-zombie', `Process ${pid} has ended and waits for its parent to collect it.`);
  if (/already traced by/.test(words)) return refusal('already-traced', `Another debugger is already attached to process ${pid}.`, 'End that debugger or let it detach.');
  if (/No such process/.test(words)) return refusal('no-such-process', `Process ${pid} is gone.`);
  if (/Operation not permitted/.test(words)) return refusal('permission-denied', `The kernel does not let gdb attach to process ${pid}.`, 'Start vmatlas as the owner of the process or with sudo, and see kernel.yama.ptrace_scope.');
  return refusal('attach-refused', `gdb could not attach to process ${pid}.`);
}

/** Who traces a process now: 0 for nobody, undefined when it is gone. */
export function tracerOf(pid: number): number | undefined {
  const text = tryReadProcText(`/proc/${pid}/status`);
  return text === undefined ? undefined : parseStatus(text).tracerPid;
}
