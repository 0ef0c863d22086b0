import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { TableRows } from '../../kernels/page-grid/table-rows.ts';
import { useApp, useCursor, useFault, useSession } from '../../widgets/app-context.tsx';
import { commonKey } from './page-actions.ts';
import { PageRow } from './PageRow.tsx';
import { marksByPage, pageOfFault, rowFacts, type RowFacts } from './row-facts.ts';
import { ScrollModel } from './scroll-model.ts';
import { Scrollbar } from './Scrollbar.tsx';
import { pageKey } from './table-keys.ts';
import type { AcceptedPieces } from './use-accepted.ts';
import { addressOfPage, goToPage, MOVED_BY, selectPages, useCursorPage, usePagesContext, usePagesData, usePagesUi, type ScopedPages } from './use-pages.ts';
import { useWheel } from './use-wheel.ts';

export const ROW_PX = 26;

interface Props {
  readonly scoped: ScopedPages;
  readonly accepted: AcceptedPieces;
}

/** The page table: a row a page, high addresses on top, as many rows in the document as are on screen. */
export function PageTable({ scoped, accepted }: Props) {
  const app = useApp();
  const { ui } = usePagesContext();
  const { fold, filter, text, scope } = usePagesUi();
  const data = usePagesData();
  const { picture, pieces } = scoped;
  const rows = useMemo(() => new TableRows(pieces, fold, accepted.takes), [pieces, fold, accepted]);
  const [scroll] = useState(() => new ScrollModel());
  const body = useRef<HTMLDivElement>(null);
  const selectFrom = useRef<number>(undefined);
  useWheel(body, scroll);
  useSyncExternalStore(scroll.subscribe, () => Math.round(scroll.scrollPx / ROW_PX));
  useSyncExternalStore(scroll.subscribe, () => scroll.viewportPx);

  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    const measure = (): void => scroll.setSizes(rows.length * ROW_PX, Math.floor(element.clientHeight / ROW_PX) * ROW_PX);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll, rows]);

  const cursorPage = useCursorPage();
  const selection = useCursor((cursor) => cursor.selection);
  const movedBy = useCursor((cursor) => cursor.movedBy);
  const cursorRow = cursorPage === undefined ? -1 : rows.rowOf(cursorPage);
  // New looks at the page table must not carry the reader back to the cursor: only a moved cursor and another choice of rows do.
  const choice = `${filter} ${text} ${scope} ${fold}`;
  const revealed = useRef<{ readonly page: number; readonly choice: string }>(undefined);
  useEffect(() => {
    if (cursorPage === undefined) return;
    const before = revealed.current;
    revealed.current = { page: cursorPage, choice };
    if (before?.choice === choice && (before.page === cursorPage || movedBy === MOVED_BY)) return;
    scroll.reveal(rows.rowNear(cursorPage) * ROW_PX, ROW_PX);
  }, [cursorPage, movedBy, choice, rows, scroll]);

  const marks = useSession((view) => view.map?.marks);
  const faultPage = useFault(({ site }) => pageOfFault(site));
  const markWords = useMemo(() => marksByPage(marks ?? []), [marks]);
  const first = Math.round(scroll.scrollPx / ROW_PX);
  // One more, for the row that the lower edge cuts.
  const count = scroll.viewportPx / ROW_PX + 1;
  const shown = useMemo(() => {
    const list: RowFacts[] = [];
    for (let i = first; i < first + count; i++) {
      const row = rows.at(i);
      if (row === undefined) break;
      list.push(rowFacts(row, picture, pieces, markWords));
    }
    return list;
  }, [rows, first, count, picture, pieces, markWords]);
  const wanted = useMemo(() => shown.flatMap(({ row }) => (row.kind === 'fold' ? [row.page + 1, row.lowest] : [row.page])), [shown]);
  useEffect(() => data.wantPredictions(wanted), [data, wanted, data.picture]);
  const predictions = data.predictions(wanted);
  const framesWanted = useMemo(() => shown.flatMap(({ row, frame }) => (row.kind === 'page' && frame === 'ask' ? [row.page] : [])), [shown]);
  useEffect(() => data.wantFrames(framesWanted), [data, framesWanted, data.picture]);

  const press = useCallback((facts: RowFacts, event: React.PointerEvent): void => {
    if (event.button !== 0) return;
    const lowest = facts.row.kind === 'fold' ? facts.row.lowest : facts.row.page;
    const { address } = app.cursor.getState();
    if (event.shiftKey && address !== undefined) {
      selectFrom.current ??= pageOf(address);
      selectPages(app, selectFrom.current, lowest < selectFrom.current ? lowest : facts.row.page);
      goToPage(app, facts.row.page, 'step');
      return;
    }
    selectFrom.current = undefined;
    app.cursor.select(facts.row.kind === 'fold' ? { start: addressOfPage(lowest), end: addressOfPage(facts.row.page + 1) } : undefined);
    goToPage(app, facts.row.page, 'jump');
  }, [app]);

  const moveTo = (row: number, extend: boolean): void => {
    const target = rows.at(Math.max(0, Math.min(row, rows.length - 1)));
    if (target === undefined) return;
    const { address } = app.cursor.getState();
    if (extend && address !== undefined) {
      selectFrom.current ??= pageOf(address);
      const lowest = target.kind === 'fold' ? target.lowest : target.page;
      selectPages(app, selectFrom.current, target.page < selectFrom.current ? lowest : target.page);
    } else {
      selectFrom.current = undefined;
      app.cursor.select(undefined);
    }
    goToPage(app, target.page, 'step');
    scroll.reveal(rows.rowOf(target.page) * ROW_PX, ROW_PX);
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const key = pageKey(event, 1, Math.max(1, count - 3));
    if (key === undefined) return;
    event.preventDefault();
    const now = cursorPage === undefined ? 0 : cursorRow >= 0 ? cursorRow : rows.rowNear(cursorPage);
    if (key.kind === 'move') moveTo(now + key.by, key.extend);
    else if (key.kind === 'edge') moveTo(key.edge === 'first' ? 0 : rows.length - 1, key.extend);
    else commonKey(key, app, ui, picture, scoped.limits);
  };

  const isSelected = (page: number): boolean => selection !== undefined && addressOfPage(page) < selection.end && addressOfPage(page + 1) > selection.start;
  return (
    <div className="pg-table" data-autofocus tabIndex={0} role="grid" aria-label="Pages. Arrows move, Shift extends, n finds the next of a state, Enter shows the bytes." aria-rowcount={rows.length} aria-colcount={13}
      aria-activedescendant={cursorRow >= first && cursorRow < first + count - 1 ? `pg-row-${cursorRow}` : undefined} onKeyDown={onKeyDown}>
      {cursorPage === undefined || cursorRow >= 0 ? null : <NotListed page={cursorPage} />}
      <Head />
      <div className="pg-canvas-row">
        <div ref={body} className="pg-table-body">
          <table className="pt" role="presentation">
            <Columns />
            <tbody role="rowgroup" id="pg-table-rows">
              {shown.map((facts, i) => (
                <PageRow
                  key={`${facts.row.kind} ${facts.row.page}`} facts={facts} index={first + i} isCursor={first + i === cursorRow} isSelected={isSelected(facts.row.page)} isFault={faultPage !== undefined && faultPage <= facts.row.page && faultPage >= (facts.row.kind === 'fold' ? facts.row.lowest : facts.row.page)} onPress={press}
                  frame={data.frameOf(facts.row.page)}
                  prediction={predictions.get(facts.row.kind === 'fold' ? facts.row.page + 1 : facts.row.page)}
                  lowestPrediction={facts.row.kind === 'fold' ? predictions.get(facts.row.lowest) : undefined}
                />
              ))}
            </tbody>
          </table>
          {rows.length === 0 ? <div className="empty"><b>No page is like that</b><span>{accepted.why}</span></div> : null}
        </div>
        <Scrollbar model={scroll} label="Place in the page table" controls="pg-table-rows" />
      </div>
    </div>
  );
}

