import { SPACE_END, toAddress, type Address } from '../../address/address.ts';
import type { AddressRange } from '../../address/range.ts';
import { formatSize } from '../../address/size.ts';
import type { MapChange } from '../../model/map-change.ts';
import type { Mark } from '../../model/mark.ts';
import type { Region } from '../../model/region.ts';
import { pxPerByteAt, yOf, type Camera } from '../camera/camera.ts';
import { hasTextRows, textPerRow } from '../inner-levels/inner-levels.ts';
import type { DrawList } from '../level-of-detail/draw-list.ts';
import { chooseDetail } from '../level-of-detail/level-of-detail.ts';
import type { MapAxis, PlacedRows } from '../map-layout/axis.ts';
import { KIND_STYLES } from '../kind-style.ts';
import type { Colouring } from './colouring.ts';
import type { MapInsides } from './insides.ts';
import type { MapModel } from './map-model.ts';
import type { MapGeometry } from './paint/geometry.ts';
import { innerSides } from './paint/inner-block.ts';
import type { MapInks } from './paint/map-inks.ts';
import type { PlacedMark, Scene } from './paint/scene.ts';
import type { MapFonts, TextRuler } from './paint/text.ts';

/** Thin rows are counted in stretches of 40 to 80 px. */
const CROWD_PX = 40;
const READABLE_PX = 13;
const READABLE_GAP_PX = 11;

/** What lies on the map beside its regions. */
export interface MapWorld {
  readonly marks: readonly Mark[];
  readonly changes: readonly MapChange[];
  /** Where a search found something, ascending. */
  readonly hits: readonly Address[];
  readonly cursor: Address | undefined;
  readonly selection: AddressRange | undefined;
  /** The target is gone, or the host is. */
  readonly stale: boolean;
  /** `7 frames`, `64+ frames` of the stopped thread; '' where there is none. */
  readonly framesWords: string;
}

export const EMPTY_WORLD: MapWorld = { marks: [], changes: [], hits: [], cursor: undefined, selection: undefined, stale: false, framesWords: '' };

/** What moves by itself at the moment of the picture. */
export interface SceneMotion {
  readonly isMorphing: boolean;
  /** 1 right after a change, falling to 0. */
  readonly flash: number;
  place(placed: PlacedRows): PlacedRows;
}

export interface SceneSources {
  readonly world: MapWorld;
  readonly model: MapModel;
  readonly axis: MapAxis;
  readonly camera: Camera;
  readonly motion: SceneMotion | undefined;
  readonly colouring: Colouring;
  readonly hidden: ReadonlySet<string>;
  readonly list: DrawList;
  readonly geometry: MapGeometry;
  readonly inks: MapInks;
  readonly fonts: MapFonts;
  readonly ruler: TextRuler;
  readonly insides: MapInsides;
  /** Height of a device pixel. */
  readonly barPx: number;
}

/** Places the rows, chooses their detail and collects what lies on them: all a frame needs before it paints. */
export function buildScene(sources: SceneSources): Scene {
  const { world, model, axis, camera, motion, geometry, list } = sources;
  const straight = axis.placeRows(camera);
  const placed = motion?.place(straight) ?? straight;
  const place = motion?.isMorphing === true ? placedY(model, placed) : (address: bigint) => yOf(axis, camera, { address, fraction: 0 });
  // Stretches double as the zoom halves, so that their borders stay on the same rows while zooming.
  const log = Math.log2(Math.max(camera.zoom, 1e-12));
  chooseDetail(placed, model.groups, {
    panelPx: geometry.heightPx, readablePx: READABLE_PX, readableGapPx: READABLE_GAP_PX, unmapped: model.unmapped, barPx: sources.barPx,
    crowdPx: CROWD_PX * 2 ** (log - Math.floor(log)), phaseY: placed.edgeY(0),
  }, list);
  const sides = innerSides(sources);
  const innerPx = sides.right - sides.left;
  const marks: PlacedMark[] = world.marks.map((mark) => ({ kind: mark.kind, address: mark.address, label: mark.label, y: markY(mark.address) }));
  if (world.cursor !== undefined) marks.push({ kind: 'cursor', address: world.cursor, label: 'cur', y: markY(world.cursor) });
  marks.sort((a, b) => a.y - b.y);
  return {
    model, colouring: sources.colouring, hidden: sources.hidden, axis, camera, placed, list, geometry, devicePx: sources.barPx, inks: sources.inks, fonts: sources.fonts, ruler: sources.ruler, marks,
    hits: world.hits, selection: world.selection, changes: world.changes, flash: motion?.flash ?? 0, stale: world.stale, morphing: motion?.isMorphing === true, insides: sources.insides,
    yOf: place,
    detailOf: (region) => detailOf(region, world.framesWords, marks),
  };

  /** Where single bytes can be seen a mark stands at the row of its byte, before that at the byte's lower edge. */
  function markY(address: Address): number {
    const pxPerByte = pxPerByteAt(axis, camera, address);
    if (motion?.isMorphing === true || !hasTextRows(pxPerByte, innerPx)) return place(address);
    const perRow = textPerRow(pxPerByte, innerPx);
    return place(address - (address % BigInt(perRow))) - (perRow * pxPerByte) / 2;
  }
}

function detailOf(region: Region, framesWords: string, marks: readonly PlacedMark[]): string {
  if (region.kind === 'stack') {
    const sp = marks.find((mark) => mark.kind === 'sp' && mark.address >= region.start && mark.address < region.end);
    if (!sp) return '';
    const inUse = `in use ${formatSize(region.end - sp.address)}`;
    return framesWords === '' ? inUse : `${inUse}, ${framesWords}`;
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
