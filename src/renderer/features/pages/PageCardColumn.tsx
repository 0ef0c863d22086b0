import { useMemo } from 'react';
import { formatAddress, formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import { useApp, useCommand, useCursor, useSession } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { AccessSection, EvidenceSection, HistorySection } from './CardAccess.tsx';
import { EntrySection, FrameSection, PermissionsSection, SmapsSection } from './CardFacts.tsx';
import { ContentsSection } from './CardContents.tsx';
import { addressOfPage, useAnswer, usePagesContext, usePagesData, usePagesUi } from './use-pages.ts';

/** Mappings up to which smaps is read without being asked for, while the program stands still. It takes some 7 ms for a thousand. */
const FEW_MAPPINGS = 3000;

/** Right column: all about the page at the cursor. */
export function PageCardColumn() {
  const address = useCursor((cursor) => cursor.address);
  return (
    <section className="panel pg-card" aria-label="Page at the cursor">
      <div className="ph"><h2>Page</h2><span className="f3">at the cursor</span></div>
      {address === undefined ? <div className="empty"><b>No page yet</b><span>Choose one in the list.</span></div> : <Card address={address} />}
    </section>
  );
}

function Card({ address }: { readonly address: Address }) {
  const { clients } = useApp();
  const { ui } = usePagesContext();
  const { smaps: wish } = usePagesUi();
  const data = usePagesData();
  const sessionId = useSession((view) => view.session?.sessionId);
  const phase = useSession((view) => view.session?.phase);
  const generation = useSession((view) => view.map?.generation);
  const mappings = useSession((view) => view.map?.totals.mappings ?? 0);
  const smaps = wish ?? (phase === 'stopped' && mappings <= FEW_MAPPINGS);
  const { picture } = data;
  // oxlint-disable-next-line react/exhaustive-deps -- generation and picture are not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined ? undefined : (signal: AbortSignal) => clients.pages.card({ sessionId, address, smaps }, { signal })), [clients, sessionId, address, smaps, generation, picture]);
  const { value: card, failure } = useAnswer(ask);
  const shown = card?.address === address;
  // The last card of a page stays when the process is gone; of another page there is nothing to show.
  if (card === undefined || (failure !== undefined && !shown)) {
    return failure === undefined ? <div className="empty"><span>Asking the kernel…</span></div> : <div className="empty" role="alert"><b className="bad">{errorFacts(failure).message}</b></div>;
  }
  return (
    <div className={shown ? 'pg-ins body' : 'pg-ins body waiting'} aria-busy={!shown} data-testid="page-card">
      {failure === undefined ? null : <p className="f3" role="status">{errorFacts(failure).message} This is what was last seen.</p>}
      <Head card={card} />
      <PermissionsSection card={card} />
      <EntrySection card={card} />
      <HistorySection card={card} />
      <AccessSection card={card} />
      <FrameSection card={card} smaps={smaps} />
      <SmapsSection card={card} smaps={smaps} onSmaps={(on) => ui.update({ smaps: on })} />
      <ContentsSection card={card} />
      <EvidenceSection card={card} />
    </div>
  );
}

function Head({ card }: { readonly card: PageCard }) {
  const permissions = useCommand('pages.permissions');
  const { commands } = useApp();
  const reason = useSession(() => permissions?.disabledBecause());
  const { region } = card;
  const page = addressOfPage(pageOf(card.page));
  return (
    <div className="ad">
      <div className="row">
        <span className="mono big selectable" data-testid="page-address">{formatAddress(page)}</span>
        <span className="grow" />
        <CopyButton text={formatPlainAddress(page)} what="address" />
      </div>
      <div className="f2 ellipsis" title={card.content}>{region.label}, {card.content}</div>
      <div className="f3 ellipsis">{card.sharing}</div>
      {card.mapping === undefined ? null : (
        <button type="button" className="btn bd s" aria-disabled={reason !== undefined} title={reason === undefined ? 'Run mprotect in the stopped program' : `Change permissions: ${reason}`} onClick={() => commands.run('pages.permissions')}>
          Change permissions… <kbd>P</kbd>
        </button>
      )}
    </div>
  );
}
