import type { Address } from '../../../../shared/address/address.ts';
import type { AddressRange } from '../../../../shared/address/range.ts';
import type { Region } from '../../../../shared/model/region.ts';
import type { MapChange, Mark } from '../../../../shared/rpc/contracts/map.ts';
import type { Camera } from '../../../kernels/camera/camera.ts';
import type { DrawList } from '../../../kernels/level-of-detail/draw-list.ts';
import type { MapAxis, PlacedRows } from '../../../kernels/map-layout/axis.ts';
import type { KindInk } from '../../../theme/kind-style.ts';
import type { Colouring } from '../colouring.ts';
import type { MapModel } from '../map-model.ts';
import type { MapGeometry } from './geometry.ts';
import type { MapInks } from './map-inks.ts';
import type { MapFonts, TextRuler } from './text.ts';

/** A named stretch inside a region: a section, a stack frame. */
export interface InnerSpan {
  readonly start: Address;
  readonly end: Address;
  readonly label: string;
}

/** A mark with its place on the panel. */
export interface PlacedMark {
  readonly kind: Mark['kind'] | 'cursor';
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
  readonly selection: AddressRange | undefined;
  readonly changes: readonly MapChange[];
  /** 1 right after a change, falling to 0. */
  readonly flash: number;
  /** The target is gone, or the host is: this is the last picture. */
  readonly stale: boolean;
  yOf(address: bigint): number;
  /** What is known of the inside of a region; asks for it when it is not. */
  spansOf(region: Region): readonly InnerSpan[];
  /** A second line for a block that has room for one. */
  detailOf(region: Region): string;
}

export function rowInk(scene: Scene, row: number): KindInk {
  return scene.colouring.classes[scene.colouring.classOfRow[row] ?? 0]?.ink ?? 'gap';
}

/** Hidden classes stay as a shadow: the order and the sizes of the map must remain true. */
export function rowAlpha(scene: Scene, row: number): number {
  if (scene.hidden.size === 0) return 1;
  return scene.hidden.has(scene.colouring.classes[scene.colouring.classOfRow[row] ?? 0]?.id ?? '') ? 0.18 : 1;
}
