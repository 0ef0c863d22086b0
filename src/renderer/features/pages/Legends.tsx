import { PAGE_LOOKS } from '../../../shared/drawing/page-look.ts';
import { PAGE_STATES, type PageState } from '../../../shared/model/page-state.ts';
import { OutcomeIcon } from '../../widgets/OutcomeIcon.tsx';
import { PageGlyph } from './PageGlyph.tsx';

export function TableLegend() {
  return (
    <div className="lg pg-legend">
      <span><OutcomeIcon mark="ok" /> no fault</span>
      <span><OutcomeIcon mark="copies" /> fault, kernel copies the page</span>
      <span><OutcomeIcon mark="maps" /> fault, kernel maps a page</span>
      <span><OutcomeIcon mark="fault" /> signal</span>
      <span className="grow" />
      <span className="f3">This view reads pagemap only. It never reads a byte of a page.</span>
    </div>
  );
}

/** The states that pages are in, and no others. */
export function GridLegend({ states }: { readonly states: ReadonlySet<PageState> }) {
  return (
    <div className="lg pg-legend">
      {PAGE_STATES.map((state, code) => (states.has(state) ? <span key={state} title={PAGE_LOOKS[code]?.words}><PageGlyph state={state} /> {PAGE_LOOKS[code]?.name}</span> : null))}
      <span className="grow" />
      <span className="f3">high addresses first</span>
    </div>
  );
}
