import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { PageGlyph } from './PageGlyph.tsx';
import { ResidentsController } from './residents-controller.ts';
import { ScrollModel } from './scroll-model.ts';
import { Scrollbar } from './Scrollbar.tsx';
import { spanName } from './span-names.ts';
import { addressOfPage, useCursorPage, usePagesContext, usePagesData } from './use-pages.ts';
import { useWheel } from './use-wheel.ts';

const NO_SCROLL = new ScrollModel();

/** Left column: one row a region, one cell a page. */
export function ResidentsColumn() {
  const app = useApp();
  const { data } = usePagesContext();
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const [controller, setController] = useState<ResidentsController>();
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const made = new ResidentsController(app, data, canvas.current);
    setController(made);
    return () => {
      made.dispose();
      setController(undefined);
    };
  }, [app, data]);
  useWheel(area, controller?.scroll ?? NO_SCROLL);
  return (
    <section className="panel pg-regions" aria-label="Resident pages">
      <div className="ph">
        <h2>Resident pages</h2>
        <span className="f3 ellipsis">one cell per page, present / mapped</span>
      </div>
      <div className="pg-canvas-row">
        <div
          ref={area} className="pg-canvas" tabIndex={0} role="listbox" aria-label="Regions and their pages"
          onPointerDown={(event) => {
            const box = area.current?.getBoundingClientRect();
            if (event.button === 0 && box !== undefined) controller?.press(event.clientY - box.top);
          }}
          onKeyDown={(event) => {
            if (!event.altKey && !event.ctrlKey && !event.metaKey && controller?.key(event.key) === true) event.preventDefault();
          }}
        >
          <canvas ref={canvas} aria-hidden="true" />
          {controller === undefined ? null : <RowsForReaders controller={controller} />}
        </div>
        {controller === undefined ? null : <Scrollbar model={controller.scroll} label="Place in the list of regions" controls="pg-resident-rows" />}
      </div>
      <div className="pg-key">
        <div><PageGlyph state="anonymous" ink="data" /> present, private to this process</div>
        <div><PageGlyph state="file" ink="data" /> present, file or shared page</div>
        <div><PageGlyph state="zero-page" ink="data" /> present, zero page, not yet written</div>
        <div><PageGlyph state="absent" ink="data" /> not present: first touch faults it in</div>
      </div>
    </section>
  );
}

/** The rows on screen as text: the canvas itself says nothing to a screen reader. */
function RowsForReaders({ controller }: { readonly controller: ResidentsController }) {
  usePagesData();
  useCursorPage();
  useSyncExternalStore(controller.scroll.subscribe, () => controller.scroll.version);
  const { picture, counts } = controller;
  return (
    <div id="pg-resident-rows" className="sr-only" role="presentation">
      {picture === undefined || counts === undefined ? null : controller.visible().map(({ span }) => (
        <div key={span} role="option" aria-selected={controller.isAtCursor(span)}>
          {spanName(picture.regions, picture.spans, span)} at {formatAddress(addressOfPage(picture.spans.firstPage[span] ?? 0))}: {formatCount(counts.present[span] ?? 0)} of {formatCount(counts.seen[span] ?? 0)} pages present
        </div>
      ))}
    </div>
  );
}
