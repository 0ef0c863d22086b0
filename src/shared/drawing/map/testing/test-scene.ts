import { toAddress } from '../../../address/address.ts';
import type { RegionTable } from '../../../model/region-table.ts';
import type { MapChange } from '../../../model/map-change.ts';
import type { Mark } from '../../../model/mark.ts';
import type { Camera } from '../../camera/camera.ts';
import { DrawList } from '../../level-of-detail/draw-list.ts';
import { KIND_INKS, type KindInk } from '../../kind-style.ts';
import type { Palette } from '../../palette.ts';
import { colourBy, type ColouringName } from '../colouring.ts';
import { homeCamera } from '../map-camera.ts';
import { buildModel } from '../map-model.ts';
import { NO_INSIDES, type MapInsides } from '../insides.ts';
import { buildScene, EMPTY_WORLD } from '../map-scene.ts';
import { mapGeometry, PADDING_PX } from '../paint/geometry.ts';
import { mapInks } from '../paint/map-inks.ts';
import type { Scene } from '../paint/scene.ts';
import { mapFonts, TextRuler } from '../paint/text.ts';

export interface SceneOptions {
  readonly scale?: 'schematic' | 'true';
  readonly camera?: Camera;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly colouring?: ColouringName;
  readonly hidden?: ReadonlySet<string>;
  readonly marks?: readonly Mark[];
  readonly changes?: readonly MapChange[];
  readonly hits?: readonly bigint[];
  readonly cursor?: bigint;
  readonly insides?: Partial<MapInsides>;
}

/** Every ink a colour of its own, so that a draw log says what was drawn with which. */
const kind = Object.fromEntries(KIND_INKS.map((ink, i) => [ink, `#${(0x101010 + i * 0x0b0b0b).toString(16)}`])) as Record<KindInk, string>;
export const TEST_COLOURS: Palette = {
  kind, bg: '#000000', panel: '#111111', raised: '#222222', hover: '#333333', line: '#444444', line2: '#555555', fg: '#eeeeee', fg2: '#cccccc', fg3: '#aaaaaa', accent: '#0000ff',
  onAccent: '#ffffff', ok: '#00ff00', warn: '#ffff00', bad: '#ff0000', chg: '#ff8800', disk: '#ff00ff', wash: 0.2, light: false, sans: 'sans', mono: 'mono',
};

/** The scene of a map at the size of the default panel, without a browser. */
export function sceneOf(table: RegionTable, options: SceneOptions = {}): Scene {
  const widthPx = options.widthPx ?? 380;
  const heightPx = options.heightPx ?? 890;
  const model = buildModel(table, heightPx - 2 * PADDING_PX);
  const axis = options.scale === 'true' ? model.linear : model.schematic;
  return buildScene({
    world: {
      ...EMPTY_WORLD, marks: options.marks ?? [], changes: options.changes ?? [], hits: (options.hits ?? []).map(toAddress),
      cursor: options.cursor === undefined ? undefined : toAddress(options.cursor),
    },
    model, axis, camera: options.camera ?? homeCamera(axis, heightPx), motion: undefined, colouring: colourBy(options.colouring ?? 'kind', table),
    hidden: options.hidden ?? new Set(), list: new DrawList(), geometry: mapGeometry(widthPx, heightPx), inks: mapInks(TEST_COLOURS, undefined), fonts: mapFonts('sans', 'mono'),
    ruler: new TextRuler(), insides: { ...NO_INSIDES, ...options.insides }, barPx: 1,
  });
}
