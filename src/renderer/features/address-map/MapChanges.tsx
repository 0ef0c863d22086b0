import { History } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import type { LoggedChange } from './change-log.ts';
import type { MapView } from './map-view.ts';

/** The newest are shown; the rest is counted. */
const SHOWN = 60;
const SAID = 5;
/** What happened, as a sign beside the words. */
const SIGNS: Readonly<Record<LoggedChange['kind'], string>> = { added: '+', removed: '−', grown: '↑', shrunk: '↓', permissions: '⇄' };
const KIND_WORDS: Readonly<Record<LoggedChange['kind'], string>> = { added: 'mapped', removed: 'unmapped', grown: 'grew', shrunk: 'shrank', permissions: 'permissions' };

/** What changed in the map since it was opened, newest first, in words; each leads to its place. */
export function MapChanges({ view }: { readonly view: MapView }) {
  const app = useApp();
  const { changes } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
  const newest = changes.at(-1)?.generation;
  const now = changes.filter((change) => change.generation === newest).length;
  return (
    <Menu
      label={`Changes of the map, ${changes.length}`} title={changes.length === 0 ? 'Nothing has changed in the map yet' : 'What changed in the map'} className="btn bd s map-changes"
      disabled={changes.length === 0} button={<><History className="ico xs" />{now > 0 ? <span className="map-count">{now > 99 ? '99+' : now}</span> : null}</>}
    >
      {(close) => (
        <div className="map-change-list">
          {changes.slice(-SHOWN).toReversed().map((change, i) => (
            <button
              key={`${change.generation} ${change.start} ${change.kind}`} type="button" role="menuitem" className={change.generation === newest ? 'new' : ''}
              title={`${formatAddress(change.start)} – ${formatAddress(change.end)}, generation ${change.generation}`}
              onClick={() => {
                app.cursor.goTo(change.start, 'map-keys');
                view.showRange({ start: change.start, end: change.end });
                close();
              }}
            >
              <span className={`sign ${change.kind}`} aria-label={KIND_WORDS[change.kind]}>{SIGNS[change.kind]}</span>
              <span className="grow">{change.words}</span>
              <span className="f3 mono">{i === 0 || changes.at(-i)?.generation !== change.generation ? `#${change.generation}` : ''}</span>
            </button>
          ))}
          {changes.length > SHOWN ? <div className="f3 map-more">+ {formatCount(changes.length - SHOWN)} earlier changes</div> : null}
        </div>
      )}
    </Menu>
  );
}

/** Says what has just changed. */
export function MapChangeWords({ view }: { readonly view: MapView }) {
  const { changes } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
  const newest = changes.at(-1)?.generation;
  const now = changes.filter((change) => change.generation === newest);
  const more = now.length > SAID ? ` and ${formatCount(now.length - SAID)} more` : '';
  return <div className="sr-only" aria-live="polite" aria-label="Changes of the map">{now.slice(0, SAID).map((change) => change.words).join('; ') + more}</div>;
}
