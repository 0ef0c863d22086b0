import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { CELL_NOT_PRESENT, CELL_NOT_READ_YET, CELL_UNREADABLE, CELL_VALID } from '../../kernels/hex-cells.ts';
import { CELL_PX, cellX, textCellX } from '../../kernels/hex-columns.ts';
import type { HexItem } from '../../kernels/hex-rows.ts';
import { asciiOf } from '../../kernels/hex-values.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';
import { clipText, hatch, MONO, SANS } from './hex-ink.ts';
import { drawBand, drawNote, drawStateRow } from './hex-paint-notes.ts';
import type { PlacedItem } from './hex-model.ts';
import { pointerAt, rowSymbols, symbolOverColumn, type RowSymbol } from './hex-overlay.ts';
import type { HexScene } from './hex-scene.ts';

/** Paints the whole view. The context's origin is the view's top left corner, in CSS pixels. */
export function paintHex(ctx: Pen, scene: HexScene, widthPx: number, heightPx: number): void {
  ctx.fillStyle = scene.palette.panel;
  ctx.fillRect(0, 0, widthPx, heightPx);
  ctx.textBaseline = 'middle';
  for (const placed of scene.items) paintItem(ctx, scene, placed);
}

function paintItem(ctx: Pen, scene: HexScene, placed: PlacedItem): void {
  const { item, topPx } = placed;
  switch (item.kind) {
    case 'band':
      return drawBand(ctx, scene, item.band, topPx);
    case 'row':
      return paintRow(ctx, scene, placed, item);
    case 'fold':
      ctx.font = `11px ${SANS}`;
      ctx.fillStyle = scene.palette.fg3;
      ctx.fillText('…', scene.columns.addressX, topPx + 8);
      ctx.fillText(`${item.rowCount} rows of zeros to ${formatAddress(item.end)}`, scene.columns.hexX + 3, topPx + 9);
      return undefined;
    case 'page-note':
      return drawNote(ctx, scene, item, topPx);
    case 'state-row':
      return drawStateRow(ctx, scene, item, topPx);
  }
}

function paintRow(ctx: Pen, scene: HexScene, placed: PlacedItem, item: Extract<HexItem, { kind: 'row' }>): void {
  const { columns, palette } = scene;
  const { topPx, unit } = placed;
  const middle = topPx + 9;
  const stale = scene.stale || unit.stale;
  ctx.font = `11.5px ${MONO}`;
  ctx.fillStyle = palette.fg2;
  ctx.fillText(formatAddress(item.start), columns.addressX, middle);
  if (unit.cells === undefined) return;
  const base = Number(item.start - pageStart(unit.page));
  const symbols = scene.showSymbols ? rowSymbols(unit, item.start, item.byteCount, scene.regions) : [];
  paintTints(ctx, scene, item, symbols, topPx);
  let pointer: Address | undefined;
  for (let i = 0; i < item.byteCount; i++) {
    const offset = base + i;
    const column = item.firstColumn + i;
    if (i === 0 || offset % 8 === 0) pointer = pointerAt(unit.cells, offset, scene.regions);
    const state = unit.cells.states[offset] ?? CELL_NOT_READ_YET;
    const value = unit.cells.values[offset] ?? 0;
    const address = (item.start + BigInt(i)) as Address;
    const x = cellX(columns, column);
    const marks = {
      changed: unit.changed?.[offset] === 1,
      cursor: scene.cursor === address,
      selected: scene.selection !== undefined && address >= scene.selection.start && address < scene.selection.end,
      patched: scene.patched.has(address),
    };
    paintCellBack(ctx, scene, x, topPx, marks);
    ctx.font = `${marks.cursor ? 600 : marks.changed ? 700 : 400} 12px ${MONO}`;
    if (stale) ctx.font = `italic ${ctx.font}`;
    if (state === CELL_VALID) {
      ctx.fillStyle = marks.cursor ? palette.onAccent : marks.changed ? palette.changed : pointer !== undefined ? palette.tint.ptr : value === 0 ? palette.fg3 : palette.fg;
      ctx.fillText(hexByte(value), x + 4, middle);
      if (pointer !== undefined && !marks.cursor) ctx.fillRect(x + 2, topPx + 15, CELL_PX - 4, 1);
      ctx.fillStyle = marks.changed ? palette.changed : value === 0 ? palette.fg3 : palette.fg2;
      ctx.font = `12px ${MONO}`;
      ctx.fillText(asciiOf(value), textCellX(columns, column), middle);
    } else {
      paintEmptyCell(ctx, scene, state, x, topPx);
    }
  }
  if (columns.unitBytes > 1) joinUnits(ctx, scene, item, topPx, placed);
  paintNotes(ctx, scene, symbols, topPx);
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
    ctx.fillStyle = palette.accent;
    if (scene.focused) {
      ctx.fillRect(x, topPx + 1, CELL_PX, 16);
    } else {
      ctx.globalAlpha = 0.75;
      ctx.fillRect(x, topPx + 1, CELL_PX, 16);
      ctx.globalAlpha = 1;
    }
  }
}

