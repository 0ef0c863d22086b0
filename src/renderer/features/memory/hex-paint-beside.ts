import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { floatOf, floatText, unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import { CELL_VALID, type PageCells } from '../../kernels/hex-cells.ts';
import { CELL_PX, cellX } from '../../kernels/hex-columns.ts';
import { LINE_PX } from '../../kernels/hex-rows.ts';
import type { ValueKind } from '../../kernels/hex-values.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';
import { DISK_FILE, type DiskPage } from './disk-cache.ts';
import { clipText, hexByte, MONO, SANS, type RowItem } from './hex-ink.ts';
import type { RowNotes } from './hex-model.ts';
import type { HexScene } from './hex-scene.ts';
import type { NoteSegment } from './row-notes.ts';

const NAME_FONT = `600 11px ${MONO}`;
const VALUE_FONT = `11px ${MONO}`;
const WAS_FONT = `600 10.5px ${MONO}`;
const WHY_FONT = `10.5px ${SANS}`;

/** Names and values in the margin: the first line beside the bytes, the others below it. */
export function paintRowNotes(ctx: Pen, scene: HexScene, { lines, disk }: RowNotes, topPx: number): void {
  // The file's row comes first, with why it differs beside it.
  const skip = disk === undefined ? 0 : 1;
  for (const [i, line] of lines.entries()) paintLine(ctx, scene, line, i === 0 ? topPx + 9 : topPx + 18 + (i - 1 + skip) * LINE_PX + 8);
  if (disk !== undefined) {
    const { columns, palette } = scene;
    ctx.font = WHY_FONT;
    ctx.fillStyle = palette.fg2;
    clipText(ctx, disk.words, columns.notesX, topPx + 18 + 8, columns.widthPx - 16 - columns.notesX, WHY_FONT);
  }
}

function paintLine(ctx: Pen, scene: HexScene, line: readonly NoteSegment[], middle: number): void {
  const { columns, palette } = scene;
  const limit = columns.widthPx - 16;
  let x = columns.notesX;
  for (const { tint, name, text, was, leadsTo } of line) {
    const left = x;
    if (x > limit - 24) {
      ctx.fillStyle = palette.fg3;
      ctx.font = `11px ${SANS}`;
      ctx.fillText('…', Math.min(x, limit - 8), middle);
      return;
    }
    ctx.fillStyle = tint === 'code' ? scene.kindColour('text') : palette.tint[tint];
    ctx.beginPath();
    ctx.arc(x + 3.5, middle, 3.5, 0, 2 * Math.PI);
    ctx.fill();
    x += 12;
    if (name !== '') {
      ctx.font = NAME_FONT;
      ctx.fillStyle = palette.fg;
      x += clipText(ctx, name, x, middle, limit - x, NAME_FONT) + 4;
    }
    ctx.font = VALUE_FONT;
    ctx.fillStyle = palette.fg2;
    // What it was is worth more than the end of what it is.
    const wasPx = was === '' ? 0 : was.length * 6.4 + 6;
    if (text !== '' && x < limit) x += clipText(ctx, text, x, middle, limit - x - wasPx, VALUE_FONT) + 4;
    if (was !== '' && x < limit) {
      ctx.font = WAS_FONT;
      ctx.fillStyle = palette.changed;
      x += clipText(ctx, was, x, middle, limit - x, WAS_FONT);
    }
    scene.noteHits.push({ left, right: x, y: middle, leadsTo });
    x += 10;
  }
}

/** The file's bytes below the live ones; those that differ stand in a box. */
export function paintDiskRow(ctx: Pen, scene: HexScene, item: RowItem, topPx: number, base: number, cells: PageCells, disk: DiskPage, { disk: row }: RowNotes): void {
  const { columns, palette } = scene;
  const middle = topPx + 8;
  ctx.font = `10.5px ${SANS}`;
  ctx.fillStyle = palette.disk;
  ctx.fillText(row?.label ?? '', columns.addressX + 28, middle);
  for (let i = 0; i < item.byteCount; i++) {
    const at = base + i;
    if (disk.states[at] !== DISK_FILE) continue;
    const x = cellX(columns, item.firstColumn + i);
    const value = disk.values[at] ?? 0;
    const differs = cells.states[at] === CELL_VALID && (cells.values[at] !== value || scene.patched.has((item.start + BigInt(i)) as Address));
    if (differs) {
      ctx.strokeStyle = palette.disk;
      ctx.lineWidth = 1;
      ctx.strokeRect(x + 1.5, topPx + 0.5, CELL_PX - 3, 14);
    }
    ctx.font = `${differs ? 600 : 400} 11px ${MONO}`;
    ctx.fillStyle = differs ? palette.disk : palette.fg3;
    ctx.fillText(hexByte(value), x + 5, middle);
  }
}

/** The interpreted column. */
export function paintValues(ctx: Pen, scene: HexScene, item: RowItem, topPx: number, cells: PageCells, base: number): void {
  const { columns, palette } = scene;
  const size = columns.valueBytes;
  ctx.font = `11.5px ${MONO}`;
  for (let column = Math.ceil(item.firstColumn / size) * size; column + size <= item.firstColumn + item.byteCount; column += size) {
    const from = base + column - item.firstColumn;
    let valid = true;
    for (let at = from; at < from + size; at++) valid &&= cells.states[at] === CELL_VALID;
    if (!valid) continue;
    const { text, isPointer, isZero } = readValue(cells.values.subarray(from, from + size), scene.valueKind, scene);
    ctx.fillStyle = isPointer ? palette.tint.ptr : isZero ? palette.fg3 : palette.fg2;
    const right = columns.valuesX + (column / size + 1) * columns.valuePx - 8;
    ctx.fillText(text, right - text.length * 6.9, topPx + 9);
  }
}

function readValue(bytes: Uint8Array, kind: ValueKind, scene: HexScene): { text: string; isPointer: boolean; isZero: boolean } {
  const raw = unsignedOf(bytes, scene.bigEndian);
  const isZero = raw === 0n;
  if (kind === 'pointer') {
    const isPointer = raw >= 0x1000n && raw < 1n << 64n && (scene.regions?.regionAt(raw as Address)?.perms ?? '') !== '';
    return { text: isPointer ? formatAddress(raw as Address).slice(2) : isZero ? '0' : '·', isPointer, isZero: isZero || !isPointer };
  }
  if (kind === 'f32' || kind === 'f64') {
    const value = floatOf(bytes, scene.bigEndian) ?? Number.NaN;
    const text = floatText(value, bytes.length);
    return { text: text.length > 14 ? value.toExponential(kind === 'f32' ? 4 : 7) : text, isPointer: false, isZero };
  }
  return { text: (kind.startsWith('i') ? BigInt.asIntN(bytes.length * 8, raw) : raw).toString(), isPointer: false, isZero };
}
