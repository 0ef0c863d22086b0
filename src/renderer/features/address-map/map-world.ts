import type { Address } from '../../../shared/address/address.ts';
import type { Mark } from '../../../shared/model/mark.ts';
import type { MapWorld } from '../../../shared/drawing/map/map-scene.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import { marksWithSite, type FaultSite } from '../../state/fault-site.ts';
import type { AppState } from '../../state/app-state.ts';

const NONE: readonly Mark[] = [];

/** Addresses of the last list of hits that was asked for: a frame makes none. */
let last: { readonly marks: readonly SearchHit[]; readonly addresses: readonly Address[] } | undefined;

/** What lies on the map beside its regions, as the stores have it now. */
export function worldOf(app: Pick<AppState, 'session' | 'cursor' | 'search' | 'fault'>): MapWorld {
  const { map, connection, frames, moreFrames, session } = app.session.getState();
  const { address, selection } = app.cursor.getState();
  return {
    marks: marksOf(map?.marks ?? NONE, app.fault.getState().site),
    changes: map?.changes ?? [],
    hits: hitsOf(app.search.getState().marks),
    cursor: address,
    selection,
    stale: map?.stale === true || connection === 'lost',
    framesWords: session?.phase === 'stopped' && frames.length > 0 ? `${frames.length}${moreFrames ? '+' : ''} ${frames.length === 1 ? 'frame' : 'frames'}` : '',
  };
}

let lastMarks: { readonly from: readonly Mark[]; readonly site: FaultSite | undefined; readonly marks: readonly Mark[] } | undefined;

function marksOf(from: readonly Mark[], site: FaultSite | undefined): readonly Mark[] {
  if (lastMarks?.from !== from || lastMarks.site !== site) lastMarks = { from, site, marks: marksWithSite(from, site) };
  return lastMarks.marks;
}

/** Ascending, as painting needs them. */
function hitsOf(marks: readonly SearchHit[]): readonly Address[] {
  if (last?.marks !== marks) last = { marks, addresses: marks.map((mark) => mark.address).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)) };
  return last.addresses;
}
