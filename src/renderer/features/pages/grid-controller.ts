import { pageOf } from '../../../shared/address/page.ts';
import { Surface } from '../../canvas/surface.ts';
import { GridLayout } from '../../kernels/page-grid/layout.ts';
import { spanAt } from '../../kernels/page-grid/spans.ts';
import type { AppState } from '../../state/app-state.ts';
import { onThemeChange, themeColours } from '../../theme/theme-colours.ts';
import { paintGrid } from './grid-paint.ts';
import type { PagesUi } from './pages-ui-store.ts';
import { countSpans, type SpanCounts } from './residents-paint.ts';
import { pageOfFault } from './row-facts.ts';
import { ScrollModel } from './scroll-model.ts';
import { SpineInks } from './spine-inks.ts';
import type { AcceptedPieces } from './use-accepted.ts';
import { addressOfPage, goToPage, MOVED_BY, selectPages, type ScopedPages } from './use-pages.ts';

const MARGIN_PX = 12;
const HEADING_PX = 22;
const FOLD_PX = 16;
const GAP_PX = 8;

export interface GridInput {
  readonly scoped: ScopedPages;
  readonly accepted: AcceptedPieces;
  readonly ui: Pick<PagesUi, 'fold' | 'pagesPerCell' | 'pitchPx'>;
}

/** Pages under the pointer. */
export type GridHit = NonNullable<ReturnType<GridLayout['hit']>>;

/** The page grid: lays out, draws, scrolls, and moves the shared cursor and selection. */
export class GridController {
  readonly scroll = new ScrollModel();
  readonly #app: AppState;
  readonly #surface: Surface;
  readonly #stops: (() => void)[] = [];
  readonly #spines = new SpineInks();
  #input: GridInput | undefined;
  #layout: GridLayout | undefined;
  #counts: SpanCounts | undefined;
  #selectFrom: number | undefined;

