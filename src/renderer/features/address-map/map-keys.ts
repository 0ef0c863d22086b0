import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { AppState } from '../../state/app-state.ts';
import { rangeOfRow } from './map-input.ts';
import type { MapView } from './map-view.ts';

/** Share of the panel that Page Up and Page Down move. */
const PAGE_SHARE = 0.85;
const KEY_ZOOM = 2;
const ENTER_ZOOM = 4;

/** Keys of the focused map. True when the key was one of them. Keys that work from everywhere (Z, 0) are commands and not listed here. */
export function mapKey(key: string, view: MapView, app: AppState): boolean {
  const act = KEYS[key];
  if (!act) return false;
  act(view, app);
  return true;
}

const KEYS: Readonly<Record<string, ((view: MapView, app: AppState) => void) | undefined>> = {
  ArrowUp: (view, app) => stepRegion(view, app, 1),
  ArrowDown: (view, app) => stepRegion(view, app, -1),
  Enter(view, app) {
    const { address } = app.cursor.getState();
    const row = address === undefined ? -1 : (view.table?.indexAt(address) ?? -1);
    const range = row < 0 ? undefined : rangeOfRow(view, row);
    // What fills the panel already is looked at more closely, about the cursor.
    if (range && !view.isShowing(range)) view.showRange(range);
    else view.zoomBy(ENTER_ZOOM);
  },
  Backspace: (view) => view.back(),
  Home: (view) => view.fit(),
  '+': (view) => view.zoomBy(KEY_ZOOM),
  '=': (view) => view.zoomBy(KEY_ZOOM),
  '-': (view) => view.zoomBy(1 / KEY_ZOOM),
  PageUp: (view) => view.panBy(view.heightPx * PAGE_SHARE, true),
  PageDown: (view) => view.panBy(-view.heightPx * PAGE_SHARE, true),
  '[': (view, app) => stepMark(view, app, -1),
  ']': (view, app) => stepMark(view, app, 1),
  '/': (_view, app) => void app.commands.run('view.search'),
};

/** To the next mapped region up or down. */
function stepRegion(view: MapView, app: AppState, up: 1 | -1): void {
  const { table } = view;
  if (!table) return;
  const { address } = app.cursor.getState();
  let row = address === undefined ? (up === 1 ? -1 : table.length) : table.indexAt(address);
  do row += up; while (row >= 0 && row < table.length && isUnmappedKind(table.kindAt(row)));
  if (row < 0 || row >= table.length) return;
  // Not from 'map': the view must follow when the region lies outside the panel.
  app.cursor.goTo(table.startAt(row), 'map-keys');
}

/** To the next mark by address, round and round: live marks, the last changes, search hits. */
function stepMark(view: MapView, app: AppState, up: 1 | -1): void {
  const { map } = app.session.getState();
  const site = app.fault.getState().site?.address;
  const marks = [...(map?.marks ?? []).map((mark) => mark.address), ...(site === undefined ? [] : [site]), ...(map?.changes ?? []).map((change) => change.start), ...(view.scene?.hits ?? [])];
  const places = [...new Set(marks)].toSorted((a, b) => (a < b ? -1 : 1));
  if (places.length === 0) return;
  const { address } = app.cursor.getState();
  const next = up === 1 ? places.find((place) => address === undefined || place > address) ?? places[0] : places.findLast((place) => address === undefined || place < address) ?? places.at(-1);
  if (next !== undefined) app.cursor.goTo(next, 'map-keys');
}
