import { formatAddress } from '../../shared/address/address.ts';
import { formatCount, formatSize } from '../../shared/address/size.ts';
import { FaultButton } from '../features/fault/FaultCard.tsx';
import { isFinal } from '../state/session-controller-live.ts';
import { useApp, useCursor, useSession } from '../widgets/app-context.tsx';
import { Keys } from '../widgets/Keys.tsx';

export function StatusBar() {
  const { commands } = useApp();
  const session = useSession((view) => view.session);
  const map = useSession((view) => view.map);
  const busy = useSession((view) => view.busy.size > 0);
  const cursor = useCursor((state) => state.address);
  if (session === undefined) return null;
  const stale = map !== undefined && (map.stale || isFinal(session) || map.generation < session.generation);
  const picture = map === undefined ? 'reading the map…' : isFinal(session) || map.stale ? 'last picture' : stale ? 'updating…' : 'all panels current';
  return (
    <footer className="status">
      <span><i>gdb</i> {session.gdbVersion === undefined ? 'not attached' : `${session.gdbVersion}${isFinal(session) ? '' : ' attached'}`}</span>
      <span>
        {session.gdbVersion !== undefined || session.stopCount > 0 ? <><i>stop</i> <span className="mono">#{session.stopCount}</span> · </> : null}
        <span className={stale ? 'warn' : ''}>{session.phase === 'running' ? 'running, map polled' : picture}</span>
      </span>
      {session.problem === undefined ? null : <span className="bad ellipsis" title={session.problem.evidence}>{session.problem.message}</span>}
      <FaultButton />
      <span className="grow" role="status">{busy ? 'working…' : ''}</span>
      {map === undefined ? null : (
        <>
          <span><i>mappings</i> {formatCount(map.totals.mappings)}</span>
          <span><i>virtual</i> {formatSize(map.totals.virtualBytes)}</span>
          <span><i>resident</i> {map.totals.residentBytes === undefined ? 'not known' : formatSize(map.totals.residentBytes)}</span>
        </>
      )}
      {cursor === undefined ? null : <span><i>cursor</i> <span className="mono" data-testid="cursor">{formatAddress(cursor)}</span></span>}
      <button type="button" onClick={() => commands.run('window.keys')}><Keys chord="?" /> keys</button>
      <button type="button" onClick={() => commands.run('window.palette')}><Keys chord="Ctrl+K" /> commands</button>
    </footer>
  );
}