function paintEmptyCell(ctx: Pen, scene: HexScene, state: number, x: number, topPx: number): void {
  const { palette } = scene;
  if (state === CELL_UNREADABLE) {
    hatch(ctx, palette.bad, x, topPx + 1, CELL_PX, 16);
    ctx.fillStyle = palette.bad;
    ctx.fillText('!!', x + 4, topPx + 9);
  } else if (state === CELL_NOT_PRESENT || state === CELL_NOT_READ_YET) {
    ctx.fillStyle = palette.fg3;
    ctx.fillText('··', x + 4, topPx + 9);
  } else {
    hatch(ctx, palette.line2, x, topPx + 1, CELL_PX, 16);
  }
}

/** Wash and underline of the symbols that own the bytes. */
function paintTints(ctx: Pen, scene: HexScene, item: Extract<HexItem, { kind: 'row' }>, symbols: readonly RowSymbol[], topPx: number): void {
  for (let i = 0; i < item.byteCount; i++) {
    const owner = symbolOverColumn(symbols, i);
    if (owner === undefined) continue;
    const x = cellX(scene.columns, item.firstColumn + i);
    const ends = i === owner.to - 1;
    ctx.fillStyle = scene.palette.tint[owner.value.tint];
    ctx.globalAlpha = 0.15;
    ctx.fillRect(x, topPx + 1, CELL_PX - (ends ? 1.5 : 0), 16);
    ctx.globalAlpha = 0.75;
    ctx.fillRect(x, topPx + 15.5, CELL_PX - (ends ? 1.5 : 0), 1.5);
    ctx.globalAlpha = 1;
  }
}

/** In wider units the digits of one unit stand together, most significant first: little-endian bytes are turned round. */
function joinUnits(ctx: Pen, scene: HexScene, item: Extract<HexItem, { kind: 'row' }>, topPx: number, placed: PlacedItem): void {
  const { columns, palette } = scene;
  const cells = placed.unit.cells;
  if (cells === undefined) return;
  const base = Number(item.start - pageStart(placed.unit.page));
  const unit = columns.unitBytes;
  for (let column = 0; column + unit <= item.firstColumn + item.byteCount; column += unit) {
    const i = column - item.firstColumn;
    if (i < 0) continue;
    let digits = '';
    for (let k = unit - 1; k >= 0; k--) {
      if (cells.states[base + i + k] !== CELL_VALID) {
        digits = '';
        break;
      }
      digits += hexByte(cells.values[base + i + k] ?? 0);
    }
    if (digits === '') continue;
    const x = cellX(columns, column);
    const atCursor = scene.cursor !== undefined && scene.cursor >= item.start + BigInt(i) && scene.cursor < item.start + BigInt(i + unit);
    ctx.fillStyle = atCursor ? palette.accent : palette.panel;
    ctx.fillRect(x, topPx + 1, unit * CELL_PX, 15);
    ctx.font = `12px ${MONO}`;
    ctx.fillStyle = atCursor ? palette.onAccent : /^0+$/.test(digits) ? palette.fg3 : palette.fg;
    ctx.fillText(digits, x + unit * CELL_PX - digits.length * 7.2 - 8, topPx + 9);
  }
}

function paintNotes(ctx: Pen, scene: HexScene, symbols: readonly RowSymbol[], topPx: number): void {
  const { columns, palette } = scene;
  let x = columns.notesX;
  const limit = columns.widthPx - 16;
  for (const { symbol, begins, value } of symbols) {
    if (!begins) continue;
    if (x > limit - 40) {
      ctx.fillStyle = palette.fg3;
      ctx.font = `11px ${SANS}`;
      ctx.fillText('…', Math.min(x, limit - 8), topPx + 9);
      return;
    }
    const isCode = symbol.type === 'function' || symbol.type === 'ifunc';
    ctx.fillStyle = isCode ? scene.kindColour('text') : palette.tint[value.tint];
    ctx.beginPath();
    ctx.arc(x + 3.5, topPx + 9, 3.5, 0, 2 * Math.PI);
    ctx.fill();
    x += 12;
    const name = symbol.demangled ?? symbol.name;
    ctx.font = `600 11px ${MONO}`;
    ctx.fillStyle = palette.fg;
    x += clipText(ctx, isCode ? `${name}()` : name, x, topPx + 9, limit - x) + 4;
    if (value.text !== '') {
      ctx.font = `11px ${MONO}`;
      ctx.fillStyle = palette.fg2;
      x += clipText(ctx, value.tint === 'ptr' ? value.text : `= ${value.text}`, x, topPx + 9, limit - x);
    }
    x += 12;
  }
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
