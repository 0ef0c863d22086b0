import type { Address } from '../../../shared/address/address.ts';
import type { MapWorld } from '../../../shared/drawing/map/map-scene.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import type { AppState } from '../../state/app-state.ts';

/** Addresses of the last list of hits that was asked for: a frame makes none. */
let last: { readonly marks: readonly SearchHit[]; readonly addresses: readonly Address[] } | undefined;

/** What lies on the map beside its regions, as the stores have it now. */
export function worldOf(app: Pick<AppState, 'session' | 'cursor' | 'search'>): MapWorld {
  const { map, connection, frames, moreFrames, session } = app.session.getState();
  const { address, selection } = app.cursor.getState();
  return {
    marks: map?.marks ?? [],
    changes: map?.changes ?? [],
    hits: hitsOf(app.search.getState().marks),
    cursor: address,
    selection,
    stale: map?.stale === true || connection === 'lost',
    framesWords: session?.phase === 'stopped' && frames.length > 0 ? `${frames.length}${moreFrames ? '+' : ''} ${frames.length === 1 ? 'frame' : 'frames'}` : '',
  };
}

/** Ascending, as painting needs them. */
function hitsOf(marks: readonly SearchHit[]): readonly Address[] {
  if (last?.marks !== marks) last = { marks, addresses: marks.map((mark) => mark.address).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)) };
  return last.addresses;
}