  constructor(app: AppState, canvas: HTMLCanvasElement) {
    this.#app = app;
    this.#surface = new Surface(canvas, {
      draw: (context, size) => this.#draw(context, size.widthCssPx, size.heightCssPx, size.ratio),
      resized: () => {
        this.#spines.clear();
        this.#lay(true);
      },
    });
    this.#stops.push(
      this.scroll.subscribe(() => this.#surface.invalidate()),
      app.fault.subscribe((now, before) => {
        if (now.site !== before.site) this.#surface.invalidate();
      }),
      app.cursor.subscribe((now, before) => {
        this.#surface.invalidate();
        if (now.address !== before.address && now.movedBy !== MOVED_BY) this.#reveal();
      }),
      onThemeChange(() => {
        this.#spines.clear();
        this.#surface.invalidate();
      }),
    );
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#surface.dispose();
  }

  get layout(): GridLayout | undefined {
    return this.#layout;
  }

  get cellsPerScreen(): number {
    const layout = this.#layout;
    return layout === undefined ? 1 : Math.max(1, Math.floor(this.scroll.viewportPx / layout.measures.pitchPx) - 1) * layout.cellsPerLine;
  }

  set(input: GridInput): void {
    const before = this.#input;
    this.#input = input;
    if (before?.scoped.picture !== input.scoped.picture) this.#counts = countSpans(input.scoped.picture);
    const { ui, scoped } = input;
    const sameLayout = before !== undefined && before.scoped === scoped && before.ui.fold === ui.fold && before.ui.pagesPerCell === ui.pagesPerCell && before.ui.pitchPx === ui.pitchPx;
    if (sameLayout) this.#surface.invalidate();
    else this.#lay(before === undefined || before.ui.pagesPerCell !== ui.pagesPerCell || before.ui.pitchPx !== ui.pitchPx || before.ui.fold !== ui.fold);
  }

  hitAt(x: number, y: number): GridHit | undefined {
    return this.#layout?.hit(x - MARGIN_PX, y + this.scroll.scrollPx);
  }

  press(x: number, y: number, extend: boolean): void {
    const hit = this.hitAt(x, y);
    if (hit === undefined) return;
    const { address } = this.#app.cursor.getState();
    if (extend && address !== undefined) {
      this.#selectFrom ??= pageOf(address);
      this.#extendTo(hit);
      return;
    }
    this.#selectFrom = hit.endPage - 1;
    const single = hit.kind === 'cell' && hit.endPage - hit.firstPage === 1;
    this.#app.cursor.select(single ? undefined : { start: addressOfPage(hit.firstPage), end: addressOfPage(hit.endPage) });
    goToPage(this.#app, hit.kind === 'heading' ? hit.firstPage : hit.endPage - 1, 'jump');
  }

  drag(x: number, y: number): void {
    const hit = this.hitAt(x, y);
    if (hit !== undefined && hit.kind !== 'heading' && this.#selectFrom !== undefined) this.#extendTo(hit);
  }

  /** Steps through the cells, high addresses first, and from region to region. */
  move(by: number, extend: boolean): void {
    const layout = this.#layout;
    const scoped = this.#input?.scoped;
    const { address } = this.#app.cursor.getState();
    if (layout === undefined || scoped === undefined || address === undefined) return;
    const page = pageOf(address);
    const { spans } = scoped.picture;
    const { pagesPerCell } = layout.measures;
    let span = spanAt(spans, page);
    if (span < 0) return;
    let position = layout.topCell(span) - Math.floor(page / pagesPerCell) + by;
    while (position >= layout.cellCount(span) && span > 0) {
      position -= layout.cellCount(span);
      span--;
    }
    while (position < 0 && span < spans.length - 1) {
      span++;
      position += layout.cellCount(span);
    }
    const cell = layout.cellPages(span, Math.max(0, Math.min(position, layout.cellCount(span) - 1)));
    if (cell === undefined) return;
    if (extend) {
      this.#selectFrom ??= page;
      this.#extendTo({ kind: 'cell', span, ...cell });
    } else {
      this.#selectFrom = undefined;
      this.#app.cursor.select(undefined);
      goToPage(this.#app, cell.endPage - 1, 'step');
    }
    this.#reveal();
  }

  edge(edge: 'first' | 'last'): void {
    const pieces = this.#input?.scoped.pieces;
    if (pieces === undefined || pieces.length === 0) return;
    const last = pieces.length - 1;
    goToPage(this.#app, edge === 'first' ? (pieces.firstPage[last] ?? 0) + (pieces.pageCount[last] ?? 1) - 1 : (pieces.firstPage[0] ?? 0), 'step');
    this.#reveal();
  }

  #extendTo(hit: GridHit): void {
    const from = this.#selectFrom ?? hit.endPage - 1;
    const to = hit.firstPage < from ? hit.firstPage : hit.endPage - 1;
    selectPages(this.#app, from, to);
    goToPage(this.#app, to, 'step');
  }

  #lay(reveal: boolean): void {
    const input = this.#input;
    const { widthCssPx, heightCssPx } = this.#surface.size;
    if (input === undefined || widthCssPx === 0) return;
    const { pagesPerCell, pitchPx, fold } = input.ui;
    this.#layout = new GridLayout(input.scoped.picture.spans, input.scoped.pieces, {
      widthPx: Math.max(pitchPx, widthCssPx - 2 * MARGIN_PX), pagesPerCell, pitchPx, headingPx: HEADING_PX, foldPx: FOLD_PX, gapPx: GAP_PX, fold,
    });
    this.scroll.setSizes(this.#layout.heightPx, heightCssPx);
    if (reveal) this.#reveal();
    this.#surface.invalidate();
  }

  #reveal(): void {
    const { address } = this.#app.cursor.getState();
    const spans = this.#input?.scoped.picture.spans;
    if (address === undefined || spans === undefined) return;
    const span = spanAt(spans, pageOf(address));
    const place = span < 0 ? undefined : this.#layout?.placeOf(span, pageOf(address));
    if (place !== undefined) this.scroll.reveal(place.topPx - HEADING_PX, place.heightPx + 2 * HEADING_PX);
  }

  #draw(context: CanvasRenderingContext2D, widthPx: number, heightPx: number, ratio: number): void {
    const input = this.#input;
    const layout = this.#layout;
    const counts = this.#counts;
    if (input === undefined || layout === undefined || counts === undefined) return;
    const colours = themeColours();
    const { address, selection } = this.#app.cursor.getState();
    paintGrid(context, {
      layout, counts, picture: input.scoped.picture, pieces: input.scoped.pieces, scrollPx: this.scroll.scrollPx, widthPx, heightPx, colours, marginPx: MARGIN_PX,
      faultPage: pageOfFault(this.#app.fault.getState().site),
      cursorPage: address === undefined ? undefined : pageOf(address),
      selected: selection === undefined ? undefined : { firstPage: pageOf(selection.start), endPage: Number((selection.end + 0xfffn) >> 12n) },
      takes: input.accepted.takes,
      spine: (ink, yPx) => this.#spines.at(ink, yPx, ratio),
    });
  }
}
