import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { CELL_NOT_PRESENT, CELL_NOT_READ_YET, CELL_UNREADABLE, CELL_VALID, type PageCells } from '../../kernels/hex-cells.ts';
import { CELL_PX, cellX, TEXT_CELL_PX, textCellX } from '../../kernels/hex-columns.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';
import { hatch, hexByte, MONO, SANS, type HexPen, type RowItem } from './hex-ink.ts';
import { drawBand, drawNote, drawStateRow } from './hex-paint-notes.ts';
import { paintDiskRow, paintRowNotes, paintValues } from './hex-paint-beside.ts';
import type { PlacedItem } from './hex-model.ts';
import { pointerOf, type PointerHere } from './hex-overlay.ts';
import { paintFault, paintFaultOfState } from './hex-paint-fault.ts';
import { paintFound } from './hex-paint-found.ts';
import type { HexScene } from './hex-scene.ts';
import { textCells } from './text-cells.ts';

/** Paints the whole view. The context's origin is the view's top left corner, in CSS pixels. */
export function paintHex(ctx: Pen, scene: HexScene, widthPx: number, heightPx: number): void {
  ctx.fillStyle = scene.palette.panel;
  ctx.fillRect(0, 0, widthPx, heightPx);
  ctx.textBaseline = 'middle';
  for (const placed of scene.items) paintItem(ctx, scene, placed);
}

function paintItem(ctx: Pen, scene: HexScene, placed: PlacedItem): void {
  const { item, topPx, unit } = placed;
  switch (item.kind) {
    case 'band':
      return drawBand(ctx, scene, item.band, topPx);
    case 'row':
      return paintRow(ctx, scene, placed, item);
    case 'fold': {
      ctx.font = `11px ${SANS}`;
      ctx.fillStyle = scene.palette.fg3;
      ctx.fillText('…', scene.columns.addressX, topPx + 8);
      const last = Number(item.end - 1n - pageStart(unit.page));
      const owner = unit.overlay?.pieces[unit.overlay.owners[last] ?? -1]?.owner;
      const of = owner === undefined ? '' : owner.address + BigInt(owner.sizeBytes) === item.end ? `, end of ${owner.name}` : `, ${owner.name}`;
      ctx.fillText(`${item.rowCount} rows of zeros to ${formatAddress(item.end)}${of}`, scene.columns.hexX + 3, topPx + 9);
      return undefined;
    }
    case 'page-note':
      return drawNote(ctx, scene, item, topPx);
    case 'state-row':
      drawStateRow(ctx, scene, item, topPx);
      return paintFaultOfState(ctx, scene, item, topPx);
  }
}

function paintRow(ctx: Pen, scene: HexScene, placed: PlacedItem, item: RowItem): void {
  const { columns, palette } = scene;
  const { topPx, unit } = placed;
  const middle = topPx + 9;
  ctx.font = `11.5px ${MONO}`;
  ctx.fillStyle = palette.fg2;
  ctx.fillText(formatAddress(item.start), columns.addressX, middle);
  const { cells } = unit;
  if (cells === undefined) return;
  const base = Number(item.start - pageStart(unit.page));
  paintTints(ctx, scene, placed, item, base);
  const joined = columns.unitBytes > 1;
  paintCells(ctx, scene, placed, item, base, cells, joined);
  paintText(ctx, scene, placed, item, base, cells);
  if (scene.found.length > 0) paintFound(ctx, scene, item, topPx);
  paintFault(ctx, scene, item, topPx);
  if (joined) joinUnits(ctx, scene, item, topPx, cells, base);
  if (columns.valueBytes > 0) paintValues(ctx, scene, item, topPx, cells, base);
  const notes = unit.notesAt(base, item.byteCount);
  if (notes === undefined) return;
  paintRowNotes(ctx, scene, notes, topPx);
  if (notes.disk !== undefined && unit.disk !== undefined) paintDiskRow(ctx, scene, item, topPx + 18, base, cells, unit.disk, notes);
}

/** Blanks between the digits of neighbouring cells, so that a run of cells can be drawn as one text: three characters and this make a cell. */
const CELL_SPACING = `${(CELL_PX - 3 * TEXT_CELL_PX).toFixed(3)}px`;

/**
 * The cells of a row, neighbours of one look in one stroke: drawing costs by the stroke. Numbers count from the row's first byte: a bigint per cell would cost more than its drawing.
 */
