import type { MapWorld } from '../../../shared/drawing/map/map-scene.ts';
import type { Address } from '../../../shared/address/address.ts';
import type { AppState } from '../../state/app-state.ts';

const NO_HITS: readonly Address[] = [];

/** What lies on the map beside its regions, as the stores have it now. */
export function worldOf(app: Pick<AppState, 'session' | 'cursor'>, hits: readonly Address[] = NO_HITS): MapWorld {
  const { map, connection, frames, moreFrames, session } = app.session.getState();
  const { address, selection } = app.cursor.getState();
  return {
    marks: map?.marks ?? [],
    changes: map?.changes ?? [],
    hits,
    cursor: address,
    selection,
    stale: map?.stale === true || connection === 'lost',
    framesWords: session?.phase === 'stopped' && frames.length > 0 ? `${frames.length}${moreFrames ? '+' : ''} ${frames.length === 1 ? 'frame' : 'frames'}` : '',
  };
}
