import { CELL_NOT_PRESENT, CELL_UNREADABLE, CELL_VALID } from '../../../model/byte-cell.ts';
import type { CellGrid } from '../../inner-levels/inner-levels.ts';
import type { Pen } from '../../pen.ts';
import { byteText, characterOf, rowNote } from '../byte-words.ts';
import type { PageBytes } from '../insides.ts';
import { eachRow, type InnerBlock } from './inner-block.ts';
import { withAlpha } from './map-inks.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** Columns of a row of digits, from the block's left edge. */
const HEX_X = 8;
const HEX_PX = 15.2;
const CHARACTER_PX = 6.6;
const GAP_PX = 7;
/** Least room for a name beside the bytes. */
const NOTE_PX = 70;

/** The block has room for names beside its bytes; else they stand in the gutter. */
export function hasNoteRoom(block: Pick<InnerBlock, 'left' | 'right'>, perRow: number): boolean {
  return block.right - noteLeft(block, perRow) >= NOTE_PX;
}

function noteLeft(block: Pick<InnerBlock, 'left'>, perRow: number): number {
  return block.left + HEX_X + perRow * (HEX_PX + CHARACTER_PX) + 2 * GAP_PX;
}

/** Rows of bytes, down to one byte a row: digits, characters, and the symbol that begins there with its value. */
export function paintHexRows(pen: Pen, scene: Scene, block: InnerBlock, grid: CellGrid): void {
  const { colours } = scene.inks;
  const base = pen.globalAlpha;
  const alpha = base * grid.alpha;
  const cursor = scene.marks.find((mark) => mark.kind === 'cursor')?.address;
  const symbols = scene.insides.symbols(block.region, block.low, block.high);
  const hexRight = block.left + HEX_X + grid.perRow * HEX_PX;
  const textX = hexRight + GAP_PX;
  // Without a gutter a name takes the place of the characters.
  const beside = hasNoteRoom(block, grid.perRow);
  const withCharacters = textX + grid.perRow * CHARACTER_PX <= block.right;
  const noteX = beside ? noteLeft(block, grid.perRow) : textX;
  const inGutter = !beside && scene.geometry.withGutter;
  let page = -1;
  let bytes: PageBytes | undefined;
  eachRow(block, grid.perRow, 1, (start, count, column, top, bottom) => {
    const middle = (top + bottom) / 2;
    // The region's own name lies over what is higher.
    if (middle < block.box.textTop + 26 || bottom > scene.geometry.heightPx + grid.rowPx) return;
    const baseline = Math.round(middle + 3.6);
    const at = Number(start >> 12n);
    if (at !== page) {
      page = at;
      bytes = scene.insides.bytes(at);
    }
    const note = inGutter ? '' : rowNote(symbols, bytes, start, count);
    for (let i = 0; i < count; i++) {
      const address = start + BigInt(i);
      const offset = Number(address & 0xfffn);
      const x = block.left + HEX_X + (column + i) * HEX_PX;
      const state = bytes?.states[offset];
      const isCursor = address === cursor;
      const changed = bytes?.changed?.[offset] === 1;
      pen.globalAlpha = alpha;
      if (isCursor) {
        pen.fillStyle = colours.accent;
        pen.fillRect(x - 2, baseline - 10, HEX_PX - 0.5, 13);
      } else if (changed) {
        pen.strokeStyle = colours.chg;
        pen.lineWidth = 1;
        pen.strokeRect(x - 1.5, baseline - 9.5, HEX_PX - 1, 12);
      } else if (state === CELL_UNREADABLE) {
        pen.fillStyle = withAlpha(colours.bad, 0.22);
        pen.fillRect(x - 2, baseline - 10, HEX_PX - 0.5, 13);
      } else if (inSelection(scene, address)) {
        pen.fillStyle = scene.inks.selection;
        pen.fillRect(x - 2, baseline - 10, HEX_PX, 13);
      }
      if (bytes?.stale === true) pen.globalAlpha = alpha * 0.55;
      const colour = isCursor ? colours.onAccent : changed ? colours.chg : state !== CELL_VALID || bytes?.values[offset] === 0 ? colours.fg3 : colours.fg;
      drawText(pen, byteText(bytes, offset), x, baseline, { font: scene.fonts.byte, colour: state === CELL_UNREADABLE ? colours.bad : colour });
      if (withCharacters && (note === '' || beside)) {
        const character = state === CELL_VALID ? characterOf(bytes?.values[offset] ?? 0) : state === CELL_NOT_PRESENT ? '·' : ' ';
        drawText(pen, character, textX + (column + i) * CHARACTER_PX, baseline, { font: scene.fonts.byte, colour: colours.fg2 });
      }
    }
    pen.globalAlpha = alpha;
    if (note !== '') drawText(pen, scene.ruler.fit(pen, scene.fonts.small, note, block.right - noteX - 4), noteX, baseline, { font: scene.fonts.small, colour: colours.fg });
  });
  pen.globalAlpha = base;
}

function inSelection(scene: Scene, address: bigint): boolean {
  return scene.selection !== undefined && scene.selection.start <= address && address < scene.selection.end;
}
