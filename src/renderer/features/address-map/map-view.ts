import type { Address } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { MapSnapshot } from '../../../shared/rpc/contracts/map.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { frames, type FrameTask } from '../../canvas/frame-scheduler.ts';
import { patternTile } from '../../canvas/pattern-tiles.ts';
import { prefersReducedMotion } from '../../canvas/reduced-motion.ts';
import { markFirstPicture } from '../../canvas/first-picture.ts';
import { Surface } from '../../canvas/surface.ts';
import { pointAt, yOf, type Camera } from '../../../shared/drawing/camera/camera.ts';
import { DrawList } from '../../../shared/drawing/level-of-detail/draw-list.ts';
import type { MapAxis } from '../../../shared/drawing/map-layout/axis.ts';
import type { AppState } from '../../state/app-state.ts';
import { onThemeChange, themeColours } from '../../theme/theme-colours.ts';
import { hitAt, type Hit } from '../../../shared/drawing/map/hit.ts';
import type { ColouringName } from '../../../shared/drawing/map/colouring.ts';
import { centredOn, homeCamera, inScale, isHome, panned, settle, showing, zoomed } from '../../../shared/drawing/map/map-camera.ts';
import { buildModel, type MapModel } from '../../../shared/drawing/map/map-model.ts';
import { ChangeLog } from './change-log.ts';
import { LiveResidency } from './live-residency.ts';
import { MapColours, type RowResidency } from './map-colours.ts';
import { MapMotion } from './map-motion.ts';
import { buildScene } from '../../../shared/drawing/map/map-scene.ts';
import { MapUiStore } from './map-ui-store.ts';
import { mapGeometry, PADDING_PX } from '../../../shared/drawing/map/paint/geometry.ts';
import { mapInks, type MapInks } from '../../../shared/drawing/map/paint/map-inks.ts';
import { paintHover } from '../../../shared/drawing/map/paint/paint-hover.ts';
import { CALLOUT_PX, type Callout } from '../../../shared/drawing/map/paint/callouts.ts';
import { paintMap } from '../../../shared/drawing/map/paint/paint-map.ts';
import type { Scene } from '../../../shared/drawing/map/paint/scene.ts';
import { MapWords } from './map-words.ts';
import { mapFonts, TextRuler } from '../../../shared/drawing/map/paint/text.ts';
import { LiveInsides } from './map-insides.ts';
import { worldOf } from './map-world.ts';

export interface MapElements {
  readonly base: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  /** Takes what the picture shows, in words. */
  readonly words: HTMLElement;
}

/** Steps of Enter that Backspace walks back. */
const BACK_LIMIT = 50;

/**
 * The map without React: holds the camera, hears the stores, draws. One base canvas for the picture and one above it for what the pointer does, so that a moving mouse repaints a frame and not
 * the map.
 */
export class MapView {
  readonly ui: MapUiStore;
  readonly #app: AppState;
  readonly #base: Surface;
  readonly #overlay: Surface;
  readonly #ruler = new TextRuler();
  readonly #list = new DrawList();
  readonly #motion = new MapMotion();
  readonly #insides: LiveInsides;
  readonly #log = new ChangeLog();
  readonly #colours: MapColours;
  readonly #words: MapWords;
  readonly #ends: (() => void)[];
  readonly #animate: FrameTask = { phase: 'animate', run: (nowMs) => this.#step(nowMs) };
  #inks: MapInks | undefined;
  #inksRatio = 0;
  #snapshot: MapSnapshot | undefined;
  #sessionId: string | undefined;
  #model: MapModel | undefined;
  #modelHeight = 0;
  #camera: Camera = { address: 0n, fraction: 0, atPx: 0, zoom: 1 };
  #scene: Scene | undefined;
  /** Names beside the blocks, as last drawn. */
  #callouts: readonly Callout[] = [];
  #hoverRow = -1;
  #back: Camera[] = [];

