import { useMemo } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { pageCeil, pageOf, pageStart } from '../../../shared/address/page.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { PAGE_LOOKS } from '../../../shared/drawing/page-look.ts';
import { PAGE_FLAG_WORDS, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { PageGlyph } from './PageGlyph.tsx';
import { useAnswer, usePagesData, usePagesUi } from './use-pages.ts';

/** What the selected pages are, counted by the service: the selection may be larger than what is shown. */
export function RangeStrip() {
  const app = useApp();
  const { detail } = usePagesUi();
  const { picture } = usePagesData();
  const sessionId = useSession((view) => view.session?.sessionId);
  const bytes = useCursor((cursor) => cursor.selection);
  // Another view may have selected bytes: the pages that hold them count.
  const selection = useMemo(() => (bytes === undefined ? undefined : { start: pageStart(pageOf(bytes.start)), end: pageStart(pageCeil(bytes.end)) }), [bytes]);
  // oxlint-disable-next-line react/exhaustive-deps -- the picture is not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined || selection === undefined ? undefined : (signal: AbortSignal) => app.clients.pages.statistics({ sessionId, start: selection.start, end: selection.end, detail }, { signal })), [app, sessionId, selection, detail, picture]);
  const { value, failure, waiting } = useAnswer(ask);
  if (selection === undefined) return null;
  const counts = value?.counts;
  return (
    <div className={waiting ? 'lg pg-range waiting' : 'lg pg-range'} aria-live="polite" data-testid="page-range">
      <span><b>Selected</b> <span className="mono">{formatAddress(selection.start)} – {formatAddress(selection.end)}</span> {formatSize(selection.end - selection.start)}</span>
      {failure === undefined ? null : <span className="bad">{errorFacts(failure).message}</span>}
      {counts === undefined ? null : (
        <>
          <span>{formatCount(counts.pages)} {counts.pages === 1 ? 'page' : 'pages'}, {formatCount(counts.present)} present</span>
          {PAGE_STATES.map((state, code) => ((counts.byState[code] ?? 0) === 0 ? null : <span key={state} title={PAGE_LOOKS[code]?.words}><PageGlyph state={state} /> {formatCount(counts.byState[code] ?? 0)} {PAGE_LOOKS[code]?.name}</span>))}
          {PAGE_FLAG_WORDS.map(([, name, words], i) => ((counts.byFlag[i] ?? 0) === 0 ? null : <span key={name} title={words}>{formatCount(counts.byFlag[i] ?? 0)} {name}</span>))}
        </>
      )}
    </div>
  );
}
