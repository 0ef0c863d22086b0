import { useState } from 'react';
import type { SignalHandling } from '../../../shared/model/run-control.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { useAsked } from './use-asked.ts';

const ask = (clients: Clients, sessionId: string, signal: AbortSignal) => clients.debug.signals({ sessionId }, { signal });
/** Real-time signals and those of other systems: gdb's table has a hundred of them that nobody uses. */
const RARE = /^(?:SIG\d+|EXC_.*|SIG(?:LOST|DANGER|GRANT|RETRACT|MSG|SOUND|SAK|PRIO|PHONE|WAITING|LWP|FREEZE|THAW|CANCEL|LIBRT|INFO|EMT|AIO|CLD|MIGRATE|PRE|POLL|ALRM1))$/;

/** gdb's signal table: whether a signal stops the program, is printed, and reaches it. */
export function SignalTable() {
  const { controller } = useApp();
  const [all, setAll] = useState(false);
  const { answer, problem } = useAsked(ask);
  if (problem !== undefined) return <div className="empty"><b>{problem.code === 'not-attached' ? 'Signals are handled while gdb holds the program' : problem.message}</b></div>;
  const shown = (answer ?? []).filter(({ name }) => all || !RARE.test(name));
  const box = (signal: SignalHandling, which: 'stop' | 'print' | 'pass') => (
    <td>
      <input
        type="checkbox" checked={signal[which]} aria-label={`${signal.name}: ${which}`}
        onChange={() => void controller.run.handleSignal(signal.name, { [which]: !signal[which] })}
      />
    </td>
  );
  return (
    <div className="body" data-autofocus tabIndex={-1}>
      <table className="signal-table" aria-label="Signals">
        <thead><tr><th scope="col">Signal</th><th scope="col" title="The program stops">Stop</th><th scope="col" title="gdb prints a line">Print</th><th scope="col" title="The program gets it">Pass</th></tr></thead>
        <tbody>
          {shown.map((signal) => (
            <tr key={signal.name} data-signal={signal.name}>
              <th scope="row"><span className="mono">{signal.name}</span> <span className="f3">{signal.meaning}</span></th>
              {box(signal, 'stop')}{box(signal, 'print')}{box(signal, 'pass')}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="btn s" onClick={() => setAll(!all)}>{all ? 'Fewer signals' : 'All signals'}</button>
    </div>
  );
}
