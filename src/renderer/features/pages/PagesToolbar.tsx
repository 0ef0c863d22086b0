import { PanelLeft, PanelRight, RefreshCw } from 'lucide-react';
import { formatSize } from '../../../shared/address/size.ts';
import { useApp, useCursor, useSession, useSettings } from '../../widgets/app-context.tsx';
import { PAGES_PER_CELL } from './contract-values.ts';
import { zoomed, type Scope, type ViewName } from './pages-ui-store.ts';
import { usePagesContext, usePagesData, usePagesUi } from './use-pages.ts';

const VIEW_TITLES: readonly (readonly [view: ViewName, title: string, words: string])[] = [
  ['table', 'Table', 'One row a page'],
  ['grid', 'Grid', 'One cell a page, or a group of pages'],
  ['wx', 'W^X', 'Mappings that are, or were, writable and executable'],
  ['hardening', 'Hardening', 'What each module’s file asks for: PIE, NX, RELRO, canary…'],
  ['usage', 'Usage', 'Memory by kind and by module'],
];
const REFRESH_MS = [0, 500, 1000, 2000, 5000, 10_000] as const;

interface Props {
  readonly regionsShown: boolean;
  readonly cardShown: boolean;
}

/** Which view, of what, how often looked at anew. */
export function PagesToolbar({ regionsShown, cardShown }: Props) {
  const app = useApp();
  const { ui: store } = usePagesContext();
  const { view, scope, detail, pagesPerCell } = usePagesUi();
  const data = usePagesData();
  const refreshMs = useSettings((settings) => settings.pagesRefreshMs);
  const phase = useSession((session) => session.session?.phase);
  const frames = useSession((session) => session.session?.capabilities.includes('page-frames') === true);
  const hasSelection = useCursor((cursor) => cursor.selection !== undefined);
  const { picture } = data;
  const onPages = view === 'table' || view === 'grid';
  return (
    <div className="tb" role="toolbar" aria-label="Page view">
      <button type="button" className={regionsShown ? 'btn icon s on' : 'btn icon s'} aria-pressed={regionsShown} title="Regions with their resident pages" aria-label="Regions with their resident pages" onClick={() => store.update({ regionsShown: !regionsShown })}><PanelLeft className="ico s" /></button>
      <span className="seg s" role="group" aria-label="View">
        {VIEW_TITLES.map(([name, title, words]) => <button key={name} type="button" aria-pressed={view === name} title={words} onClick={() => store.update({ view: name })}>{title}</button>)}
      </span>
      {onPages ? (
        <label className="btn bd s pg-select">
          <span className="f3">Of</span>
          <select aria-label="Pages of" value={scope} onChange={(event) => store.update({ scope: scopeOf(event.target.value) })}>
            <option value="process">the process</option>
            <option value="region">the region at the cursor</option>
            <option value="selection" disabled={!hasSelection}>the selection</option>
          </select>
        </label>
      ) : null}
      {view === 'grid' ? (
        <span className="seg s" role="group" aria-label="Pages in a cell">
          {PAGES_PER_CELL.map((count) => <button key={count} type="button" aria-pressed={pagesPerCell === count} title={count === 1 ? 'One page in a cell' : `${count} pages in a cell`} onClick={() => store.update({ pagesPerCell: count })}>{count}</button>)}
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => store.update(zoomed(store.state, -1))}>−</button>
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => store.update(zoomed(store.state, 1))}>+</button>
        </span>
      ) : null}
      <span className="grow" />
      {onPages && picture !== undefined ? <span className={view === 'grid' ? 'f3 pg-cost tight' : 'f3 pg-cost'} title="What the last look at the page table cost. It reads pagemap only and never faults a page in.">{picture.cost.source} {picture.cost.elapsedMs.toFixed(1)} ms, {formatSize(picture.cost.bytesRead)}</span> : null}
      {onPages && frames ? (
        <button type="button" className={detail === 'frames' ? 'btn bd s on' : 'btn bd s'} aria-pressed={detail === 'frames'} title="Look up every frame in kpageflags too: dirty, huge, locked, KSM. Costs one more read a page." onClick={() => {
          const next = detail === 'frames' ? 'pagemap' : 'frames';
          store.update({ detail: next });
          data.setDetail(next);
        }}>Frame flags</button>
      ) : null}
      <label className="btn bd s pg-select" title={phase === 'stopped' ? 'The program stands still: it is looked at again at the next stop' : 'How often a running program’s page table is looked at'}>
        <span className="f3">Every</span>
        <select aria-label="Look again every" value={refreshMs} onChange={(event) => app.settings.setState({ pagesRefreshMs: REFRESH_MS.find((value) => String(value) === event.target.value) ?? 0 })}>
          {REFRESH_MS.map((value) => <option key={value} value={value}>{value === 0 ? 'never' : `${value / 1000} s`}</option>)}
        </select>
      </label>
      <button type="button" className="btn icon s" title="Look at the page table now" aria-label="Look at the page table now" onClick={() => data.refresh()}><RefreshCw className={data.loading ? 'ico s acc' : 'ico s'} /></button>
      <button type="button" className={cardShown ? 'btn icon s on' : 'btn icon s'} aria-pressed={cardShown} title="Card of the page at the cursor" aria-label="Card of the page at the cursor" onClick={() => store.update({ cardShown: !cardShown })}><PanelRight className="ico s" /></button>
    </div>
  );
}

function scopeOf(text: string): Scope {
  return text === 'region' || text === 'selection' ? text : 'process';
}
