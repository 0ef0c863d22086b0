import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { pageFlagNames } from '../../../shared/model/page-state.ts';
import { FOLD, HEADING } from '../../kernels/page-grid/layout.ts';
import { summariseCell } from '../../kernels/page-grid/cells.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { GridController, type GridHit } from './grid-controller.ts';
import { commonKey } from './page-actions.ts';
import { stateLook } from './page-words.ts';
import { zoomed } from './pages-ui-store.ts';
import { ScrollModel } from './scroll-model.ts';
import { Scrollbar } from './Scrollbar.tsx';
import { spanName } from './span-names.ts';
import { pageKey } from './table-keys.ts';
import type { AcceptedPieces } from './use-accepted.ts';
import { addressOfPage, usePagesContext, usePagesUi, type ScopedPages } from './use-pages.ts';
import { useWheel } from './use-wheel.ts';

const NO_SCROLL = new ScrollModel();
const TIP_WIDTH_PX = 300;

interface Props {
  readonly scoped: ScopedPages;
  readonly accepted: AcceptedPieces;
}

/** The page grid: one cell a page, or a group of pages, coloured by state. */
export function PageGrid({ scoped, accepted }: Props) {
  const app = useApp();
  const { ui: store } = usePagesContext();
  const { fold, pagesPerCell, pitchPx } = usePagesUi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  const [controller, setController] = useState<GridController>();
  const [tip, setTip] = useState<{ readonly hit: GridHit; readonly left: number; readonly top: number }>();
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const made = new GridController(app, canvas.current);
    setController(made);
    return () => {
      made.dispose();
      setController(undefined);
    };
  }, [app]);
  useEffect(() => controller?.set({ scoped, accepted, ui: { fold, pagesPerCell, pitchPx } }), [controller, scoped, accepted, fold, pagesPerCell, pitchPx]);
  const [zoom] = useState(() => (step: 1 | -1): void => store.update(zoomed(store.state, step)));
  useWheel(area, controller?.scroll ?? NO_SCROLL, zoom);

  const at = (event: React.PointerEvent): readonly [number, number] => {
    const box = area.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  const hover = (event: React.PointerEvent): void => {
    const [x, y] = at(event);
    if (pressed.current) {
      controller?.drag(x, y);
      return;
    }
    const hit = controller?.hitAt(x, y);
    setTip((old) => (hit === undefined ? undefined : old?.hit.firstPage === hit.firstPage && old.hit.kind === hit.kind ? old : { hit, left: Math.min(x + 14, Math.max(0, (area.current?.clientWidth ?? 0) - TIP_WIDTH_PX)), top: y + 16 }));
  };
  return (
    <div className="pg-canvas-row">
      <div
        ref={area} className="pg-canvas" data-autofocus tabIndex={0} role="application" aria-label="Page grid. Arrows move by pages and lines, Shift extends, + and - zoom, n finds the next of a state."
        onKeyDown={(event) => {
          const key = pageKey(event, controller?.layout?.cellsPerLine ?? 1, controller?.cellsPerScreen ?? 1);
          if (key === undefined || controller === undefined) return;
          event.preventDefault();
          setTip(undefined);
          if (key.kind === 'move') controller.move(key.by, key.extend);
          else if (key.kind === 'edge') controller.edge(key.edge);
          else commonKey(key, app, store, scoped.picture, scoped.limits);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          pressed.current = true;
          setTip(undefined);
          event.currentTarget.setPointerCapture(event.pointerId);
          controller?.press(...at(event), event.shiftKey);
        }}
        onPointerMove={hover}
        onPointerUp={() => {
          pressed.current = false;
        }}
        onPointerLeave={() => setTip(undefined)}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {tip === undefined ? null : <Tip {...tip} scoped={scoped} />}
        {controller === undefined ? null : <BlocksForReaders controller={controller} scoped={scoped} />}
      </div>
      {controller === undefined ? null : <Scrollbar model={controller.scroll} label="Place in the page grid" controls="pg-grid-rows" />}
    </div>
  );
}

function Tip({ hit, left, top, scoped }: { readonly hit: GridHit; readonly left: number; readonly top: number; readonly scoped: ScopedPages }) {
  const { picture, pieces } = scoped;
  const cell = summariseCell(pieces, picture.runs, hit.firstPage, hit.endPage);
  const pages = hit.endPage - hit.firstPage;
  const flags = pageFlagNames(cell.flags);
  const look = stateLook(cell.state);
  return (
    <div className="menu pg-tip" style={{ left, top }}>
      <b>{spanName(picture.regions, picture.spans, hit.span)}</b>
      <div className="mono">{formatAddress(addressOfPage(hit.firstPage))}{pages > 1 ? ` – ${formatAddress(addressOfPage(hit.endPage))}` : ''}</div>
      {pages > 1 ? <div>{formatCount(pages)} pages, {formatCount(cell.present)} present</div> : null}
      <div>{look.name}: <span className="f2">{look.words}</span></div>
      {flags.length > 0 ? <div className="f2">{flags.join(', ')}</div> : null}
    </div>
  );
}

/** What is on screen as text. */
function BlocksForReaders({ controller, scoped }: { readonly controller: GridController; readonly scoped: ScopedPages }) {
  useSyncExternalStore(controller.scroll.subscribe, () => controller.scroll.version);
  const { layout, scroll } = controller;
  if (layout === undefined) return null;
  const { picture, pieces } = scoped;
  const lines: string[] = [];
  for (let i = layout.blockIndexAt(scroll.scrollPx); ; i++) {
    const block = layout.block(i);
    if (block === undefined || block.topPx > scroll.scrollPx + scroll.viewportPx) break;
    if (block.kind === FOLD) continue;
    const name = spanName(picture.regions, picture.spans, block.span);
    if (block.kind === HEADING) {
      const cell = summariseCell(pieces, picture.runs, picture.spans.firstPage[block.span] ?? 0, picture.spans.endPage[block.span] ?? 0);
      lines.push(`${name} at ${formatAddress(addressOfPage(picture.spans.firstPage[block.span] ?? 0))}: ${formatCount(cell.present)} of ${formatCount(cell.mapped)} pages present, mostly ${stateLook(cell.state).name}`);
    }
  }
  return (
    <ul id="pg-grid-rows" className="sr-only" aria-label="Regions in the grid">
      {lines.map((line) => <li key={line}>{line}</li>)}
    </ul>
  );
}
