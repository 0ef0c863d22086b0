import { useSyncExternalStore } from 'react';
import { PAGE_LOOKS } from '../../../shared/drawing/page-look.ts';
import { isPresentState, PAGE_STATE_CODE, type PageState } from '../../../shared/model/page-state.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { MapView } from './map-view.ts';

/** Classes that are shown as chips; a map coloured by module may have a hundred. */
const SHOWN = 40;
const PLAIN = new Set(['gap', 'non-canonical', 'kernel', 'null', 'stack-room']);

/** What the colours mean; a click hides a class and shows it again. */
export function MapLegend({ view }: { readonly view: MapView }) {
  const { classes, hidden, colouring, level } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
  const shown = classes.filter((one) => !PLAIN.has(one.id)).toReversed();
  return (
    <div className="map-legend" role="group" aria-label="Legend: press to hide or show">
      {shown.slice(0, SHOWN).map(({ id, ink, tag, title, regions }) => (
        <button
          key={id} type="button" aria-pressed={!hidden.has(id)} title={`${title}: ${formatCount(regions)} ${regions === 1 ? 'region' : 'regions'}. Press to ${hidden.has(id) ? 'show' : 'hide'}.`}
          onClick={() => view.toggleClass(id)}
        >
          <svg width="9" height="12" aria-hidden="true"><rect width="9" height="12" rx="1" fill={`url(#s-${ink})`} /></svg>
          <span className="tagk">{tag}</span>
          {colouring === 'kind' ? <span className="sr-only">{title}</span> : <span>{title}</span>}
        </button>
      ))}
      {level === 'pages' || level === 'bytes' ? <PageLegend /> : null}
      {shown.length > SHOWN ? <span className="f3">+ {shown.length - SHOWN} more</span> : null}
    </div>
  );
}

/** Page states that a close look meets often, as their cells are drawn. */
const PAGE_STATES_SHOWN: readonly PageState[] = ['anonymous', 'file', 'private-copy', 'zero-or-shared', 'absent', 'swapped'];

function PageLegend() {
  return (
    <span className="map-page-legend" aria-label="Cells of pages">
      {PAGE_STATES_SHOWN.map((state) => {
        const look = PAGE_LOOKS[PAGE_STATE_CODE[state]];
        const present = isPresentState(state);
        return look === undefined ? null : (
          <span key={state} title={look.words}>
            <svg width="10" height="10" aria-hidden="true">
              <rect x="0.5" y="0.5" width="9" height="9" style={{ fill: present ? `var(--k-${look.ink})` : 'none', fillOpacity: state === 'file' ? 0.4 : state === 'zero-or-shared' ? 0.25 : 0.7, stroke: `var(--k-${look.ink})` }} />
              {state === 'private-copy' ? <rect x="6" y="6" width="3" height="3" style={{ fill: 'var(--panel)' }} /> : null}
              {state === 'zero-or-shared' ? <path d="M5 9.5 9.5 5V9.5Z" style={{ fill: `var(--k-${look.ink})` }} /> : null}
              {state === 'swapped' ? <path d="M0 0 10 10" style={{ stroke: `var(--k-${look.ink})` }} /> : null}
            </svg>
            {look.name}
          </span>
        );
      })}
    </span>
  );
}
