import { pageOf } from '../../../shared/address/page.ts';
import { Surface } from '../../canvas/surface.ts';
import { ResidentRows, type ResidentRow } from '../../kernels/page-grid/residents.ts';
import { spanAt } from '../../kernels/page-grid/spans.ts';
import { onThemeChange, themeColours } from '../../theme/theme-colours.ts';
import type { AppState } from '../../state/app-state.ts';
import type { PagesData, PagesPicture } from './pages-data.ts';
import { countSpans, paintResidents, type SpanCounts } from './residents-paint.ts';
import { ScrollModel } from './scroll-model.ts';
import { SpineInks } from './spine-inks.ts';
import { goToPage } from './use-pages.ts';

const NAME = 'pages-regions';

/** The list of regions with a cell for each page: scrolls, draws, and moves the shared cursor. */
export class ResidentsController {
  readonly scroll = new ScrollModel();
  readonly #app: AppState;
  readonly #data: PagesData;
  readonly #surface: Surface;
  readonly #stops: (() => void)[] = [];
  readonly #spines = new SpineInks();
  #of: PagesPicture | undefined;
  #rows: ResidentRows | undefined;
  #counts: SpanCounts | undefined;

  constructor(app: AppState, data: PagesData, canvas: HTMLCanvasElement) {
    this.#app = app;
    this.#data = data;
    this.#surface = new Surface(canvas, {
      draw: (context, size) => this.#draw(context, size.widthCssPx, size.heightCssPx, size.ratio),
      resized: (size) => {
        this.#spines.clear();
        this.scroll.setSizes(this.#rows?.heightPx ?? 0, size.heightCssPx);
        this.#reveal();
      },
    });
    this.#stops.push(
      data.subscribe(() => this.#take()),
      this.scroll.subscribe(() => this.#surface.invalidate()),
      app.cursor.subscribe((now, before) => {
        if (now.address === before.address) return;
        this.#surface.invalidate();
        if (now.movedBy !== NAME) this.#reveal();
      }),
      onThemeChange(() => {
        this.#spines.clear();
        this.#surface.invalidate();
      }),
    );
    this.#take();
    document.fonts.ready.then(() => this.#surface.invalidate()).catch(() => {});
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#surface.dispose();
  }

  get rows(): ResidentRows | undefined {
    return this.#rows;
  }

  get counts(): SpanCounts | undefined {
    return this.#counts;
  }

  get picture(): PagesPicture | undefined {
    return this.#of;
  }

  /** Rows on screen. */
  visible(): ResidentRow[] {
    const rows = this.#rows;
    if (rows === undefined) return [];
    const shown: ResidentRow[] = [];
    for (let i = rows.indexAt(this.scroll.scrollPx); ; i++) {
      const row = rows.at(i);
      if (row === undefined || row.topPx >= this.scroll.scrollPx + this.scroll.viewportPx) return shown;
      shown.push(row);
    }
  }

  /** A click goes to the region's lowest page: its first byte. */
  press(y: number): void {
    const rows = this.#rows;
    const picture = this.#of;
    const row = rows?.at(rows.indexAt(y + this.scroll.scrollPx));
    if (row === undefined || picture === undefined || y + this.scroll.scrollPx >= row.topPx + row.heightPx) return;
    goToPage(this.#app, picture.spans.firstPage[row.span] ?? 0, 'jump', NAME);
  }

  /** True when the key was ours. */
  key(key: string): boolean {
    const rows = this.#rows;
    const picture = this.#of;
    if (rows === undefined || picture === undefined) return false;
    const now = this.cursorRow();
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: rows.length - 1, PageDown: now + 20, PageUp: now - 20 }[key];
    const row = to === undefined ? undefined : rows.at(Math.max(0, Math.min(to, rows.length - 1)));
    if (row === undefined) return false;
    goToPage(this.#app, picture.spans.firstPage[row.span] ?? 0, 'step', 'pages-keys');
    return true;
  }

  /** Row of the region at the cursor, -1 for none. */
  cursorRow(): number {
    const { address } = this.#app.cursor.getState();
    if (address === undefined || this.#of === undefined || this.#rows === undefined) return -1;
    const span = spanAt(this.#of.spans, pageOf(address));
    return span < 0 ? -1 : this.#rows.rowOfSpan(span);
  }

  isAtCursor(span: number): boolean {
    return this.#rows !== undefined && this.cursorRow() === this.#rows.rowOfSpan(span);
  }

  #take(): void {
    const { picture } = this.#data;
    if (picture === this.#of) return;
    this.#of = picture;
    const first = this.#rows === undefined;
    const counts = picture === undefined ? undefined : countSpans(picture);
    this.#counts = counts;
    this.#rows = picture === undefined || counts === undefined ? undefined : new ResidentRows(picture.spans, (span) => (counts.pieces[span] ?? 0) <= 1);
    this.scroll.setSizes(this.#rows?.heightPx ?? 0, this.#surface.size.heightCssPx);
    if (first) this.#reveal();
    this.#surface.invalidate();
  }

  #reveal(): void {
    const row = this.#rows?.at(this.cursorRow());
    if (row !== undefined) this.scroll.reveal(row.topPx, row.heightPx);
  }

  #draw(context: CanvasRenderingContext2D, widthPx: number, heightPx: number, ratio: number): void {
    const picture = this.#of;
    const counts = this.#counts;
    if (picture === undefined || counts === undefined) return;
    const colours = themeColours();
    paintResidents(context, {
      picture, counts, rows: this.visible(), cursorRow: this.cursorRow(), rowCount: this.#rows?.length ?? 0, scrollPx: this.scroll.scrollPx, widthPx, heightPx, colours,
      spine: (ink, yPx) => this.#spines.at(ink, yPx, ratio),
    });
  }
}
