import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { addBytes, formatAddress } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { PAGE_STATES, type PageState } from '../../../shared/model/page-state.ts';
import { useApp, useSession, useSettings } from '../../widgets/app-context.tsx';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import { FaultNote } from './FaultNote.tsx';
import { FilterBar } from './FilterBar.tsx';
import { HardeningView } from './HardeningView.tsx';
import { GridLegend, TableLegend } from './Legends.tsx';
import { PageCardColumn } from './PageCardColumn.tsx';
import { PageGrid } from './PageGrid.tsx';
import { PagesToolbar } from './PagesToolbar.tsx';
import { PageTable } from './PageTable.tsx';
import { ProtectDialog } from './ProtectDialog.tsx';
import { RangeStrip } from './RangeStrip.tsx';
import { ResidentsColumn } from './ResidentsColumn.tsx';
import { UsageView } from './UsageView.tsx';
import { useAccepted } from './use-accepted.ts';
import { addressOfPage, PagesContext, usePagesContext, usePagesData, usePagesOwner, usePagesUi, useScopedPages, type ScopedPages } from './use-pages.ts';
import { WxView } from './WxView.tsx';
import './pages.css';
import './pages-card.css';

/** Narrower, and the columns beside the table hide unless the user asks for them. */
const REGIONS_FROM_PX = 1440;
const CARD_FROM_PX = 1060;

/** The permission inspector: what may be done to each page, what the page table says, and what would happen. */
export function PagesPanel() {
  const box = useRef<HTMLElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    setWidthPx(element.clientWidth);
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Behind another tab the view has no size, and must ask the kernel nothing.
  const isShown = widthPx > 0;
  const owner = usePagesOwner(isShown);
  return (
    <section ref={box} className="pages" aria-label="Pages">
      {isShown ? <PagesContext value={owner}><Columns widthPx={widthPx} /></PagesContext> : null}
    </section>
  );
}

function Columns({ widthPx }: { readonly widthPx: number }) {
  const { data } = usePagesContext();
  const ui = usePagesUi();
  const refreshMs = useSettings((settings) => settings.pagesRefreshMs);
  useEffect(() => data.setRefresh(refreshMs), [data, refreshMs]);
  const regionsShown = ui.regionsShown ?? widthPx >= REGIONS_FROM_PX;
  const cardShown = ui.cardShown ?? widthPx >= CARD_FROM_PX;
  return (
    <div className="pg-columns">
      {regionsShown ? <ResidentsColumn /> : null}
      <section className="panel pg-centre" aria-label="Page states">
        <PagesToolbar regionsShown={regionsShown} cardShown={cardShown} />
        <Centre />
      </section>
      {cardShown ? <PageCardColumn /> : null}
    </div>
  );
}

function Centre() {
  const { view } = usePagesUi();
  const scoped = useScopedPages();
  const [protecting, setProtecting] = useState<{ readonly range: AddressRange; readonly perms: string }>();
  useProtectCommand(setProtecting);
  return (
    <>
      {view === 'table' || view === 'grid' ? <PagesOf scoped={scoped} view={view} /> : null}
      {view === 'wx' ? <WxView /> : null}
      {view === 'hardening' ? <HardeningView /> : null}
      {view === 'usage' ? <UsageView /> : null}
      {protecting === undefined ? null : <ProtectDialog {...protecting} onClose={() => setProtecting(undefined)} />}
    </>
  );
}

function PagesOf({ scoped, view }: { readonly scoped: ScopedPages | undefined; readonly view: 'table' | 'grid' }) {
  const data = usePagesData();
  const accepted = useAccepted(scoped);
  const states = useMemo(() => statesIn(scoped), [scoped]);
  return (
    <>
      <FilterBar scoped={scoped} />
      <FaultNote />
      {data.failure === undefined || scoped === undefined ? null : <div className="pg-note bad" role="alert">{data.failure.message} {data.failure.remedy ?? ''}</div>}
      {scoped?.picture.cutAt === undefined ? null : (
        <div className="pg-note warn" role="status">
          This process has more runs of equal pages than are listed at once. Pages from <span className="mono">{formatAddress(scoped.picture.cutAt)}</span> upwards are left out; choose “the region at the cursor” to see any of them.
        </div>
      )}
      {scoped === undefined ? <Empty /> : view === 'table' ? <PageTable scoped={scoped} accepted={accepted} /> : <PageGrid scoped={scoped} accepted={accepted} />}
      <RangeStrip />
      {view === 'table' ? <TableLegend /> : <GridLegend states={states} />}
    </>
  );
}

function Empty() {
  const data = usePagesData();
  if (data.failure !== undefined) return <div className="empty" role="alert"><b className="bad">{data.failure.message}</b><span>{data.failure.remedy}</span></div>;
  return <div className="empty">{data.loading ? 'Reading the page table…' : <><b>No process is open</b><span>Its pages will be listed here.</span></>}</div>;
}

function statesIn(scoped: ScopedPages | undefined): ReadonlySet<PageState> {
  const states = new Set<PageState>();
  if (scoped === undefined) return states;
  const { pieces, picture } = scoped;
  for (let piece = 0; piece < pieces.length; piece++) states.add(PAGE_STATES[picture.runs.state[pieces.run[piece] ?? 0] ?? 0] ?? 'unknown');
  return states;
}

/** “Change permissions” of the selected pages, or of the page at the cursor: palette, key and button run the same. */
function useProtectCommand(open: (of: { readonly range: AddressRange; readonly perms: string }) => void): void {
  const { cursor, session } = useApp();
  useSession((view) => view.session?.phase);
  useRegisterCommands([{
    id: 'pages.permissions', title: 'Change permissions of the selected pages', group: 'Pages', keys: [],
    disabledBecause: () => {
      const { phase } = session.getState().session ?? {};
      if (phase === 'running') return 'the program runs; stop it first';
      if (phase === 'observing') return 'gdb is not attached';
      return phase === 'stopped' ? undefined : 'there is no stopped program';
    },
    run: () => {
      const { address, selection } = cursor.getState();
      if (address === undefined) return;
      const { regions } = session.getState();
      const first = selection === undefined ? pageOf(address) : pageOf(selection.start);
      const last = selection === undefined ? first : pageOf(addBytes(selection.end, -1));
      open({ range: { start: addressOfPage(first), end: addressOfPage(last + 1) }, perms: regions?.regionAt(addressOfPage(first))?.perms ?? regions?.regionAt(address)?.perms ?? '' });
    },
  }]);
}
