import { useEffect, useMemo, useState } from 'react';
import { formatRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { WritableExecutable } from '../../../shared/model/hardening.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAnswer, usePagesData } from './use-pages.ts';

const HOW: Readonly<Record<WritableExecutable['how'], { readonly title: string; readonly tone: string }>> = {
  now: { title: 'writable and executable now', tone: 'bad' },
  'made-executable': { title: 'made executable after it could be written', tone: 'warn' },
  'was-both': { title: 'was both, is no longer', tone: 'f2' },
};

/** Every mapping that is, or since watching began was, writable and executable. */
export function WxView() {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.map?.generation);
  const { picture } = usePagesData();
  const [seen, setSeen] = useState(0);
  useEffect(() => clients.pages.on('writableExecutableFound', () => setSeen((count) => count + 1)), [clients]);
  // oxlint-disable-next-line react/exhaustive-deps -- generation, picture and the event are not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined ? undefined : (signal: AbortSignal) => clients.pages.writableExecutable({ sessionId }, { signal })), [clients, sessionId, generation, picture, seen]);
  const { value, failure } = useAnswer(ask);
  if (value === undefined) return <div className="empty">{failure === undefined ? 'Looking…' : <b className="bad">{errorFacts(failure).message}</b>}</div>;
  const since = new Date(value.watchedSinceUnixMs).toLocaleTimeString();
  return (
    <div className="body pg-list" data-autofocus tabIndex={-1}>
      <p className="pg-lead">
        {value.found.length === 0 ? <><b className="ok">No mapping is writable and executable</b>, and none has become executable after being writable since {since}, when watching began.</> : (
          <><b>{value.found.length}</b> {value.found.length === 1 ? 'mapping' : 'mappings'} broke write-xor-execute. Watched since {since}, map by map: a change and its undoing between two looks is not seen.</>
        )}
      </p>
      {value.found.length === 0 ? null : (
        <table className="pg-plain">
          <thead><tr><th>Address</th><th>Size</th><th>Now</th><th>What</th><th>Module</th><th>Seen</th></tr></thead>
          <tbody>
            {value.found.map((one) => (
              <tr key={`${one.how} ${one.start} ${one.sinceUnixMs}`} title={one.evidence.map(({ source, text }) => `${source}: ${text}`).join('\n')}>
                <td><Addr address={one.start} movedBy="pages-wx" title={`Go to ${formatRange(one)}`} /></td>
                <td>{formatSize(one.end - one.start)}</td>
                <td className="mono">{one.perms === '' ? 'unmapped' : one.perms}</td>
                <td><b className={HOW[one.how].tone}>{HOW[one.how].title}</b><div className="f2">{one.label}: {one.words}</div></td>
                <td className="ellipsis">{one.module?.path.split('/').at(-1) ?? <span className="f3">none</span>}</td>
                <td>{new Date(one.sinceUnixMs).toLocaleTimeString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