function paintCells(ctx: HexPen, scene: HexScene, { unit, topPx }: PlacedItem, item: RowItem, base: number, cells: PageCells, joined: boolean): void {
  const { columns, palette } = scene;
  const stale = scene.stale || unit.stale;
  const fonts = fontsOf(stale);
  const cursorAt = scene.cursor === undefined ? -1 : indexIn(item, scene.cursor);
  const selectedFrom = scene.selection === undefined ? 0 : indexIn(item, scene.selection.start);
  const selectedTo = scene.selection === undefined ? 0 : indexIn(item, scene.selection.end);
  let font = fonts.plain;
  ctx.font = font;
  ctx.wordSpacing = CELL_SPACING;
  let run = '';
  let runX = 0;
  let runColour = '';
  const flush = (): void => {
    if (run === '') return;
    ctx.fillStyle = runColour;
    ctx.fillText(run, runX, topPx + 9);
    run = '';
  };
  let pointer: PointerHere | undefined;
  for (let i = 0; i < item.byteCount; i++) {
    const offset = base + i;
    if (i === 0 || offset % 8 === 0) pointer = pointerOf(cells, offset, scene.regions);
    const state = cells.states[offset] ?? CELL_NOT_READ_YET;
    const x = cellX(columns, item.firstColumn + i);
    if (state !== CELL_VALID) {
      flush();
      paintEmptyCell(ctx, scene, state, x, topPx);
      font = '';
      continue;
    }
    const value = cells.values[offset] ?? 0;
    const changed = unit.changed?.[offset] === 1;
    const cursor = i === cursorAt;
    const selected = i >= selectedFrom && i < selectedTo;
    const patched = scene.patched.size > 0 && scene.patched.has((item.start + BigInt(i)) as Address);
    if (changed || cursor || selected || patched) paintCellBack(ctx, scene, x, topPx, { changed, cursor, selected, patched });
    if (joined) continue;
    const wanted = cursor ? fonts.cursor : changed ? fonts.changed : fonts.plain;
    const colour = cursor ? palette.onAccent : changed ? palette.changed : pointer !== undefined ? scene.kindColour(pointer.kind) : value === 0 ? palette.fg3 : palette.fg;
    // Between groups of eight the gap is wider.
    if (wanted !== font || colour !== runColour || (item.firstColumn + i) % 8 === 0) flush();
    if (wanted !== font) {
      font = wanted;
      ctx.font = font;
    }
    const text = cursor && scene.edit !== undefined ? `${scene.edit.digit}${hexByte(value).slice(scene.edit.digit.length)}` : hexByte(value);
    if (run === '') {
      runX = x + 4;
      runColour = colour;
      run = text;
    } else run += ` ${text}`;
    if (pointer !== undefined && !cursor) {
      ctx.fillStyle = colour;
      ctx.fillRect(x + 2, topPx + 15, CELL_PX - 4, 1);
    }
    if (stale) paintStale(ctx, scene, x, topPx);
  }
  flush();
  ctx.wordSpacing = '0px';
}

/** The text column, neighbours of one colour in one stroke. */
function paintText(ctx: Pen, scene: HexScene, { unit, topPx }: PlacedItem, item: RowItem, base: number, cells: PageCells): void {
  const { columns, palette } = scene;
  const text = textCells(cells, base, item.byteCount, scene.textMode);
  ctx.font = fontsOf(scene.stale || unit.stale).text;
  let run = '';
  let from = 0;
  let colour = '';
  const flush = (): void => {
    if (run === '') return;
    ctx.fillStyle = colour;
    ctx.fillText(run, textCellX(columns, item.firstColumn + from), topPx + 9);
    run = '';
  };
  for (let i = 0; i < item.byteCount; i++) {
    const character = text[i] ?? '';
    const own = unit.changed?.[base + i] === 1 ? palette.changed : cells.values[base + i] === 0 ? palette.fg3 : palette.fg2;
    // Characters beyond ASCII may be of another font and width: each is drawn in its own place.
    const alone = character.length > 1 || character > '~';
    if (character === '' || own !== colour || alone) flush();
    if (character === '') continue;
    if (run === '') {
      from = i;
      colour = own;
    }
    run += character;
    if (alone) flush();
  }
  flush();
}

/** Where an address stands in a row: below 0 or past its bytes when it is not in it. */
function indexIn(item: RowItem, address: bigint): number {
  const index = address - item.start;
  return index < 0n ? -1 : index > 64n ? 64 : Number(index);
}

const PLAIN = { plain: `400 12px ${MONO}`, changed: `700 12px ${MONO}`, cursor: `600 12px ${MONO}`, text: `12px ${MONO}` };
const STALE = { plain: `italic ${PLAIN.plain}`, changed: `italic ${PLAIN.changed}`, cursor: `italic ${PLAIN.cursor}`, text: `italic ${PLAIN.text}` };

function fontsOf(stale: boolean): typeof PLAIN {
  return stale ? STALE : PLAIN;
}

interface CellMarks {
  readonly changed: boolean;
  readonly cursor: boolean;
  readonly selected: boolean;
  readonly patched: boolean;
}

