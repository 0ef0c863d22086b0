import { useSyncExternalStore } from 'react';
import { formatCount } from '../../../shared/address/size.ts';
import type { MapView } from './map-view.ts';

/** Classes that are shown as chips; a map coloured by module may have a hundred. */
const SHOWN = 40;
const PLAIN = new Set(['gap', 'non-canonical', 'kernel', 'null', 'stack-room']);

/** What the colours mean; a click hides a class and shows it again. */
export function MapLegend({ view }: { readonly view: MapView }) {
  const { classes, hidden, colouring } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
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
      {shown.length > SHOWN ? <span className="f3">+ {shown.length - SHOWN} more</span> : null}
    </div>
  );
}
