import { CircleAlert } from 'lucide-react';
import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { HostEnvironment } from '../../../shared/rpc/contracts/processes.ts';

/** What kernel.yama.ptrace_scope allows (Documentation/admin-guide/LSM/Yama.rst). */
const PTRACE_SCOPE: Readonly<Record<number, string>> = {
  0: 'gdb may attach to any process of yours',
  1: 'gdb may attach only to programs started from here',
  2: 'only root may attach gdb',
  3: 'nobody may attach gdb until the next boot',
};

/** The machine in one line: host, kernel, gdb, and what attaching is allowed. A problem stands above it with its remedy. */
export function Environment({ environment, failure }: { readonly environment: HostEnvironment | undefined; readonly failure: ErrorFacts | undefined }) {
  const problem = failure ?? environment?.gdbProblem;
  const scope = environment?.ptraceScope;
  return (
    <footer className="environment">
      {problem === undefined ? null : (
        <div className="environment-problem" role="alert" title={problem.evidence}>
          <CircleAlert className="ico s" aria-hidden="true" />
          <span><b>{problem.message}</b> {problem.remedy === undefined ? null : <span className="selectable">{problem.remedy}</span>}</span>
        </div>
      )}
      {environment === undefined ? <span className="f3">{failure === undefined ? 'Looking at the machine…' : ''}</span> : (
        <>
          <span><i>user</i> {environment.user}</span>
          <span><i>machine</i> {environment.machine}</span>
          <span><i>kernel</i> {environment.kernel}</span>
          <span title={environment.gdb?.path}><i>gdb</i> {environment.gdb?.version ?? 'none'}</span>
          {scope === undefined ? null : <span className={scope > 0 && environment.uid !== 0 ? 'warn' : ''}><i>ptrace_scope</i> {scope}: {environment.uid === 0 && scope < 3 ? 'you are root, gdb may attach to all' : PTRACE_SCOPE[scope] ?? 'unknown'}</span>}
          <span className="grow" />
          <span className="f3">vmatlas {environment.productVersion}</span>
        </>
      )}
    </footer>
  );
}
