import { formatAddress } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { CELL_PX, cellX, TEXT_CELL_PX } from '../../kernels/hex-columns.ts';
import type { HexBand, HexItem } from '../../kernels/hex-rows.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';
import { clipText, hatch, MONO, SANS, type HexPen } from './hex-ink.ts';
import type { HexScene } from './hex-scene.ts';
import { pageStateWords } from './page-state-words.ts';

/** Words at the right end of a note that a click acts on. */
export const READ_ANYWAY = 'Read anyway';
export const READ_ANYWAY_PX = 90;

const TITLE_FONT = `600 11px ${MONO}`;
const WORDS_FONT = `11px ${SANS}`;

/** A section or region heading. */
export function drawBand(ctx: Pen, scene: HexScene, band: HexBand, topPx: number): void {
  const { palette, columns } = scene;
  ctx.fillStyle = palette.raised;
  ctx.fillRect(0, topPx, columns.widthPx, 22);
  ctx.fillStyle = palette.line;
  ctx.fillRect(0, topPx, columns.widthPx, 1);
  ctx.fillRect(0, topPx + 21, columns.widthPx, 1);
  ctx.fillStyle = scene.kindColour(band.kind);
  ctx.beginPath();
  ctx.roundRect(columns.addressX, topPx + 6, 10, 10, 2);
  ctx.fill();
  let x = columns.addressX + 18;
  ctx.font = `600 11px ${MONO}`;
  ctx.fillStyle = palette.fg;
  x += clipText(ctx, band.title, x, topPx + 11, 220) + 12;
  ctx.font = `11px ${MONO}`;
  ctx.fillStyle = palette.fg2;
  x += clipText(ctx, formatRange(band), x, topPx + 11, columns.widthPx - x - 16) + 14;
  ctx.font = `11px ${SANS}`;
  clipText(ctx, band.note, x, topPx + 11, columns.widthPx - x - 16);
}

/** The words above a page or gap that has no bytes to show. */
export function drawNote(ctx: Pen, scene: HexScene, item: Extract<HexItem, { kind: 'page-note' }>, topPx: number): void {
  const { palette, columns } = scene;
  const words = pageStateWords(item.state);
  ctx.strokeStyle = palette.line2;
  ctx.setLineDash([3, 3]);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(0, topPx + 0.5);
  ctx.lineTo(columns.widthPx, topPx + 0.5);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = TITLE_FONT;
  ctx.fillStyle = palette.fg;
  const gap = item.state.kind === 'unmapped';
  const title = gap ? `${gapTitle(scene, item)} ` : `page ${formatAddress(item.start)} `;
  let x = columns.addressX;
  x += clipText(ctx, title, x, topPx + 11, columns.widthPx / 2, TITLE_FONT) + 8;
  ctx.font = WORDS_FONT;
  ctx.fillStyle = palette.fg2;
  clipText(ctx, words.short, x, topPx + 11, columns.widthPx - x - (words.canRead ? READ_ANYWAY_PX + 20 : 20), WORDS_FONT);
  if (words.canRead) {
    ctx.fillStyle = palette.accent;
    ctx.fillText(READ_ANYWAY, columns.widthPx - READ_ANYWAY_PX, topPx + 11);
  }
}

/** One row that stands for all bytes of a page or gap. */
export function drawStateRow(ctx: HexPen, scene: HexScene, item: Extract<HexItem, { kind: 'state-row' }>, topPx: number): void {
  const { palette, columns } = scene;
  const cursorHere = scene.cursor !== undefined && scene.cursor >= item.start && scene.cursor < item.end;
  ctx.font = `11.5px ${MONO}`;
  ctx.fillStyle = cursorHere ? palette.accent : palette.fg2;
  ctx.fillText(formatAddress(cursorHere && scene.cursor !== undefined ? scene.cursor : item.start), columns.addressX, topPx + 9);
  const from = cellX(columns, 0);
  const to = cellX(columns, columns.rowBytes - 1) + CELL_PX;
  if (item.state.kind === 'unmapped') {
    hatch(ctx, palette.fg3, from, topPx + 1, to - from, 16);
  } else if (item.state.kind === 'unreadable') {
    hatch(ctx, palette.bad, from, topPx + 1, to - from, 16);
  }
  if (item.state.kind === 'not-present' && item.state.why === 'untouched') {
    drawWouldBeZeros(ctx, scene, topPx);
    if (cursorHere) outlineRow(ctx, scene, from, to, topPx);
    return;
  }
  const glyph = item.state.kind === 'unreadable' ? '!!' : item.state.kind === 'unmapped' ? '' : '··';
  ctx.font = `12px ${MONO}`;
  ctx.fillStyle = item.state.kind === 'unreadable' ? palette.bad : palette.fg3;
  if (glyph !== '') fillCells(ctx, scene, glyph, 4, topPx + 9, TEXT_CELL_PX);
  if (cursorHere) outlineRow(ctx, scene, from, to, topPx);
}

function outlineRow(ctx: Pen, scene: HexScene, from: number, to: number, topPx: number): void {
  ctx.strokeStyle = scene.palette.accent;
  ctx.lineWidth = 1;
  ctx.strokeRect(from - 1.5, topPx + 1.5, to - from + 3, 15);
}

/** Bytes nobody has read: the zeros that a touch would find, slanted, faint and in dotted cells, so that none can be taken for a byte of memory. */
function drawWouldBeZeros(ctx: HexPen, scene: HexScene, topPx: number): void {
  const { palette, columns } = scene;
  ctx.strokeStyle = palette.line2;
  ctx.lineWidth = 1;
  ctx.setLineDash([1, 2]);
  // One path for all cells: a stroke of its own for each would take most of the time of a scroll through a reservation.
  ctx.beginPath();
  for (let column = 0; column < columns.rowBytes; column++) ctx.rect(cellX(columns, column) + 1.5, topPx + 2.5, CELL_PX - 3, 13);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `italic 300 11px ${MONO}`;
  ctx.fillStyle = palette.fg3;
  ctx.globalAlpha = 0.7;
  fillCells(ctx, scene, '00', 4.5, topPx + 9, SMALL_CHAR_PX);
  ctx.globalAlpha = 1;
}

/** Advance of the 11 px type. */
const SMALL_CHAR_PX = 6.6;

/** The same two characters in every cell of a row, a group of eight in one stroke. */
function fillCells(ctx: HexPen, scene: HexScene, glyph: string, insetPx: number, middle: number, charPx: number): void {
  const { columns } = scene;
  const group = Array.from({ length: 8 }, () => glyph).join(' ');
  ctx.wordSpacing = `${(CELL_PX - 3 * charPx).toFixed(3)}px`;
  for (let column = 0; column < columns.rowBytes; column += 8) ctx.fillText(group, cellX(columns, column) + insetPx, middle);
  ctx.wordSpacing = '0px';
}

function gapTitle(scene: HexScene, item: Extract<HexItem, { kind: 'page-note' }>): string {
  const regions = scene.regions;
  const row = regions?.indexAt(item.start) ?? -1;
  if (regions === undefined || row < 0) return formatAddress(item.start);
  const label = regions.labelAt(row);
  let next = row + 1;
  while (next < regions.length && isUnmappedKind(regions.kindAt(next))) next++;
  const following = next < regions.length ? `, next above: ${regions.labelAt(next)}` : '';
  return `${label === '' ? regions.kindAt(row) : label} from ${formatAddress(item.start)}${following}`;
}