  constructor(elements: MapElements, app: AppState) {
    this.#app = app;
    this.ui = new MapUiStore(app.settings.getState().mapScale);
    this.#insides = new LiveInsides(app, () => this.#redraw());
    this.#colours = new MapColours(this.#log, new LiveResidency(app, () => this.#recolour()), () => this.#recoloured());
    this.#words = new MapWords(elements.words, () => (this.#motion.isRunning ? undefined : this.#scene), (level) => {
      if (level !== this.ui.state.level) this.ui.update({ level });
    });
    this.#base = new Surface(elements.base, { draw: (context) => this.#draw(context), resized: () => this.#resized() });
    this.#overlay = new Surface(elements.overlay, { draw: (context) => this.#drawOverlay(context) });
    this.#ends = [
      app.session.subscribe((now, before) => {
        if (now.regions !== before.regions || now.map !== before.map) this.#takeMap(now.map, now.regions);
        else if (now.frames !== before.frames || now.connection !== before.connection) this.#redraw();
      }),
      app.cursor.subscribe((now, before) => {
        if (now.address !== before.address && now.address !== undefined && now.movedBy !== 'map') this.#reveal(now.address);
        if (now.address !== before.address || now.selection !== before.selection) this.#redraw();
      }),
      app.settings.subscribe((now) => this.setScale(now.mapScale)),
      app.search.subscribe((now, before) => {
        if (now.marks !== before.marks) this.#redraw();
      }),
      app.fault.subscribe((now, before) => {
        if (now.site !== before.site) this.#redraw();
      }),
      app.memory.onChange(() => {
        if (this.#insides.showsBytes) this.#redraw();
      }),
      onThemeChange(() => this.#newInks()),
    ];
    // Text measured before the fonts are there has other widths.
    void document.fonts.ready.then(() => {
      this.#ruler.clear();
      this.#redraw();
    });
    const { map, regions } = app.session.getState();
    this.#takeMap(map, regions);
  }

  dispose(): void {
    for (const end of this.#ends) end();
    frames.cancel(this.#animate);
    this.#colours.dispose();
    this.#words.dispose();
    this.#base.dispose();
    this.#overlay.dispose();
  }

  get heightPx(): number {
    return this.#base.size.heightCssPx;
  }

  get widthPx(): number {
    return this.#base.size.widthCssPx;
  }

  /** The picture as last drawn; undefined before the first. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  get table(): RegionTable | undefined {
    return this.#model?.table;
  }

  rowAt(y: number): number {
    return this.#scene?.placed.rowAt(y) ?? -1;
  }

  regionAt(y: number): Region | undefined {
    const row = this.rowAt(y);
    return row < 0 ? undefined : this.#scene?.model.table.rowAt(row);
  }

  /** What is drawn at a point of the panel. */
  hitAt(x: number, y: number): Hit | undefined {
    return this.#scene && hitAt(this.#scene, x, y);
  }

  /** The name beside the blocks that lies at a point of the panel. */
  calloutAt(x: number, y: number): Callout | undefined {
    if (!this.#scene || x < this.#scene.geometry.gutterX) return undefined;
    return this.#callouts.find((one) => y >= one.top && y < one.top + CALLOUT_PX);
  }

  /** How much of a region is in memory; undefined while it is not known. */
  residencyOf(row: number): RowResidency | undefined {
    return this.#colours.residencyOf(row);
  }

  // ── moving ──────────────────────────────────────────────────────────────────────────────────────────────────────

  zoomAt(y: number, factor: number, animated = false): void {
    const axis = this.#axis;
    if (!axis) return;
    // A wheel turned during a move goes on from where the move was heading, or turns would be lost.
    this.#go(zoomed(axis, animated ? (this.#motion.destination ?? this.#camera) : this.#camera, y, factor, this.heightPx), animated);
  }

  /** Zooms about the cursor where it is on the panel, else about the middle. */
  zoomBy(factor: number): void {
    const axis = this.#axis;
    if (!axis) return;
    const { address } = this.#app.cursor.getState();
    const y = address === undefined ? -1 : yOf(axis, this.#camera, { address, fraction: 0.5 });
    const onPanel = y >= 0 && y <= this.heightPx;
    if (!onPanel && address !== undefined && factor > 1) this.#go(zoomed(axis, centredOn(axis, this.#camera, address, this.heightPx), this.heightPx / 2, factor, this.heightPx), true);
    else this.zoomAt(onPanel ? y : this.heightPx / 2, factor, true);
  }

  panBy(downPx: number, animated = false): void {
    const axis = this.#axis;
    if (axis) this.#go(panned(axis, this.#camera, downPx, this.heightPx), animated);
  }

  centreOn(address: bigint): void {
    const axis = this.#axis;
    if (axis) this.#go(centredOn(axis, this.#camera, address, this.heightPx), false);
  }

  showRange(range: AddressRange): void {
    const axis = this.#axis;
    if (!axis) return;
    this.#back = [...this.#back, this.#camera].slice(-BACK_LIMIT);
    this.#go(showing(axis, range, this.heightPx), true);
  }

  /** The range fills the panel, or more than that. */
  isShowing(range: AddressRange): boolean {
    const axis = this.#axis;
    return axis !== undefined && (this.#motion.destination ?? this.#camera).zoom >= showing(axis, range, this.heightPx).zoom * 0.999;
  }

  back(): void {
    const axis = this.#axis;
    const last = this.#back.pop();
    if (!axis) return;
    if (last) this.#go(settle(axis, last, this.heightPx), true);
    else if (isHome(axis, this.#camera)) this.#go(zoomed(axis, this.#camera, this.heightPx / 2, 0.25, this.heightPx), true);
    else this.fit();
  }

  fit(): void {
    const axis = this.#axis;
    this.#back = [];
    if (axis) this.#go(homeCamera(axis, this.heightPx), true);
  }

  setScale(scale: 'schematic' | 'true'): void {
    const from = this.#axis;
    if (this.ui.state.scale === scale) return;
    const placed = this.#scene?.placed;
    this.ui.update({ scale });
    const to = this.#axis;
    if (!from || !to || !placed) return;
    const { address } = this.#app.cursor.getState();
    const atHome = isHome(from, this.#camera);
    const y = address === undefined ? -1 : yOf(from, this.#camera, { address, fraction: 0 });
    const focus = address !== undefined && y >= 0 && y <= this.heightPx ? { address, fraction: 0 } : pointAt(from, this.#camera, this.heightPx / 2);
    this.#back = [];
    this.#motion.stopMove();
    this.#camera = atHome ? homeCamera(to, this.heightPx) : inScale(from, to, this.#camera, focus, this.heightPx);
    this.#motion.morphFrom(placed, performance.now(), prefersReducedMotion());
    this.#redraw();
  }

  setColouring(name: ColouringName): void {
    this.#colours.setName(name);
    this.ui.update({ colouring: name, hidden: new Set() });
    this.#recoloured();
  }

  toggleClass(id: string): void {
    const hidden = new Set(this.ui.state.hidden);
    if (!hidden.delete(id)) hidden.add(id);
    this.ui.update({ hidden });
    this.#redraw();
  }

  hover(y: number | undefined): number {
    const row = y === undefined ? -1 : this.rowAt(y);
    if (row !== this.#hoverRow) {
      this.#hoverRow = row;
      this.#overlay.invalidate();
    }
    return row;
  }

  // ── data ────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #axis(): MapAxis | undefined {
    return this.ui.state.scale === 'schematic' ? this.#model?.schematic : this.#model?.linear;
  }

  #takeMap(snapshot: MapSnapshot | undefined, table: RegionTable | undefined): void {
    const sessionId = this.#app.session.getState().session?.sessionId;
    const another = sessionId !== this.#sessionId || this.#model === undefined;
    const newer = !another && snapshot !== undefined && this.#snapshot !== undefined && snapshot.generation !== this.#snapshot.generation;
    if (sessionId !== this.#sessionId) this.#log.clear();
    this.#sessionId = sessionId;
    this.#snapshot = snapshot;
    if (snapshot) this.#log.take(snapshot, performance.now());
    if (!snapshot || !table || table.length === 0) {
      this.#model = undefined;
      this.#scene = undefined;
      this.#colours.setTable(undefined, 0);
      this.ui.update({ hasMap: false, classes: [], changes: [] });
      this.#redraw();
      return;
    }
    this.#relayout(table, another);
    if (snapshot.changes.length > 0) this.#insides.mapChanged();
    this.#colours.setTable(table, snapshot.generation);
    this.ui.update({ hasMap: true, classes: this.#colours.colouring?.classes ?? [], changes: this.#log.changes });
    if (newer && snapshot.changes.length > 0) this.#motion.startFlash(performance.now(), prefersReducedMotion());
    this.#redraw();
  }

  #recolour(): void {
    this.#colours.refresh();
    this.#recoloured();
  }

  #recoloured(): void {
    this.ui.update({ classes: this.#colours.colouring?.classes ?? [] });
    this.#redraw();
  }

  /** New heights under the same camera: its point stays where it is on the panel, and a view of everything stays one. */
  #relayout(table: RegionTable, home: boolean): void {
    const old = this.#axis;
    const wasHome = home || !old || isHome(old, this.#camera);
    this.#model = buildModel(table, Math.max(60, this.heightPx - 2 * PADDING_PX));
    this.#modelHeight = this.heightPx;
    const axis = this.#axis;
    if (!axis) return;
    if (wasHome) this.#motion.stopMove();
    this.#camera = wasHome ? homeCamera(axis, this.heightPx) : settle(axis, this.#camera, this.heightPx);
  }

  #resized(): void {
    if (this.#model && this.#modelHeight !== this.heightPx && this.heightPx > 0) this.#relayout(this.#model.table, this.#modelHeight === 0);
    this.#redraw();
  }

  #newInks(): void {
    this.#inks = undefined;
    this.#redraw();
  }

  #reveal(address: Address): void {
    const axis = this.#axis;
    if (!axis || isHome(axis, this.#camera)) return;
    const y = yOf(axis, this.#motion.destination ?? this.#camera, { address, fraction: 0.5 });
    if (y < 0 || y > this.heightPx) this.#go(centredOn(axis, this.#camera, address, this.heightPx), true);
  }

  // ── frames ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #go(camera: Camera, animated: boolean): void {
    const axis = this.#axis;
    if (!axis) return;
    this.#camera = this.#motion.moveTo(axis, this.#camera, camera, performance.now(), !animated || prefersReducedMotion());
    this.#redraw();
  }

  #redraw(): void {
    this.#base.invalidate();
    if (this.#hoverRow >= 0) this.#overlay.invalidate();
    if (this.#motion.isRunning) frames.request(this.#animate);
  }

  #step(nowMs: number): void {
    this.#camera = this.#motion.step(nowMs) ?? this.#camera;
    this.#redraw();
  }

  #draw(context: CanvasRenderingContext2D): void {
    const axis = this.#axis;
    const { colouring } = this.#colours;
    if (!this.#model || !axis || !colouring) return;
    const { widthCssPx, heightCssPx, ratio } = this.#base.size;
    if (!this.#inks || this.#inksRatio !== ratio) {
      this.#inks = mapInks(themeColours(), (pattern, line, ground) => patternTile(pattern, line, ground, ratio));
      this.#inksRatio = ratio;
    }
    this.#insides.beginFrame();
    this.#scene = buildScene({
      world: worldOf(this.#app), model: this.#model, axis, camera: this.#camera, motion: this.#motion, colouring, hidden: this.ui.state.hidden, list: this.#list,
      geometry: mapGeometry(widthCssPx, heightCssPx), inks: this.#inks, fonts: mapFonts(this.#inks.colours.sans, this.#inks.colours.mono), ruler: this.#ruler, insides: this.#insides,
      barPx: 1 / ratio,
    });
    this.#callouts = paintMap(context, this.#scene).callouts;
    this.#words.tellSoon();
    markFirstPicture();
  }

  #drawOverlay(context: CanvasRenderingContext2D): void {
    if (this.#scene && this.#hoverRow >= 0) paintHover(context, this.#scene, this.#hoverRow);
  }
}
