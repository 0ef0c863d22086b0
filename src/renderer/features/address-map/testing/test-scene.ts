import { toAddress } from '../../../../shared/address/address.ts';
import type { FrameExtent } from '../../../../shared/model/debug.ts';
import type { RegionTable } from '../../../../shared/model/region-table.ts';
import type { MapChange, Mark } from '../../../../shared/rpc/contracts/map.ts';
import type { Camera } from '../../../kernels/camera/camera.ts';
import { DrawList } from '../../../kernels/level-of-detail/draw-list.ts';
import { createCursorStore } from '../../../state/cursor-store.ts';
import { createSessionStore } from '../../../state/session-store.ts';
import { KIND_INKS, type KindInk } from '../../../theme/kind-style.ts';
import type { ThemeColours } from '../../../theme/theme-colours.ts';
import { colourBy, type ColouringName } from '../colouring.ts';
import { homeCamera } from '../map-camera.ts';
import { buildModel } from '../map-model.ts';
import { buildScene } from '../map-scene.ts';
import { mapGeometry, PADDING_PX } from '../paint/geometry.ts';
import { mapInks } from '../paint/map-inks.ts';
import type { InnerSpan, Scene } from '../paint/scene.ts';
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
  readonly frames?: readonly FrameExtent[];
  readonly cursor?: bigint;
  readonly spans?: readonly InnerSpan[];
}

/** Every ink a colour of its own, so that a draw log says what was drawn with which. */
const kind = Object.fromEntries(KIND_INKS.map((ink, i) => [ink, `#${(0x101010 + i * 0x0b0b0b).toString(16)}`])) as Record<KindInk, string>;
export const TEST_COLOURS: ThemeColours = {
  kind, bg: '#000000', panel: '#111111', raised: '#222222', hover: '#333333', line: '#444444', line2: '#555555', fg: '#eeeeee', fg2: '#cccccc', fg3: '#aaaaaa', accent: '#0000ff',
  onAccent: '#ffffff', ok: '#00ff00', warn: '#ffff00', bad: '#ff0000', chg: '#ff8800', disk: '#ff00ff', wash: 0.2, light: false, sans: 'sans', mono: 'mono',
};

/** The scene of a map at the size of the default panel, without a browser. */
export function sceneOf(table: RegionTable, options: SceneOptions = {}): Scene {
  const widthPx = options.widthPx ?? 380;
  const heightPx = options.heightPx ?? 890;
  const model = buildModel(table, heightPx - 2 * PADDING_PX);
  const axis = options.scale === 'true' ? model.linear : model.schematic;
  const session = createSessionStore();
  const cursor = createCursorStore();
  if (options.cursor !== undefined) cursor.goTo(toAddress(options.cursor), 'test');
  session.setState({
    regions: table,
    frames: options.frames ?? [],
    map: {
      generation: 1, regions: table.columns, marks: options.marks ?? [], changes: options.changes ?? [], stale: false,
      totals: { mappings: table.length, virtualBytes: 0n, residentBytes: undefined },
    },
  });
  return buildScene({
    app: { session, cursor }, model, axis, camera: options.camera ?? homeCamera(axis, heightPx), motion: undefined, colouring: colourBy(options.colouring ?? 'kind', table),
    hidden: options.hidden ?? new Set(), list: new DrawList(), geometry: mapGeometry(widthPx, heightPx), inks: mapInks(TEST_COLOURS, 1, undefined), fonts: mapFonts('sans', 'mono'),
    ruler: new TextRuler(), spans: { of: () => options.spans ?? [] }, barPx: 1,
  });
}
