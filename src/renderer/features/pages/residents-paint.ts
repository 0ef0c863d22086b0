import { formatCount } from '../../../shared/address/size.ts';
import type { Ink, Pen } from '../../../shared/drawing/pen.ts';
import { isPresentCode } from '../../kernels/page-grid/cells.ts';
import { pieceAt } from '../../kernels/page-grid/pieces.ts';
import { RESIDENT_CELLS_PER_LINE, type ResidentRow } from '../../kernels/page-grid/residents.ts';
import { regionStyle, type KindInk } from '../../../shared/drawing/kind-style.ts';
import type { ThemeColours } from '../../theme/theme-colours.ts';
import { paintPage } from './page-marks.ts';
import type { PagesPicture } from './pages-data.ts';
import { shortSpanName } from './span-names.ts';

/** By span: pages present, pages looked at, and pieces they are in. */
export interface SpanCounts {
  readonly present: Float64Array;
  readonly seen: Float64Array;
  readonly pieces: Uint32Array;
}

export function countSpans({ pieces, spans, runs }: PagesPicture): SpanCounts {
  const counts = { present: new Float64Array(spans.length), seen: new Float64Array(spans.length), pieces: new Uint32Array(spans.length) };
  for (let piece = 0; piece < pieces.length; piece++) {
    const span = pieces.span[piece] ?? 0;
    const pages = pieces.pageCount[piece] ?? 0;
    counts.seen[span] = (counts.seen[span] ?? 0) + pages;
    counts.pieces[span] = (counts.pieces[span] ?? 0) + 1;
    if (isPresentCode(runs.state[pieces.run[piece] ?? 0] ?? 0)) counts.present[span] = (counts.present[span] ?? 0) + pages;
  }
  return counts;
}

export interface ResidentsScene {
  readonly picture: PagesPicture;
  readonly counts: SpanCounts;
  readonly rows: readonly ResidentRow[];
  readonly rowCount: number;
  readonly cursorRow: number;
  readonly scrollPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colours: ThemeColours;
  /** The kind's pattern, with its origin at a height. */
  spine(ink: KindInk, yPx: number): Ink;
}

const NAME_X = 22;
const CELLS_X = 110;
const PITCH_PX = 5;
const CELL_PX = 4.2;
const RIGHT_PX = 5;

/** `[stack]  ■ ◢ ■ ■ □ □ …  4/33` for each region on screen. */
export function paintResidents(pen: Pen, scene: ResidentsScene): void {
  pen.textBaseline = 'middle';
  for (const row of scene.rows) paintRow(pen, scene, row);
}

function paintRow(pen: Pen, scene: ResidentsScene, row: ResidentRow): void {
  const { picture, colours, widthPx } = scene;
  const top = Math.round(row.topPx - scene.scrollPx);
  const { spans, regions } = picture;
  if (scene.rowCount - 1 - row.span === scene.cursorRow) {
    pen.beginPath();
    pen.roundRect(4.5, top - 0.5, widthPx - 9, row.heightPx - 1, 4);
    pen.globalAlpha = 0.15;
    pen.fillStyle = colours.accent;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.accent;
    pen.lineWidth = 1;
    pen.stroke();
  }
  const region = regions.rowAt(spans.row[row.span] ?? 0);
  const { ink } = regionStyle(region.kind, region.module?.role);
  pen.fillStyle = scene.spine(ink, top + 3);
  pen.fillRect(10, top + 3, 6, row.heightPx - 7);
  const middle = top + 10;
  pen.textAlign = 'left';
  pen.font = `11px ${colours.sans}`;
  pen.fillStyle = colours.fg;
  pen.fillText(fit(pen, shortSpanName(regions, spans, row.span), CELLS_X - NAME_X - 6), NAME_X, middle);
  paintCells(pen, scene, row, top, colours.kind[ink]);
  paintCount(pen, scene, row, top);
  if (row.hidden > 0) {
    pen.font = `10px ${colours.sans}`;
    pen.fillStyle = colours.fg3;
    pen.fillText(`top ${formatCount(row.cells)} of ${formatCount(row.cells + row.hidden)} pages`, CELLS_X, top + 5 + row.lines * PITCH_PX + 7);
  }
}

function paintCount(pen: Pen, scene: ResidentsScene, row: ResidentRow, top: number): void {
  const { colours, widthPx } = scene;
  const seen = scene.counts.seen[row.span] ?? 0;
  const count = `${formatCount(scene.counts.present[row.span] ?? 0)}/${formatCount(seen)}`;
  pen.textAlign = 'right';
  pen.font = `10px ${colours.mono}`;
  const words = seen === 0 ? 'not read' : count;
  const countLeft = widthPx - RIGHT_PX - pen.measureText(words).width;
  // The cells that a long count would lie on are hidden behind it: the count says more.
  if (countLeft < CELLS_X + Math.min(row.cells, RESIDENT_CELLS_PER_LINE) * PITCH_PX) {
    pen.fillStyle = colours.panel;
    pen.fillRect(countLeft - 4, top + 3, widthPx - countLeft, 13);
  }
  pen.fillStyle = colours.fg2;
  pen.fillText(words, widthPx - RIGHT_PX, top + 10);
  pen.textAlign = 'left';
}

function paintCells(pen: Pen, scene: ResidentsScene, row: ResidentRow, top: number, ink: string): void {
  const { spans, pieces, runs } = scene.picture;
  const inks = { ink, ground: scene.colours.panel };
  let page = (spans.endPage[row.span] ?? 0) - 1;
  let piece = -1;
  for (let cell = 0; cell < row.cells; cell++, page--) {
    const y = top + 5 + Math.floor(cell / RESIDENT_CELLS_PER_LINE) * PITCH_PX;
    if (y > scene.heightPx) return;
    // Pages run downwards, and so do pieces: look anew only when the page has left its piece.
    if (piece < 0 || page < (pieces.firstPage[piece] ?? 0)) piece = pieceAt(pieces, page);
    if (piece < 0) continue;
    paintPage(pen, runs.state[pieces.run[piece] ?? 0] ?? 0, CELLS_X + (cell % RESIDENT_CELLS_PER_LINE) * PITCH_PX, y, CELL_PX, inks);
  }
}

function fit(pen: Pen, text: string, maxPx: number): string {
  const widthPx = pen.measureText(text).width;
  if (widthPx <= maxPx) return text;
  return `${text.slice(0, Math.max(1, Math.floor((text.length * maxPx) / widthPx) - 1))}…`;
}
