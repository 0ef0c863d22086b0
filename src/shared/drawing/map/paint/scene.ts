import type { Address } from '../../../address/address.ts';
import type { AddressRange } from '../../../address/range.ts';
import type { Region } from '../../../model/region.ts';
import type { MapChange } from '../../../model/map-change.ts';
import type { Mark } from '../../../model/mark.ts';
import type { Camera } from '../../camera/camera.ts';
import type { DrawList } from '../../level-of-detail/draw-list.ts';
import type { MapAxis, PlacedRows } from '../../map-layout/axis.ts';
import type { KindInk } from '../../kind-style.ts';
import type { Colouring } from '../colouring.ts';
import type { MapInsides } from '../insides.ts';
import type { MapModel } from '../map-model.ts';
import type { MapGeometry } from './geometry.ts';
import type { MapInks } from './map-inks.ts';
import type { MapFonts, TextRuler } from './text.ts';

/** A mark with its place on the panel. */
export interface PlacedMark {
  readonly kind: Mark['kind'] | 'cursor' | 'hit';
  readonly address: Address;
  readonly label: string;
  readonly y: number;
}

/** Everything one picture is made of. Painters read it and change nothing. */
export interface Scene {
  readonly model: MapModel;
  readonly colouring: Colouring;
  /** Ids of the colour classes that the legend hides. */
  readonly hidden: ReadonlySet<string>;
  readonly axis: MapAxis;
  readonly camera: Camera;
  readonly placed: PlacedRows;
  readonly list: DrawList;
  readonly geometry: MapGeometry;
  /** Height of a device pixel in CSS px: edges and baselines lie on whole ones, or they would blur. */
  readonly devicePx: number;
  readonly inks: MapInks;
  readonly fonts: MapFonts;
  readonly ruler: TextRuler;
  /** Ascending in y. */
  readonly marks: readonly PlacedMark[];
  /** Where a search found something, ascending. */
  readonly hits: readonly Address[];
  readonly selection: AddressRange | undefined;
  readonly changes: readonly MapChange[];
  /** 1 right after a change, falling to 0. */
  readonly flash: number;
  /** The target is gone, or the host is: this is the last picture. */
  readonly stale: boolean;
  /** The rows are on their way between two scales: nothing finer than they is drawn. */
  readonly morphing: boolean;
  readonly insides: MapInsides;
  yOf(address: bigint): number;
  /** A second line for a block that has room for one. */
  detailOf(region: Region): string;
}

export function rowInk(scene: Scene, row: number): KindInk {
  return scene.colouring.classes[scene.colouring.classOfRow[row] ?? 0]?.ink ?? 'gap';
}

const SHADOW_ALPHA = 0.18;

/** Hidden classes stay as a shadow: the order and the sizes of the map must remain true. */
export function rowAlpha(scene: Scene, row: number): number {
  if (scene.hidden.size === 0) return 1;
  return scene.hidden.has(scene.colouring.classes[scene.colouring.classOfRow[row] ?? 0]?.id ?? '') ? SHADOW_ALPHA : 1;
}

/** A closed group is hidden with its own class, or when all in it is. */
export function groupAlpha(scene: Scene, first: number, last: number, id: string): number {
  if (scene.hidden.size === 0) return 1;
  if (scene.hidden.has(id)) return SHADOW_ALPHA;
  for (let row = first; row <= last; row++) if (rowAlpha(scene, row) === 1) return 1;
  return SHADOW_ALPHA;
}
