import type { Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { Surface, type SurfaceSize } from '../../canvas/surface.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';
import { cellX, columnAt, hexColumns, type HexColumns } from '../../kernels/hex-columns.ts';
import type { CursorState } from '../../state/cursor-store.ts';
import type { AppState } from '../../state/app-state.ts';
import { Notices } from '../../state/notices.ts';
import { MOVED_BY_SESSION } from '../../state/first-place.ts';
import { onThemeChange } from '../../theme/theme-colours.ts';
import { VALUE_SHAPE, type ValueKind } from '../../kernels/hex-values.ts';
import { copyText, hexOf } from './copy-bytes.ts';
import { DiskCache } from './disk-cache.ts';
import { EditController } from './edit-controller.ts';
import { forgetTextWidths } from './hex-ink.ts';
import { clampAddress, edgeOf, hexMove, skipGap } from './hex-keys.ts';
import { firstPlaceOf } from './first-place.ts';
import { HexModel, type PlacedItem } from './hex-model.ts';
import { pointerAt } from './hex-overlay.ts';
import { HexEditMode } from './hex-edit-mode.ts';
import { paintHex } from './hex-paint.ts';
import { READ_ANYWAY_PX } from './hex-paint-notes.ts';
import { PlaceMemo, type HexPlace } from './hex-place.ts';
import { readHexPalette, type HexPalette } from './hex-palette.ts';
import type { NoteHit } from './hex-scene.ts';
import { NamesCache } from './names-cache.ts';
import { pageStateWords } from './page-state-words.ts';
import { PointeeCache } from './pointee-cache.ts';
import type { TextMode } from './text-cells.ts';

/** Who a cursor move came from, so that the view that made it does not scroll under the pointer. */
export const MOVED_BY = 'memory';

export interface HexOptions {
  readonly rowBytes: 0 | 8 | 16 | 32;
  readonly unitBytes: 1 | 2 | 4 | 8;
  readonly foldZeros: boolean;
  readonly showChanges: boolean;
  readonly showSymbols: boolean;
  readonly showDisk: boolean;
  readonly bigEndian: boolean;
  readonly textMode: TextMode;
  readonly valueKind: ValueKind;
}

/** What lies under the pointer. */
export interface HexHit {
  readonly placed: PlacedItem;
  /** Undefined where no byte is: a heading, the address column. */
  readonly address: Address | undefined;
}

/** Joins the hex model with the stores and a canvas. Owns no React state; tells the panel when rows moved through `onView`. */
export class HexController {
  readonly #app: AppState;
  readonly #surface: Surface;
  readonly #names: NamesCache;
  readonly #disk: DiskCache;
  readonly #pointees: PointeeCache;
  readonly #notices: Notices;
  readonly #kindVariable: (kind: string) => string;
  readonly #disposers: (() => void)[] = [];
  readonly #viewListeners = new Set<() => void>();
  #palette: HexPalette;
  #options: HexOptions;
  #columns: HexColumns = hexColumns(800, 16, 1);
  #focused = false;
  #selectFrom: Address | undefined;
  /** A locked view goes where its expression goes, not where the cursor goes. */
  #locked = false;
  #noteHits: NoteHit[] = [];
  #shown: readonly PlacedItem[] = [];
  readonly #places = new PlaceMemo();
  readonly model: HexModel;
  readonly edits: EditController;
  readonly editMode: HexEditMode;

  constructor(app: AppState, canvas: HTMLCanvasElement, options: HexOptions, kindVariable: (kind: string) => string) {
    this.#app = app;
    this.#options = options;
    this.#kindVariable = kindVariable;
    this.#palette = readHexPalette(canvas);
    this.#notices = new Notices(app.session);
    this.#names = new NamesCache(app.clients, () => this.#redraw(), (error) => this.#tell(error));
    this.#disk = new DiskCache(app.clients, () => this.#redraw(), (error) => this.#tell(error));
    this.#pointees = new PointeeCache(app.clients, () => this.#redraw(), (error) => this.#tell(error));
    this.edits = new EditController(app, this.#notices);
    this.editMode = new HexEditMode(app, this.edits, () => this.#redraw(), (cursor) => this.#moveTo(clampAddress(cursor + 1n), false, cursor));
    this.model = new HexModel(app.memory, this.#names, { disk: this.#disk, pointees: this.#pointees });
    this.#surface = new Surface(canvas, {
      draw: (context: CanvasRenderingContext2D, size: SurfaceSize) => this.#draw(context, size),
      resized: (size) => this.#resized(size),
    });
    this.#disposers.push(
      onThemeChange(() => this.#themeChanged()),
      app.memory.onChange(() => this.#redraw()),
      app.search.subscribe((now, before) => {
        if (now.marks !== before.marks) this.#redraw();
      }),
      app.session.subscribe(() => this.#takeSession()),
      app.fault.subscribe(() => this.#takeSession()),
      app.cursor.subscribe((now, before) => this.#takeCursor(now.movedBy === MOVED_BY && now.address === before.address)),
    );
    this.setOptions(options);
    this.#takeSession();
    this.#takeCursor(false);
    // Canvas text drawn before the web font is there keeps the fallback's look until the next draw.
    document.fonts.ready.then(forgetTextWidths).then(() => this.#redraw()).catch((error: unknown) => this.#tell(error));
  }

  get columns(): HexColumns {
    return this.#columns;
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
    this.edits.dispose();
    this.#surface.dispose();
  }

  /** Called after each draw: headings, scrollbar and the screen-reader rows follow. */
  onView(listener: () => void): () => void {
    this.#viewListeners.add(listener);
    return () => this.#viewListeners.delete(listener);
  }

  setOptions(options: HexOptions): void {
    this.#options = options;
    this.#layColumns(this.#surface.size.widthCssPx || 800);
    this.model.foldZeros = options.foldZeros;
    this.model.showChanges = options.showChanges;
    this.model.showSymbols = options.showSymbols;
    this.model.showDisk = options.showDisk;
    this.#redraw();
  }

  #layColumns(widthPx: number): void {
    const { rowBytes, unitBytes, valueKind } = this.#options;
    this.#columns = hexColumns(widthPx, rowBytes, unitBytes, VALUE_SHAPE[valueKind]);
    this.model.rowBytes = this.#columns.rowBytes;
    // 6.6 px is a character of the notes' 11 px type.
    this.model.noteChars = Math.max(16, Math.floor((widthPx - 16 - this.#columns.notesX) / 6.6));
  }

  setLocked(locked: boolean): void {
    this.#locked = locked;
  }

  /** Scrolls without moving the cursor. */
  show(address: Address): void {
    this.model.reveal(address);
    this.#redraw();
  }

  setFocused(focused: boolean): void {
    this.#focused = focused;
    this.#redraw();
  }

  #themeChanged(): void {
    this.#palette = readHexPalette(this.#surface.canvas);
    this.#redraw();
  }

  scrollByPx(deltaPx: number): void {
    this.model.scrollByPx(deltaPx);
    this.#redraw();
  }

  scrollToPage(page: PageNumber, fraction: number): void {
    this.model.scrollToPage(page, fraction);
    this.#redraw();
  }

  hitAt(x: number, y: number): HexHit | undefined {
    const placed = this.model.visibleItems().find(({ item, topPx }) => y >= topPx && y < topPx + item.heightPx);
    if (placed === undefined) return undefined;
    const { item } = placed;
    const column = columnAt(this.#columns, x);
    if (item.kind === 'row') {
      const index = (column ?? item.firstColumn) - item.firstColumn;
      const inRow = column !== undefined && index >= 0 && index < item.byteCount;
      return { placed, address: inRow ? ((item.start + BigInt(index - (index % this.#options.unitBytes))) as Address) : undefined };
    }
    if (item.kind === 'fold' || item.kind === 'state-row') return { placed, address: item.start };
    return { placed, address: undefined };
  }

  /** A click: puts the cursor there, or reads a page on its "Read anyway". */
  press(x: number, y: number, options: { readonly extend: boolean; readonly follow: boolean }): void {
    const hit = this.hitAt(x, y);
    if (hit === undefined) return;
    const { item } = hit.placed;
    if (item.kind === 'page-note' && pageStateWords(item.state).canRead && x >= this.#columns.widthPx - READ_ANYWAY_PX - 6) {
      this.#app.memory.touch(pageOf(item.start)).catch((error: unknown) => this.#tell(error));
      return;
    }
    const note = this.#noteHits.find(({ left, right, y: middle }) => x >= left && x < right && Math.abs(y - middle) <= 8);
    if (note !== undefined) return this.#app.cursor.goTo(note.leadsTo, 'pointer');
    if (hit.address === undefined) return;
    if (options.extend) this.#extendTo(hit.address);
    else {
      this.#selectFrom = hit.address;
      this.#app.cursor.select(undefined);
      this.#app.cursor.goTo(hit.address, MOVED_BY);
      if (options.follow) this.follow();
    }
  }

  /** The pointer moved with the button down. */
  drag(x: number, y: number): void {
    const address = this.hitAt(x, y)?.address;
    if (address !== undefined && address !== this.#selectFrom) this.#extendTo(address);
  }

  /** True when the key was ours. */
  key(event: KeyboardEvent): boolean {
    if (this.editMode.key(event)) return true;
    const move = hexMove(event, this.model.rowBytes, Math.floor(this.model.viewportPx / 18), this.#options.unitBytes);
    const cursor = this.#app.cursor.getState().address;
    if (move === undefined || cursor === undefined) return false;
    switch (move.kind) {
      case 'by':
        this.#moveTo(clampAddress(cursor + move.bytes), move.extend, cursor);
        return true;
      case 'edge':
        this.#moveTo(edgeOf(this.model.regions, this.model.rowBytes, cursor, move.edge), move.extend, cursor);
        return true;
      case 'follow':
        return this.follow();
      case 'clear-selection':
        this.#app.cursor.select(undefined);
        return true;
      case 'copy':
        void copyText(this.#app, hexOf(this.chosenRange(), this.#app.memory), 'Copied as hex.');
        return true;
    }
  }

  /** Moves the cursor to where the pointer under it points; false when it is none. */
  follow(): boolean {
    const cursor = this.#app.cursor.getState().address;
    const target = cursor === undefined ? undefined : this.pointerUnder(cursor);
    if (target === undefined) return false;
    this.#app.cursor.goTo(target, 'pointer');
    return true;
  }

  pointerUnder(address: Address): Address | undefined {
    const unit = this.model.unitAt(this.model.unitPageOf(pageOf(address)));
    if (unit.cells === undefined) return undefined;
    return pointerAt(unit.cells, Number(address - pageStart(unit.page)), this.model.regions);
  }

  get cursor(): CursorState {
    return this.#app.cursor.getState();
  }

  /** What a byte belongs to, as far as names have come. */
  placeAt(address: Address): HexPlace {
    return this.#places.at(address, this.model.unitAt(this.model.unitPageOf(pageOf(address))), this.#names.namesOf(pageOf(address)));
  }

  /** Why variables on screen have no type. */
  typeProblems(): readonly string[] {
    const pages = new Set(this.#shown.map(({ unit }) => unit.page));
    return [...new Set([...pages].flatMap((page) => this.#names.namesOf(page).problems))];
  }

  /** Where the byte at the cursor stands in the view; undefined when it is not on screen. */
  cursorBox(): { readonly x: number; readonly y: number } | undefined {
    const { address } = this.cursor;
    const found = this.#shown.find(({ item }) => address !== undefined && item.kind === 'row' && item.start <= address && address < item.start + BigInt(item.byteCount));
    return found?.item.kind === 'row' ? { x: cellX(this.#columns, found.item.firstColumn + Number((address ?? 0n) - found.item.start)), y: found.topPx } : undefined;
  }

  /** A click with the other button: the selection stays when it was hit, else the cursor goes there. */
  aim(x: number, y: number): void {
    const address = this.hitAt(x, y)?.address;
    const { selection } = this.cursor;
    if (address === undefined || (selection !== undefined && address >= selection.start && address < selection.end)) return;
    this.#selectFrom = address;
    this.#app.cursor.select(undefined);
    this.#app.cursor.goTo(address, MOVED_BY);
  }

  /** The selection, or the byte at the cursor. */
  chosenRange(): { readonly start: Address; readonly end: Address } | undefined {
    const { address, selection } = this.#app.cursor.getState();
    return selection ?? (address === undefined ? undefined : { start: address, end: (address + 1n) as Address });
  }

  #extendTo(address: Address): void {
    const from = this.#selectFrom ?? this.#app.cursor.getState().address ?? address;
    this.#selectFrom = from;
    const unit = BigInt(this.#options.unitBytes);
    const [low, high] = from <= address ? [from, address] : [address, from];
    this.#app.cursor.select({ start: low, end: (high + unit) as Address });
    this.#app.cursor.nudge(address, MOVED_BY);
    this.model.reveal(address);
  }

  #moveTo(address: Address, extend: boolean, from: Address): void {
    if (extend) {
      this.#selectFrom ??= from;
      this.#extendTo(address);
      return;
    }
    this.#selectFrom = undefined;
    this.#app.cursor.select(undefined);
    this.#app.cursor.nudge(skipGap(this.model.regions, address, address > from), MOVED_BY);
    this.model.reveal(this.#app.cursor.getState().address ?? address);
  }

  #takeSession(): void {
    const view = this.#app.session.getState();
    const sessionId = view.session?.sessionId;
    for (const cache of [this.#names, this.#disk, this.#pointees]) cache.setSession(sessionId);
    if (sessionId === undefined) this.model.clear();
    if (view.regions !== this.model.regions) {
      this.model.regions = view.regions;
      this.#names.refresh();
      this.#disk.refresh();
    }
    const generation = view.map?.generation ?? 0;
    if (generation !== this.model.generation) this.#pointees.refresh();
    this.model.generation = generation;
    this.model.fault = this.#app.fault.getState().site;
    if (this.model.anchor === undefined && view.regions !== undefined) this.#firstView();
    this.#redraw();
  }

  /** Where to begin when nobody has said: the program's initialised data, else its first byte. */
  #firstView(): void {
    const { address: cursor, movedBy } = this.#app.cursor.getState();
    if (cursor !== undefined) return movedBy === MOVED_BY_SESSION ? this.model.beginAt(cursor) : this.model.reveal(cursor);
    const first = firstPlaceOf(this.model.regions);
    if (first !== undefined) this.model.scrollToPage(pageOf(first));
  }

  #takeCursor(ownNudge: boolean): void {
    const { address, movedBy } = this.#app.cursor.getState();
    const moved = address !== this.model.cursor;
    this.model.cursor = address;
    if (moved) this.editMode.forgetDigit();
    if (address !== undefined && moved && !ownNudge && movedBy !== MOVED_BY && !this.#locked) {
      if (movedBy === MOVED_BY_SESSION) this.model.beginAt(address);
      else this.model.reveal(address);
    }
    this.#redraw();
  }

  #resized(size: SurfaceSize): void {
    this.model.viewportPx = size.heightCssPx;
    this.#layColumns(size.widthCssPx);
  }

  #redraw(): void {
    this.#surface.invalidate();
  }

  #draw(context: Pen, size: SurfaceSize): void {
    const view = this.#app.session.getState();
    this.#noteHits = [];
    const items = this.model.visibleItems();
    this.#shown = items;
    const patched = new Set<Address>();
    for (const { unit } of items) for (const byte of this.#app.memory.pageAt(unit.page)?.patched ?? []) patched.add(byte.address);
    paintHex(context, {
      items,
      columns: this.#columns,
      palette: this.#palette,
      regions: this.model.regions,
      cursor: this.#app.cursor.getState().address,
      selection: this.#app.cursor.getState().selection,
      bigEndian: this.#options.bigEndian,
      textMode: this.#options.textMode,
      valueKind: this.#options.valueKind,
      edit: this.editMode.state,
      noteHits: this.#noteHits,
      focused: this.#focused,
      patched,
      found: this.#app.search.getState().marks,
      fault: this.model.fault,
      stale: view.map?.stale === true || view.connection === 'lost',
      kindColour: (kind) => this.#palette.kind(this.#kindVariable(kind)),
    }, size.widthCssPx, size.heightCssPx);
    const wanted = this.model.wantedPages(items);
    if (wanted !== undefined) this.#app.memory.want(wanted.first, wanted.count);
    for (const listener of this.#viewListeners) listener();
  }

  #tell(error: unknown): void {
    const facts = errorFacts(error);
    // A question asked as the process ended or the window lost its host is no news to the user: the session says what happened.
    if (facts.code !== 'connection-lost' && facts.code !== 'process-exited' && facts.code !== 'no-such-session') this.#notices.error(error);
  }
}
