import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import type { ThreadPlace } from '../../../shared/model/run-control.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAsked } from './use-asked.ts';

const ask = (clients: Clients, sessionId: string, signal: AbortSignal) => clients.debug.threadPlaces({ sessionId }, { signal });

/** Every thread: its state, where it executes, and which stack it uses. They stop together and go on together. */
export function ThreadList() {
  const selected = useSession((view) => view.selectedThread);
  const { answer, problem } = useAsked(ask);
  if (problem !== undefined) return <div className="empty"><b>{problem.message}</b></div>;
  return (
    <div className="body" data-autofocus tabIndex={-1}>
      <ul className="thread-list" aria-label="Threads">
        {(answer?.threads ?? []).map((thread) => <Row key={thread.tid} thread={thread} on={thread.id !== undefined && thread.id === selected} />)}
      </ul>
      {answer?.more === true ? <p className="f3">There are more threads than are shown.</p> : null}
    </div>
  );
}

function Row({ thread, on }: { readonly thread: ThreadPlace; readonly on: boolean }) {
  const { controller } = useApp();
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const { id, tid, name, state, pc, sp, stack } = thread;
  return (
    <li className={on ? 'thread on' : 'thread'} data-tid={tid} aria-current={on ? 'true' : undefined}>
      <div className="row">
        <button type="button" className="row grow" disabled={id === undefined || !stopped} title={`TID ${tid}`} onClick={() => { if (id !== undefined) void controller.selectThread(id); }}>
          <span className="medium">{id ?? tid}</span><span className="mono">{name}</span><span className="f3">TID {tid}</span>
        </button>
        <span className={state === 'running' ? 'badge' : 'badge warn'}>{state}</span>
      </div>
      <div className="detail row">
        <span className="f3">pc</span>{pc === undefined ? <span className="f3">runs</span> : <Addr address={toAddress(pc)} movedBy="threads" />}
        <span className="mono f2 ellipsis grow">{thread.function ?? ''}</span>
      </div>
      <div className="detail row">
        <span className="f3">sp</span>{sp === undefined ? <span className="f3">not known while it runs</span> : <Addr address={toAddress(sp)} movedBy="threads" />}
        <span className="f2 ellipsis grow" title={stack === undefined ? undefined : `${formatAddress(toAddress(stack.start))} – ${formatAddress(toAddress(stack.end))}`}>{stack?.label ?? ''}</span>
      </div>
    </li>
  );
}
