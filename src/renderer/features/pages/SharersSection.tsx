import { useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { FileSharer, PageCard } from '../../../shared/rpc/contracts/pages.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { Fact } from './Fact.tsx';

const SHOWN = 12;

/** Who else maps this page of the file. Looks through every process, so only when asked; keyed by the page, so that another page begins anew. */
export function SharersSection({ card }: { readonly card: PageCard }) {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const [found, setFound] = useState<{ readonly sharers: readonly FileSharer[]; readonly hidden: number; readonly cost: ReadCost } | { readonly message: string }>();
  const [asking, setAsking] = useState(false);
  if (card.mapping === undefined || card.region.inode === 0n || sessionId === undefined) return null;
  const ask = (): void => {
    setAsking(true);
    const { page } = card;
    clients.pages.sharers({ sessionId, address: page }).then(setFound, (error: unknown) => setFound({ message: errorFacts(error).message })).finally(() => setAsking(false));
  };
  return (
    <Fact name="Also mapped by">
      {found === undefined ? (
        <button type="button" className="lk" disabled={asking} onClick={ask}>{asking ? 'looking through all processes…' : 'look through all processes'}</button>
      ) : 'message' in found ? <span className="bad">{found.message}</span> : (
        <>
          {found.sharers.length === 0 ? 'nobody that this user may see' : null}
          <ul className="sharers">
            {found.sharers.slice(0, SHOWN).map((sharer) => (
              <li key={`${sharer.pid} ${sharer.start}`} title={`${sharer.user}, this page at ${formatAddress(sharer.pageAddress)}`}>{sharer.name} <span className="f3">PID {sharer.pid}</span> <span className="mono">{sharer.perms}</span></li>
            ))}
          </ul>
          {found.sharers.length > SHOWN ? <div className="f3">and {formatCount(found.sharers.length - SHOWN)} more</div> : null}
          {found.hidden > 0 ? <div className="f3">{formatCount(found.hidden)} processes may not be looked at</div> : null}
        </>
      )}
    </Fact>
  );
}
