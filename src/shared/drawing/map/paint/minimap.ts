import { pointAt, yOf } from '../../camera/camera.ts';
import { fade } from '../../inner-levels/inner-levels.ts';
import type { KindInk } from '../../kind-style.ts';
import type { Colouring } from '../colouring.ts';
import { homeCamera } from '../map-camera.ts';
import type { Pen } from '../../pen.ts';
import { PADDING_PX, STRIP_TOP_PX, stripAddress } from './geometry.ts';
import { withAlpha } from './map-inks.ts';
import { rowInk, type Scene } from './scene.ts';

/** From this zoom on the strip shows the whole map in the present scale, instead of the user half at true scale. */
const TURNS_AT = [1.15, 1.8] as const;
const LEAST_FRAME_PX = 5;

/** 0: the strip is the user half at true scale; 1: it is the minimap. */
export function minimapShare(scene: Scene): number {
  return scene.morphing ? 0 : fade(scene.camera.zoom / scene.axis.fitZoom, TURNS_AT);
}

/** The home view made small: the whole map, with a frame around what the panel shows and a wedge from it. */
export function paintMinimap(pen: Pen, scene: Scene, share: number): void {
  const { geometry, inks } = scene;
  const { stripX, stripWidthPx } = geometry;
  const runs = minimapRuns(scene);
  pen.globalAlpha = share;
  pen.fillStyle = inks.colours.bg;
  pen.fillRect(stripX + 1, STRIP_TOP_PX + 1, stripWidthPx - 2, geometry.heightPx - 2 * STRIP_TOP_PX - 2);
  for (const [ink, tops] of runs) {
    pen.fillStyle = inks.kind[ink].solid;
    for (let i = 0; i < tops.length; i += 2) pen.fillRect(stripX + 1, tops[i] ?? 0, stripWidthPx - 2, tops[i + 1] ?? 0);
  }
  paintViewport(pen, scene);
  pen.globalAlpha = 1;
}

function paintViewport(pen: Pen, scene: Scene): void {
  const { geometry, inks } = scene;
  const { top, bottom } = viewportOnMinimap(scene);
  const left = geometry.stripX + geometry.stripWidthPx;
  pen.fillStyle = withAlpha(inks.colours.accent, 0.14);
  pen.beginPath();
  pen.moveTo(left + 2, top);
  pen.lineTo(geometry.wedgeEndX, 0);
  pen.lineTo(geometry.wedgeEndX, geometry.heightPx);
  pen.lineTo(left + 2, bottom);
  pen.closePath();
  pen.fill();
  pen.fillStyle = withAlpha(inks.colours.accent, 0.25);
  pen.fillRect(geometry.stripX - 1, top, geometry.stripWidthPx + 2, bottom - top);
  pen.strokeStyle = inks.colours.accent;
  pen.lineWidth = 1.5;
  pen.strokeRect(geometry.stripX - 2, top, geometry.stripWidthPx + 4, bottom - top);
}

/** Where on the minimap what the panel shows lies. */
export function viewportOnMinimap(scene: Scene): { readonly top: number; readonly bottom: number } {
  const { axis, camera, geometry } = scene;
  const home = homeCamera(axis, geometry.heightPx);
  const top = toStrip(scene, yOf(axis, home, pointAt(axis, camera, 0)));
  const bottom = toStrip(scene, yOf(axis, home, pointAt(axis, camera, geometry.heightPx)));
  const short = Math.max(0, LEAST_FRAME_PX - (bottom - top)) / 2;
  return { top: top - short, bottom: bottom + short };
}

/** The address that a click on the strip leads to. */
export function stripTarget(scene: Scene, y: number): bigint {
  if (minimapShare(scene) < 0.5) return stripAddress(scene.geometry, y, scene.model.userEnd);
  const { axis, geometry } = scene;
  return pointAt(axis, homeCamera(axis, geometry.heightPx), fromStrip(scene, y)).address;
}

function toStrip({ geometry }: Scene, homeY: number): number {
  return STRIP_TOP_PX + ((homeY - PADDING_PX) / (geometry.heightPx - 2 * PADDING_PX)) * (geometry.heightPx - 2 * STRIP_TOP_PX);
}

function fromStrip({ geometry }: Scene, y: number): number {
  return PADDING_PX + ((y - STRIP_TOP_PX) / (geometry.heightPx - 2 * STRIP_TOP_PX)) * (geometry.heightPx - 2 * PADDING_PX);
}

interface Known {
  readonly axis: object;
  readonly heightPx: number;
  readonly runs: ReadonlyMap<KindInk, readonly number[]>;
}

/** Made once for each map, colouring and height: a frame only draws it. */
const knownRuns = new WeakMap<Colouring, Known>();

/** By ink: top and height of each run of pixel lines. */
function minimapRuns(scene: Scene): ReadonlyMap<KindInk, readonly number[]> {
  const { axis, geometry, colouring } = scene;
  const known = knownRuns.get(colouring);
  if (known && known.axis === axis && known.heightPx === geometry.heightPx) return known.runs;
  const placed = axis.placeRows(homeCamera(axis, geometry.heightPx));
  const runs = new Map<KindInk, number[]>();
  let ink: KindInk | undefined;
  let from = STRIP_TOP_PX;
  const end = geometry.heightPx - STRIP_TOP_PX;
  for (let y = STRIP_TOP_PX; y <= end; y++) {
    const row = y < end ? placed.rowAt(fromStrip(scene, y + 0.5)) : -1;
    const next = row < 0 ? undefined : rowInk(scene, row);
    if (next === ink && y < end) continue;
    if (ink !== undefined && ink !== 'gap') {
      const list = runs.get(ink);
      if (list) list.push(from, y - from);
      else runs.set(ink, [from, y - from]);
    }
    ink = next;
    from = y;
  }
  knownRuns.set(colouring, { axis, heightPx: geometry.heightPx, runs });
  return runs;
}
