import { SPACE_END, toAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import { yOf, type Camera } from '../../kernels/camera/camera.ts';
import type { DrawList } from '../../kernels/level-of-detail/draw-list.ts';
import { chooseDetail } from '../../kernels/level-of-detail/level-of-detail.ts';
import type { MapAxis, PlacedRows } from '../../kernels/map-layout/axis.ts';
import type { AppState } from '../../state/app-state.ts';
import { KIND_STYLES } from '../../theme/kind-style.ts';
import type { Colouring } from './colouring.ts';
import type { MapModel } from './map-model.ts';
import type { MapMotion } from './map-motion.ts';
import type { MapGeometry } from './paint/geometry.ts';
import type { MapInks } from './paint/map-inks.ts';
import type { PlacedMark, Scene } from './paint/scene.ts';
import type { MapFonts, TextRuler } from './paint/text.ts';
import type { RegionSpans } from './region-spans.ts';

/** Thin rows are counted in stretches of 40 to 80 px. */
const CROWD_PX = 40;
const READABLE_PX = 13;
const READABLE_GAP_PX = 11;

export interface SceneSources {
  readonly app: Pick<AppState, 'session' | 'cursor'>;
  readonly model: MapModel;
  readonly axis: MapAxis;
  readonly camera: Camera;
  readonly motion: MapMotion | undefined;
  readonly colouring: Colouring;
  readonly hidden: ReadonlySet<string>;
  readonly list: DrawList;
  readonly geometry: MapGeometry;
  readonly inks: MapInks;
  readonly fonts: MapFonts;
  readonly ruler: TextRuler;
  readonly spans: Pick<RegionSpans, 'of'>;
  /** Height of a device pixel. */
  readonly barPx: number;
}

/** Places the rows, chooses their detail and collects what lies on them: all a frame needs before it paints. */
export function buildScene(sources: SceneSources): Scene {
  const { app, model, axis, camera, motion, geometry, list } = sources;
  const straight = axis.placeRows(camera);
  const placed = motion?.place(straight) ?? straight;
  const place = motion?.isMorphing === true ? placedY(model, placed) : (address: bigint) => yOf(axis, camera, { address, fraction: 0 });
  // Stretches double as the zoom halves, so that their borders stay on the same rows while zooming.
  const log = Math.log2(Math.max(camera.zoom, 1e-12));
  chooseDetail(placed, model.groups, {
    panelPx: geometry.heightPx, readablePx: READABLE_PX, readableGapPx: READABLE_GAP_PX, unmapped: model.unmapped, barPx: sources.barPx,
    crowdPx: CROWD_PX * 2 ** (log - Math.floor(log)), phaseY: placed.edgeY(0),
  }, list);
  const { map, connection, frames, moreFrames, session } = app.session.getState();
  const cursor = app.cursor.getState();
  const marks: PlacedMark[] = (map?.marks ?? []).map((mark) => ({ kind: mark.kind, address: mark.address, label: mark.label, y: place(mark.address) }));
  if (cursor.address !== undefined) marks.push({ kind: 'cursor', address: cursor.address, label: 'cur', y: place(cursor.address) });
  marks.sort((a, b) => a.y - b.y);
  return {
    model, colouring: sources.colouring, hidden: sources.hidden, axis, camera, placed, list, geometry, devicePx: sources.barPx, inks: sources.inks, fonts: sources.fonts, ruler: sources.ruler, marks,
    selection: cursor.selection, changes: map?.changes ?? [], flash: motion?.flash ?? 0, stale: map?.stale === true || connection === 'lost',
    yOf: place,
    spansOf: (region) => sources.spans.of(region),
    detailOf: (region) => detailOf(region, session?.phase === 'stopped' ? frames.length : 0, moreFrames, marks),
  };
}

function detailOf(region: Region, frames: number, moreFrames: boolean, marks: readonly PlacedMark[]): string {
  if (region.kind === 'stack') {
    const sp = marks.find((mark) => mark.kind === 'sp' && mark.address >= region.start && mark.address < region.end);
    if (!sp) return '';
    const inUse = `in use ${formatSize(region.end - sp.address)}`;
    return frames > 0 ? `${inUse}, ${frames}${moreFrames ? '+' : ''} ${frames === 1 ? 'frame' : 'frames'}` : inUse;
  }
  if (region.path.startsWith('/')) return region.path;
  const { title } = KIND_STYLES[region.kind];
  return region.label.toLowerCase().includes(title.toLowerCase()) ? '' : title;
}

/** Heights while the rows move between two scales: linear within each row. */
function placedY(model: MapModel, placed: PlacedRows): (address: bigint) => number {
  return (address) => {
    const { table } = model;
    const row = Math.max(0, address < SPACE_END ? table.indexAt(toAddress(address)) : table.length - 1);
    const start = table.startAt(row);
    const share = Number(address - start) / Number(table.endAt(row) - start);
    return placed.edgeY(row) + (placed.edgeY(row + 1) - placed.edgeY(row)) * share;
  };
}
