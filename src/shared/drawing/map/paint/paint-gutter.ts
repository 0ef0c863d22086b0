import { formatAddress, toAddress, type Address } from '../../../address/address.ts';
import { pxPerByteAt } from '../../camera/camera.ts';
import { hasTextRows, textPerRow } from '../../inner-levels/inner-levels.ts';
import { LabelLane, rulerTicks } from '../../labels/labels.ts';
import { ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from '../../level-of-detail/draw-list.ts';
import type { Pen } from '../../pen.ts';
import { rowNote } from '../byte-words.ts';
import { crowdWords } from '../region-words.ts';
import { boxOf, snap } from './box.ts';
import { CALLOUT_PX, placeCallouts, type Callout, type SmallSymbols } from './callouts.ts';
import { placeFlags, type PlacedFlag } from './flags.ts';
import { eachRow, innerBlock, innerSides } from './inner-block.ts';
import { hasNoteRoom } from './paint-hex.ts';
import { mix } from './map-inks.ts';
import type { PlacedMark, Scene } from './scene.ts';
import { drawText } from './text.ts';

const FLAG_PX = 13;
const LABEL_PX = 52;
/** A line across a lower block would strike its text through: there only its ends are drawn. */
const CROSSED_FROM_PX = 27;
const ADDRESS_PX = 10;
/** From this height on a count lies over its bars. */
const COUNT_INSIDE_PX = 13;
const COUNT_OFFSETS_PX = [0, 7, -7, 14, -14, 24, -24, 36];
/** Between two round addresses of the ruler. */
const TICK_SPACING_PX = 44;
/** Where each byte has a row of its own, each has its address. */
const BYTE_TICK_PX = 20;
/** A block is ruled from this height on. */
const RULED_FROM_PX = 90;

/** Flags first, then names of what is too small for one inside, then each block's lowest address where there is room, then round addresses inside high blocks. Answers the names. */
export function paintGutter(pen: Pen, scene: Scene, small: readonly SmallSymbols[]): readonly Callout[] {
  const lane = new LabelLane();
  paintMarks(pen, scene, lane);
  if (!scene.geometry.withGutter) return [];
  paintNotes(pen, scene, lane);
  const callouts = placeCallouts(small, lane, scene.geometry.heightPx);
  for (const callout of callouts) paintCallout(pen, scene, callout);
  paintCounts(pen, scene, lane);
  paintAddresses(pen, scene, lane);
  paintRuler(pen, scene, lane);
  return callouts;
}

/** A name with a line to its place in the block. */
function paintCallout(pen: Pen, scene: Scene, { words, address, top, y, alpha }: Callout): void {
  const { geometry, inks, fonts, ruler } = scene;
  const middle = top + CALLOUT_PX / 2;
  pen.globalAlpha = alpha;
  pen.strokeStyle = inks.colours.fg3;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(geometry.blockRight - 8, y);
  pen.lineTo(geometry.blockRight - 1, y);
  pen.lineTo(geometry.gutterX + 3, middle);
  pen.stroke();
  pen.fillStyle = address === undefined ? inks.colours.fg3 : inks.colours.accent;
  pen.beginPath();
  pen.arc(geometry.gutterX + 3, middle, 2.2, 0, Math.PI * 2);
  pen.fill();
  const text = ruler.fit(pen, fonts.small, words, geometry.widthPx - 4 - geometry.gutterX - 9);
  drawText(pen, text, geometry.gutterX + 9, Math.round(middle + 3.6), { font: fonts.small, colour: address === undefined ? inks.colours.fg3 : inks.colours.fg });
  pen.globalAlpha = 1;
}

function paintMarks(pen: Pen, scene: Scene, lane: LabelLane): void {
  const { geometry, inks } = scene;
  const shown = scene.marks.filter((mark) => mark.y >= -1 && mark.y <= geometry.heightPx + 1);
  for (const mark of shown) markLine(pen, scene, mark);
  if (!geometry.withGutter) return;
  for (const flag of placeFlags(shown, FLAG_PX, geometry.heightPx)) {
    if (!lane.tryPlace(flag.top, flag.top + FLAG_PX)) continue;
    paintFlag(pen, scene, flag, snap(flag.top, scene.devicePx), markColour(scene, flag.mark), inks.colours.panel);
  }
}

export function markColour(scene: Scene, mark: PlacedMark): string {
  const { colours, kind } = scene.inks;
  if (mark.kind === 'sp' || mark.kind === 'fp') return kind.stack.solid;
  if (mark.kind === 'pc') return colours.ok;
  if (mark.kind === 'brk') return kind.heap.solid;
  if (mark.kind === 'stack-limit') return kind.guard.solid;
  return mark.kind === 'cursor' ? colours.accent : colours.bad;
}

/** The place itself: a line through the block; a breakpoint is a dot, the cursor an arrow head at the left edge. */
function markLine(pen: Pen, scene: Scene, mark: PlacedMark): void {
  const { blockX, blockRight } = scene.geometry;
  const colour = markColour(scene, mark);
  const y = mark.y;
  if (mark.kind === 'breakpoint') {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(blockX + 4.5, y, 4, 0, Math.PI * 2);
    pen.fill();
    pen.strokeStyle = scene.inks.colours.panel;
    pen.lineWidth = 1;
    pen.stroke();
    return;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  const across = (mark.kind === 'sp' || mark.kind === 'brk') && blockHeight(scene, y) >= CROSSED_FROM_PX;
  pen.moveTo(mark.kind === 'cursor' ? blockX - 8 : blockX, y);
  pen.lineTo(across ? blockRight : blockX + 12, y);
  if (!across) {
    pen.moveTo(blockRight - 4, y);
    pen.lineTo(blockRight, y);
  }
  pen.stroke();
  if (mark.kind !== 'cursor') return;
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(blockX - 10, y - 4);
  pen.lineTo(blockX - 4, y);
  pen.lineTo(blockX - 10, y + 4);
  pen.closePath();
  pen.fill();
}

function blockHeight(scene: Scene, y: number): number {
  const row = scene.placed.rowAt(y);
  return row < 0 ? 0 : scene.placed.edgeY(row) - scene.placed.edgeY(row + 1);
}

function paintFlag(pen: Pen, scene: Scene, { mark, words }: PlacedFlag, top: number, colour: string, panel: string): void {
  const { geometry, fonts, inks, ruler } = scene;
  const tip = geometry.blockRight - 3;
  const right = geometry.widthPx - 6;
  const middle = top + FLAG_PX / 2;
  const baseline = top + 10;
  if (Math.abs(middle - mark.y) > 1) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(geometry.blockRight - 7, mark.y);
    pen.lineTo(tip, middle);
    pen.stroke();
  }
  pen.fillStyle = mix(colour, panel, 0.24);
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(tip, middle);
  pen.lineTo(tip + 6, top + 0.5);
  pen.lineTo(right, top + 0.5);
  pen.lineTo(right, top + FLAG_PX - 0.5);
  pen.lineTo(tip + 6, top + FLAG_PX - 0.5);
  pen.closePath();
  pen.fill();
  pen.stroke();
  const x = tip + 9;
  if (words !== '') {
    drawText(pen, ruler.fit(pen, fonts.flag, words, right - 3 - x), x, baseline, { font: fonts.flag, colour: inks.colours.fg });
    return;
  }
  const note = mark.kind === 'cursor' ? noteAt(scene, mark.address) : '';
  if (note !== '') {
    drawText(pen, ruler.fit(pen, fonts.flag, note, right - 3 - x), x, baseline, { font: fonts.flag, colour: inks.colours.fg });
    return;
  }
  const label = ruler.fit(pen, fonts.flag, mark.kind === 'stack-limit' ? 'limit' : mark.label, LABEL_PX);
  drawText(pen, label, x, baseline, { font: fonts.flag, colour: inks.colours.fg });
  const address = formatAddress(mark.address);
  const addressX = x + ruler.width(pen, fonts.flag, label) + 4;
  const room = right - 2 - addressX;
  const fitted = ruler.width(pen, fonts.flagAddress, address) <= room ? address : shortAddress(mark.address);
  if (ruler.width(pen, fonts.flagAddress, fitted) <= room) drawText(pen, fitted, addressX, baseline, { font: fonts.flagAddress, colour: inks.colours.fg });
}

/** Where the cursor's flag covers the name of what begins in its row, it tells it instead. */
function noteAt(scene: Scene, address: Address): string {
  const pxPerByte = pxPerByteAt(scene.axis, scene.camera, address);
  const sides = innerSides(scene);
  const widthPx = sides.right - sides.left;
  if (scene.morphing || !hasTextRows(pxPerByte, widthPx)) return '';
  const perRow = textPerRow(pxPerByte, widthPx);
  const region = scene.model.table.regionAt(address);
  if (!region || region.perms === '' || hasNoteRoom(sides, perRow)) return '';
  const start = address - (address % BigInt(perRow));
  return rowNote(scene.insides.symbols(region, start, start + BigInt(perRow)), scene.insides.bytes(Number(start >> 12n)), start, perRow);
}

/** Names of what begins in rows of bytes, where the block has no room for them. */
function paintNotes(pen: Pen, scene: Scene, lane: LabelLane): void {
  if (scene.morphing) return;
  const { geometry, list, fonts, inks, ruler } = scene;
  for (let i = 0; i < list.length; i++) {
    const top = list.top[i] ?? 0;
    const bottom = list.bottom[i] ?? 0;
    if (list.type[i] !== ITEM_ROW || bottom - top < RULED_FROM_PX) continue;
    const region = scene.model.table.rowAt(list.first[i] ?? 0);
    const block = region.perms === '' ? undefined : innerBlock(scene, region, boxOf(scene, top, bottom));
    const text = block?.levels.text;
    if (!block || !text || text.alpha < 0.5 || hasNoteRoom(block, text.perRow)) continue;
    const symbols = scene.insides.symbols(region, block.low, block.high);
    eachRow(block, text.perRow, 1, (start, count, _column, rowTop, rowBottom) => {
      const y = (rowTop + rowBottom) / 2;
      if (y < 6 || y > geometry.heightPx - 6 || y < block.box.textTop + 26) return;
      const note = rowNote(symbols, scene.insides.bytes(Number(start >> 12n)), start, count);
      if (note === '' || !lane.tryPlace(y - 6, y + 6)) return;
      pen.globalAlpha = text.alpha;
      pen.fillStyle = inks.colours.accent;
      pen.beginPath();
      pen.arc(geometry.gutterX + 3, y, 2.2, 0, Math.PI * 2);
      pen.fill();
      drawText(pen, ruler.fit(pen, fonts.small, note, geometry.widthPx - 4 - geometry.gutterX - 9), geometry.gutterX + 9, Math.round(y + 3.6), { font: fonts.small, colour: inks.colours.fg });
      pen.globalAlpha = 1;
    });
  }
}

/** The last two groups of four. */
function shortAddress(address: Address): string {
  return `…${formatAddress(address).slice(-9)}`;
}

/** Stretches of bars too low for a count over them have it here. */
function paintCounts(pen: Pen, scene: Scene, lane: LabelLane): void {
  const { geometry, list, fonts, inks, ruler } = scene;
  for (let i = 0; i < list.length; i++) {
    const top = list.top[i] ?? 0;
    const bottom = list.bottom[i] ?? 0;
    if (list.type[i] !== ITEM_CROWD || bottom - top >= COUNT_INSIDE_PX || bottom < 0 || top > geometry.heightPx) continue;
    const words = crowdWords(scene.model, list.first[i] ?? 0, list.last[i] ?? 0, false);
    // Beside the bars, or near them where flags are in the way.
    const middle = COUNT_OFFSETS_PX.map((offset) => (top + bottom) / 2 + offset).find((y) => y > 5 && y < geometry.heightPx - 5 && words !== '' && lane.tryPlace(y - 6, y + 6));
    if (middle === undefined) continue;
    drawText(pen, ruler.fit(pen, fonts.small, words, geometry.widthPx - 4 - geometry.gutterX), geometry.gutterX, middle + 3.5, { font: fonts.small, colour: inks.colours.fg3 });
  }
}

function paintAddresses(pen: Pen, scene: Scene, lane: LabelLane): void {
  const { geometry, list } = scene;
  const { table } = scene.model;
  for (let i = 0; i < list.length; i++) {
    const type = list.type[i];
    if (type !== ITEM_ROW && type !== ITEM_GROUP) continue;
    const row = list.first[i] ?? 0;
    if (table.kindAt(row) === 'gap') continue;
    const baseline = Math.round(list.bottom[i] ?? 0) - 4;
    if (baseline < 8 || baseline > geometry.heightPx) continue;
    if (lane.tryPlace(baseline - ADDRESS_PX + 1, baseline + 1)) addressText(pen, scene, table.startAt(row), baseline);
  }
}

function addressText(pen: Pen, scene: Scene, value: Address, baseline: number): void {
  const { geometry, fonts, inks, ruler } = scene;
  const text = formatAddress(value);
  const room = geometry.widthPx - 2 - geometry.gutterX;
  const font = ruler.width(pen, fonts.address, text) <= room ? fonts.address : fonts.flagAddress;
  drawText(pen, ruler.width(pen, font, text) <= room ? text : shortAddress(value), geometry.gutterX, baseline, { font, colour: inks.colours.fg2 });
}

/** Round addresses inside blocks that are high enough, so that a close look is never without one. */
function paintRuler(pen: Pen, scene: Scene, lane: LabelLane): void {
  const { geometry, list, inks } = scene;
  const { table } = scene.model;
  for (let i = 0; i < list.length; i++) {
    const top = list.top[i] ?? 0;
    const bottom = list.bottom[i] ?? 0;
    if (list.type[i] !== ITEM_ROW || bottom - top < RULED_FROM_PX) continue;
    const row = list.first[i] ?? 0;
    const start = table.startAt(row);
    const end = table.endAt(row);
    const pxPerByte = (bottom - top) / Number(end - start);
    // Only the part on the panel: bytes above and below it may be trillions.
    const below = BigInt(Math.max(0, Math.floor((bottom - geometry.heightPx) / pxPerByte)));
    const above = BigInt(Math.max(0, Math.floor((0 - top) / pxPerByte)));
    for (const tick of rulerTicks(start + below, end - above, pxPerByte, pxPerByte >= BYTE_TICK_PX ? BYTE_TICK_PX : TICK_SPACING_PX)) {
      if (tick === start) continue;
      // A byte's address stands beside its middle, as its digits do.
      const y = scene.yOf(tick) - (pxPerByte >= BYTE_TICK_PX ? pxPerByte / 2 : 0);
      if (y < 4 || y > geometry.heightPx - 4 || !lane.tryPlace(y - 5, y + 5)) continue;
      pen.fillStyle = inks.colours.line2;
      pen.fillRect(geometry.blockRight - 5, Math.round(y), 8, 1);
      addressText(pen, scene, toAddress(tick), snap(y + 3.5, scene.devicePx));
    }
  }
}
