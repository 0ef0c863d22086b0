import { formatCount } from '../../../shared/address/size.ts';
import { permsText } from '../../../shared/model/region-table.ts';
import { PAGE_FLAG_SHARED, PAGE_STATE_CODE } from '../../../shared/model/page-state.ts';
import type { Ink, Pen } from '../../../shared/drawing/pen.ts';
import { summariseCell } from '../../kernels/page-grid/cells.ts';
import { FOLD, HEADING, type GridBlock, type GridLayout } from '../../kernels/page-grid/layout.ts';
import { pieceAt, type PagePieces } from '../../kernels/page-grid/pieces.ts';
import { regionStyle, type KindInk } from '../../../shared/drawing/kind-style.ts';
import type { ThemeColours } from '../../theme/theme-colours.ts';
import { paintFlags, paintPage } from './page-marks.ts';
import { stateLook } from './page-words.ts';
import type { PagesPicture } from './pages-data.ts';
import type { SpanCounts } from './residents-paint.ts';
import { spanName } from './span-names.ts';

export interface GridScene {
  readonly layout: GridLayout;
  readonly picture: PagesPicture;
  readonly pieces: PagePieces;
  readonly counts: SpanCounts;
  readonly scrollPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colours: ThemeColours;
  /** Left of the first cell. */
  readonly marginPx: number;
  readonly cursorPage: number | undefined;
  /** Where the access failed that stopped the program. */
  readonly faultPage: number | undefined;
  readonly selected: { readonly firstPage: number; readonly endPage: number } | undefined;
  /** Does the filter take the pages of this piece? Others are drawn faint. */
  takes(piece: number): boolean;
  spine(ink: KindInk, yPx: number): Ink;
}

/** Cells that the filter does not take. */
const FAINT = 0.22;

export function paintGrid(pen: Pen, scene: GridScene): void {
  pen.textBaseline = 'middle';
  const { layout, scrollPx, heightPx } = scene;
  for (let i = layout.blockIndexAt(scrollPx); ; i++) {
    const block = layout.block(i);
    if (block === undefined || block.topPx > scrollPx + heightPx) return;
    if (block.kind === HEADING) paintHeading(pen, scene, block);
    else if (block.kind === FOLD) paintFold(pen, scene, block);
    else paintLines(pen, scene, block);
  }
}

function paintHeading(pen: Pen, scene: GridScene, { span, topPx, heightPx }: GridBlock): void {
  const { picture, colours, marginPx, counts } = scene;
  const { spans, regions } = picture;
  const y = Math.round(topPx - scene.scrollPx);
  const row = spans.row[span] ?? 0;
  const region = regions.rowAt(row);
  pen.fillStyle = scene.spine(regionStyle(region.kind, region.module?.role).ink, y + 4);
  pen.fillRect(marginPx, y + 4, 6, heightPx - 8);
  pen.textAlign = 'left';
  pen.font = `600 11px ${colours.sans}`;
  pen.fillStyle = colours.fg;
  const name = spanName(regions, spans, span);
  pen.fillText(name, marginPx + 12, y + heightPx / 2);
  const after = marginPx + 12 + pen.measureText(name).width + 10;
  pen.font = `10px ${colours.mono}`;
  pen.fillStyle = colours.fg3;
  pen.fillText(`${permsText(regions.columns.perms[row] ?? 0)}  ${formatCount(counts.present[span] ?? 0)}/${formatCount(counts.seen[span] ?? 0)}`, after, y + heightPx / 2);
}

function paintFold(pen: Pen, scene: GridScene, { span, firstLine, lineCount, topPx, heightPx }: GridBlock): void {
  const { layout, colours, picture, marginPx } = scene;
  const y = Math.round(topPx - scene.scrollPx);
  const high = layout.cellPages(span, firstLine * layout.cellsPerLine);
  const low = layout.cellPages(span, Math.min(layout.cellCount(span), (firstLine + lineCount) * layout.cellsPerLine) - 1);
  if (high === undefined || low === undefined) return;
  const piece = pieceAt(scene.pieces, low.firstPage);
  const name = piece < 0 ? '' : stateLook(picture.runs.state[scene.pieces.run[piece] ?? 0] ?? 0).name;
  const holdsCursor = scene.cursorPage !== undefined && scene.cursorPage >= low.firstPage && scene.cursorPage < high.endPage;
  if (holdsCursor) {
    pen.globalAlpha = 0.15;
    pen.fillStyle = colours.accent;
    pen.fillRect(marginPx, y, scene.widthPx - 2 * marginPx, heightPx);
    pen.globalAlpha = 1;
  }
  pen.font = `10px ${colours.sans}`;
  pen.fillStyle = holdsCursor ? colours.fg : colours.fg3;
  pen.textAlign = 'left';
  pen.fillText(`… ${formatCount(high.endPage - low.firstPage)} more pages: ${name}`, marginPx, y + heightPx / 2);
}