function Columns() {
  return (
    <colgroup>
      <col className="w-page" /><col className="w-map" /><col className="w-perm" /><col className="w-bit" /><col className="w-bit" /><col className="w-bit" /><col className="w-bit" /><col className="w-bit" />
      <col className="w-pfn c-pfn" /><col className="w-content c-content" /><col className="w-acc" /><col className="w-acc" /><col className="w-acc" />
    </colgroup>
  );
}

/** The cursor is elsewhere than any row: why. */
function NotListed({ page }: { readonly page: number }) {
  const { ui } = usePagesContext();
  const regions = useSession((view) => view.regions);
  const region = regions?.regionAt(addressOfPage(page));
  const isMapped = region !== undefined && region.perms !== '';
  return (
    <div className="pg-note" role="status">
      <span className="f2">The page at the cursor, <span className="mono">{formatAddress(addressOfPage(page))}</span>, is not in this list: {isMapped ? 'filter, search or scope leave it out.' : `nothing is mapped there (${region?.label ?? 'outside the map'}).`}</span>
      {isMapped ? <> <button type="button" className="lk" onClick={() => ui.update({ filter: 'all', text: '', scope: 'process' })}>Show all pages</button></> : null}
    </div>
  );
}

/** Stays while the rows scroll. */
function Head() {
  return (
    <table className="pt pt-head" role="presentation">
      <Columns />
      <thead role="rowgroup">
        <tr className="gr" role="presentation">
          <th colSpan={2} /><th className="gl">Mapping allows</th><th className="gl" colSpan={5}>Page table says</th><th className="c-pfn" /><th className="c-content" /><th className="gl" colSpan={3}>If the program…</th>
        </tr>
        <tr role="row">
          {COLUMNS.map(([name, className]) => <th key={name} role="columnheader" className={className}>{name.split(' ').map((part, i) => <span key={part}>{i > 0 ? <br /> : null}{part}</span>)}</th>)}
        </tr>
      </thead>
    </table>
  );
}

const COLUMNS: readonly (readonly [name: string, className: string])[] = [
  ['Page', ''], ['Mapping', ''], ['maps', 'gl'], ['pres 63', 'c gl'], ['swap 62', 'c'], ['file 61', 'c'], ['guard 58', 'c'], ['excl 56', 'c'], ['PFN', 'c-pfn'], ['Content', 'c-content'], ['reads', 'gl'], ['writes', ''],
  ['executes', ''],
];