function paintCellBack(ctx: Pen, scene: HexScene, x: number, topPx: number, marks: CellMarks): void {
  const { palette } = scene;
  if (marks.selected) {
    ctx.fillStyle = palette.accentWash;
    ctx.fillRect(x, topPx, CELL_PX + 0.5, 18);
  }
  if (marks.changed) {
    ctx.fillStyle = palette.changedWash;
    ctx.fillRect(x + 0.5, topPx + 1, CELL_PX - 1, 16);
    ctx.strokeStyle = palette.changed;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 1, topPx + 1.5, CELL_PX - 2, 15);
  }
  if (marks.patched) {
    ctx.fillStyle = palette.bad;
    ctx.beginPath();
    ctx.arc(x + CELL_PX - 3.5, topPx + 4, 2.2, 0, 2 * Math.PI);
    ctx.fill();
  }
  if (marks.cursor) {
    ctx.fillStyle = scene.edit === undefined ? palette.accent : palette.warn;
    if (!scene.focused) ctx.globalAlpha = 0.75;
    ctx.fillRect(x, topPx + 1, CELL_PX, 16);
    ctx.globalAlpha = 1;
  }
}

/** Dashes below the digits: the second cue beside the slant. */
function paintStale(ctx: Pen, scene: HexScene, x: number, topPx: number): void {
  ctx.fillStyle = scene.palette.fg3;
  for (let at = x + 3; at < x + CELL_PX - 4; at += 5) ctx.fillRect(at, topPx + 15, 3, 1);
}

function paintEmptyCell(ctx: Pen, scene: HexScene, state: number, x: number, topPx: number): void {
  const { palette } = scene;
  ctx.font = `12px ${MONO}`;
  if (state === CELL_UNREADABLE) {
    hatch(ctx, palette.bad, x, topPx + 1, CELL_PX, 16);
    ctx.fillStyle = palette.bad;
    ctx.fillText('!!', x + 4, topPx + 9);
  } else if (state === CELL_NOT_PRESENT || state === CELL_NOT_READ_YET) {
    ctx.fillStyle = palette.fg3;
    ctx.fillText('··', x + 4, topPx + 9);
  } else {
    hatch(ctx, palette.fg3, x, topPx + 1, CELL_PX, 16);
  }
}

/** Wash and underline of the variables that own the bytes; padding gets a dotted line of its own. */
function paintTints(ctx: Pen, scene: HexScene, placed: PlacedItem, item: RowItem, base: number): void {
  const { overlay } = placed.unit;
  if (overlay === undefined) return;
  const { columns, palette } = scene;
  for (let i = 0; i < item.byteCount; ) {
    const index = overlay.owners[base + i] ?? -1;
    const first = i++;
    // One piece in one stroke, but for the wider gap between groups of eight.
    while (i < item.byteCount && overlay.owners[base + i] === index && (item.firstColumn + i) % 8 !== 0) i++;
    const piece = overlay.pieces[index];
    if (piece === undefined) continue;
    const x = cellX(columns, item.firstColumn + first);
    // The last byte of a piece leaves a slit, so that neighbours of one colour stay apart.
    const width = (i - first) * CELL_PX - (overlay.owners[base + i] === index ? 0 : 1.5);
    if (piece.tint === 'pad') {
      ctx.fillStyle = palette.fg3;
      ctx.globalAlpha = 0.5;
      for (let at = x + 2; at < x + width - 2; at += 4) ctx.fillRect(at, placed.topPx + 15.5, 2, 1);
      ctx.globalAlpha = 1;
      continue;
    }
    ctx.fillStyle = palette.tint[piece.tint];
    ctx.globalAlpha = 0.15;
    ctx.fillRect(x, placed.topPx + 1, width, 16);
    ctx.globalAlpha = 0.75;
    ctx.fillRect(x, placed.topPx + 15.5, width, 1.5);
    ctx.globalAlpha = 1;
  }
}

/** In wider units the digits of one unit stand together, most significant first. */
function joinUnits(ctx: Pen, scene: HexScene, item: RowItem, topPx: number, cells: PageCells, base: number): void {
  const { columns, palette } = scene;
  const unit = columns.unitBytes;
  for (let column = 0; column + unit <= item.firstColumn + item.byteCount; column += unit) {
    const i = column - item.firstColumn;
    if (i < 0) continue;
    let digits = '';
    for (let k = 0; k < unit; k++) {
      const at = base + i + (scene.bigEndian ? k : unit - 1 - k);
      if (cells.states[at] !== CELL_VALID) {
        digits = '';
        break;
      }
      digits += hexByte(cells.values[at] ?? 0);
    }
    if (digits === '') continue;
    const x = cellX(columns, column);
    const atCursor = scene.cursor !== undefined && scene.cursor >= item.start + BigInt(i) && scene.cursor < item.start + BigInt(i + unit);
    if (atCursor) {
      ctx.fillStyle = palette.accent;
      ctx.fillRect(x, topPx + 1, unit * CELL_PX, 15);
    }
    ctx.font = PLAIN.plain;
    ctx.fillStyle = atCursor ? palette.onAccent : /^0+$/.test(digits) ? palette.fg3 : palette.fg;
    ctx.fillText(digits, x + unit * CELL_PX - digits.length * 7.2 - 8, topPx + 9);
  }
}