function paintLines(pen: Pen, scene: GridScene, { span, firstLine, lineCount, topPx }: GridBlock): void {
  const { layout, scrollPx, heightPx } = scene;
  const { pitchPx } = layout.measures;
  const from = Math.max(0, Math.floor((scrollPx - topPx) / pitchPx));
  const to = Math.min(lineCount, Math.ceil((scrollPx + heightPx - topPx) / pitchPx));
  for (let line = from; line < to; line++) {
    const y = Math.round(topPx + line * pitchPx - scrollPx);
    for (let column = 0; column < layout.cellsPerLine; column++) {
      const cell = layout.cellPages(span, (firstLine + line) * layout.cellsPerLine + column);
      if (cell === undefined) break;
      paintCell(pen, scene, cell.firstPage, cell.endPage, scene.marginPx + column * pitchPx, y);
    }
  }
}

function paintCell(pen: Pen, scene: GridScene, firstPage: number, endPage: number, x: number, y: number): void {
  const { picture, pieces, colours, cursorPage, selected } = scene;
  const { pitchPx } = scene.layout.measures;
  const gap = pitchPx >= 14 ? 2 : 1;
  const size = pitchPx - gap;
  const piece = pieceAt(pieces, firstPage);
  const cell = summariseCell(pieces, picture.runs, firstPage, endPage, piece);
  if (selected !== undefined && firstPage < selected.endPage && endPage > selected.firstPage) {
    pen.globalAlpha = 0.25;
    pen.fillStyle = colours.accent;
    pen.fillRect(x - gap / 2, y - gap / 2, pitchPx, pitchPx);
    pen.globalAlpha = 1;
  }
  if (cell.mapped > 0) paintState(pen, scene, cell, piece, endPage, x, y, size);
  const { faultPage } = scene;
  if (faultPage !== undefined && faultPage >= firstPage && faultPage < endPage) paintFault(pen, colours.bad, colours.panel, x, y, size);
  if (cursorPage !== undefined && cursorPage >= firstPage && cursorPage < endPage) {
    pen.strokeStyle = colours.accent;
    pen.lineWidth = 2;
    pen.strokeRect(x - 1, y - 1, size + 2, size + 2);
  }
}

/** A double frame and a bolt through the cell. */
function paintFault(pen: Pen, colour: string, ground: string, x: number, y: number, size: number): void {
  pen.fillStyle = ground;
  pen.fillRect(x, y, size, size);
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1);
  if (size >= 9) pen.strokeRect(x + 1.5, y + 1.5, size - 3, size - 3);
  pen.lineWidth = size < 9 ? 1 : 1.5;
  pen.beginPath();
  pen.moveTo(x + size * 0.62, y + size * 0.2);
  pen.lineTo(x + size * 0.36, y + size * 0.54);
  pen.lineTo(x + size * 0.64, y + size * 0.48);
  pen.lineTo(x + size * 0.4, y + size * 0.82);
  pen.stroke();
}

function paintState(pen: Pen, scene: GridScene, cell: ReturnType<typeof summariseCell>, piece: number, endPage: number, x: number, y: number, size: number): void {
  const { colours, pieces } = scene;
  const ink = colours.kind[stateLook(cell.state).ink];
  let taken = false;
  for (let i = Math.max(0, piece); i < pieces.length && (pieces.firstPage[i] ?? 0) < endPage && !taken; i++) taken = scene.takes(i);
  // A faint cell is one mark of one alpha: the mark's own half tones would make it vanish.
  if (!taken) {
    pen.globalAlpha = FAINT;
    pen.fillStyle = ink;
    pen.fillRect(x + size / 4, y + size / 4, size / 2, size / 2);
    pen.globalAlpha = 1;
    return;
  }
  paintPage(pen, cell.state, x, y, size, { ink, ground: colours.panel });
  // That others map a page of a file too is its ordinary state, and no news.
  paintFlags(pen, cell.state === PAGE_STATE_CODE.file ? cell.flags & ~PAGE_FLAG_SHARED : cell.flags, x, y, size, colours.fg);
  // A group that is present in part: how much, as a bar at its foot.
  if (cell.present > 0 && cell.present < cell.mapped && cell.state !== PAGE_STATE_CODE.kernel) {
    pen.fillStyle = colours.panel;
    pen.fillRect(x, y, size, Math.floor(size * (1 - cell.present / cell.mapped)));
    pen.strokeStyle = ink;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.6;
    pen.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    pen.globalAlpha = 1;
  }
}
