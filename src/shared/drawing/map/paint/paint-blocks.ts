import { formatSize } from '../../../address/size.ts';
import type { Region } from '../../../model/region.ts';
import type { Pen } from '../../pen.ts';
import type { LabelLane } from '../../labels/labels.ts';
import { GROUP_TYPES } from '../../map-layout/groups.ts';
import { regionStyle } from '../../kind-style.ts';
import { blockName, moduleName } from '../region-words.ts';
import { arrow, boxOf, tear, tearPath, textBaseline, type Box } from './box.ts';
import type { BlockInk } from './map-inks.ts';
import type { SmallSymbols } from './callouts.ts';
import { paintInsides } from './paint-insides.ts';
import { groupAlpha, rowAlpha, rowInk, type Scene } from './scene.ts';
import { drawText } from './text.ts';

const SPINE_PX = 9;
const DETAIL_FROM_PX = 40;
const MIN_TEXT_PX = 11;
const PERM_CELL_PX = 12;
/** One region as a block: spine, wash, outline, tag, name, size, permissions, and what is inside when there is room. Symbols that have no place inside are added to `small`. */
export function paintRegion(pen: Pen, scene: Scene, row: number, top: number, bottom: number, small: SmallSymbols[]): void {
  const region = scene.model.table.rowAt(row);
  const style = regionStyle(region.kind, region.module?.role);
  const ink = scene.inks.kind[rowInk(scene, row)];
  const box = boxOf(scene, top, bottom);
  pen.globalAlpha = rowAlpha(scene, row);
  paintBody(pen, scene, ink, box, style.hatched);
  if (region.kind === 'stack') paintStackUse(pen, scene, region, ink, box);
  if (region.kind === 'non-canonical') paintTears(pen, scene, ink, box);
  const { lane, full, grounded } = paintInsides(pen, scene, region, ink, box, small);
  // A block of which the panel shows a sliver keeps its colours only: its text would be cut.
  if (Math.min(box.bottom, scene.geometry.heightPx) - box.textTop < MIN_TEXT_PX) {
    pen.globalAlpha = 1;
    return;
  }
  const halo = style.hatched ? scene.inks.colours.panel : undefined;
  const baseline = textBaseline(box, scene.geometry.heightPx);
  const nameEnd = paintRight(pen, scene, region, baseline, halo);
  paintName(pen, scene, { tag: scene.colouring.tagOf?.(row) ?? style.tag, name: blockName(region), ink, baseline, right: nameEnd, strong: STRONG.has(region.kind), halo });
  if (!full && box.bottom - box.top >= DETAIL_FROM_PX) paintDetail(pen, scene, region, box, baseline, lane, grounded);
  if (region.kind === 'heap' && box.bottom - box.top >= 30) arrow(pen, scene.geometry.blockRight - 22, box.bottom - 5, -Math.min(18, box.bottom - box.top - 22), ink.solid);
  pen.globalAlpha = 1;
}

const STRONG: ReadonlySet<string> = new Set(['stack', 'heap']);

/** A module or a thread's stack too low to open: one block for all its rows. */
export function paintGroup(pen: Pen, scene: Scene, first: number, last: number, top: number, bottom: number, alpha: number): void {
  const { table, groups } = scene.model;
  const region = table.rowAt(last);
  const type = GROUP_TYPES[groups.type[groups.groupOfRow[last] ?? 0] ?? 0];
  const look = scene.colouring.groupOf(first, last);
  const ink = scene.inks.kind[look.ink];
  const box = boxOf(scene, top, bottom);
  pen.globalAlpha = alpha * groupAlpha(scene, first, last, look.id);
  paintBody(pen, scene, ink, box, false);
  if (Math.min(box.bottom, scene.geometry.heightPx) - box.textTop < MIN_TEXT_PX) {
    pen.globalAlpha = 1;
    return;
  }
  const baseline = textBaseline(box, scene.geometry.heightPx);
  const size = formatSize(table.endAt(last) - table.startAt(first));
  const right = scene.geometry.blockRight - 8;
  const maps = `${last - first + 1} maps`;
  const { fonts, inks, ruler } = scene;
  drawText(pen, size, right, baseline, { font: fonts.size, colour: inks.colours.fg2, align: 'right' });
  let nameEnd = right - ruler.width(pen, fonts.size, size) - 8;
  const name = type === 'thread-stack' ? region.label : moduleName(region.module?.path ?? region.label);
  const mapsWidth = ruler.width(pen, fonts.size, maps);
  const withMaps = nameEnd - mapsWidth - 8 - (scene.geometry.blockX + 38) >= ruler.width(pen, fonts.name, name);
  if (withMaps) {
    drawText(pen, maps, nameEnd, baseline, { font: fonts.size, colour: inks.colours.fg3, align: 'right' });
    nameEnd -= mapsWidth + 8;
  }
  const tag = scene.colouring.tagOf ? look.tag : type === 'thread-stack' ? 'TS' : type === 'vdso' ? 'VD' : type === 'program' ? 'EX' : 'SO';
  paintName(pen, scene, { tag, name, ink, baseline, right: nameEnd, strong: type === 'program', halo: undefined });
  pen.globalAlpha = 1;
}

function paintBody(pen: Pen, scene: Scene, ink: BlockInk, box: Box, hatched: boolean): void {
  const { blockX, blockRight } = scene.geometry;
  const height = box.bottom - box.top;
  const width = blockRight - blockX;
  pen.fillStyle = ink.wash;
  pen.beginPath();
  pen.roundRect(blockX, box.top, width, height, 2);
  pen.fill();
  if (hatched) {
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * 0.28;
    pen.fillStyle = ink.hatch;
    pen.fillRect(blockX, box.top, width, height);
    pen.globalAlpha = alpha;
  }
  pen.fillStyle = ink.spine;
  pen.fillRect(blockX, box.top, SPINE_PX, height);
  pen.strokeStyle = ink.outline;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(blockX + 0.5, box.top + 0.5, width - 1, Math.max(0, height - 1), 2);
  pen.stroke();
}

interface NameText {
  readonly tag: string;
  readonly name: string;
  readonly ink: BlockInk;
  readonly baseline: number;
  readonly right: number;
  readonly strong: boolean;
  readonly halo: string | undefined;
}

function paintName(pen: Pen, scene: Scene, text: NameText): void {
  const { geometry, fonts, inks, ruler } = scene;
  const halo = text.halo === undefined ? {} : { halo: text.halo };
  drawText(pen, text.tag, geometry.blockX + 16, text.baseline, { font: fonts.tag, colour: text.ink.tag, ...halo });
  const font = text.strong ? fonts.strongName : fonts.name;
  const x = geometry.blockX + 38;
  drawText(pen, ruler.fit(pen, font, text.name, text.right - x), x, text.baseline, { font, colour: inks.colours.fg, ...halo });
}

/** Permissions and size, from the right; answers where the name must end. */
function paintRight(pen: Pen, scene: Scene, region: Region, baseline: number, haloColour: string | undefined): number {
  const { geometry, fonts, inks, ruler } = scene;
  const halo = haloColour === undefined ? {} : { halo: haloColour };
  let right = geometry.blockRight - 8;
  if (region.perms !== '') {
    const cells = geometry.blockRight - 4 - 3 * PERM_CELL_PX;
    for (const [i, letter] of ['r', 'w', 'x'].entries()) {
      const given = region.perms[i] === letter;
      const x = cells + i * PERM_CELL_PX;
      pen.beginPath();
      pen.roundRect(x + 0.5, baseline - 9, 10, 10, 2);
      pen.fillStyle = given ? inks.permOn : inks.colours.panel;
      if (given || haloColour !== undefined) pen.fill();
      pen.strokeStyle = given ? inks.colours.fg2 : inks.colours.line2;
      pen.lineWidth = 1;
      pen.stroke();
      drawText(pen, letter, x + 5.5, baseline - 1, { font: fonts.perm, colour: given ? inks.colours.fg : inks.colours.fg3, align: 'center' });
    }
    right = cells - 6;
  }
  const size = formatSize(region.end - region.start);
  drawText(pen, size, right, baseline, { font: fonts.size, colour: inks.colours.fg2, align: 'right', ...halo });
  return right - ruler.width(pen, fonts.size, size) - 6;
}

function paintDetail(pen: Pen, scene: Scene, region: Region, box: Box, above: number, lane: LabelLane | undefined, grounded: boolean): void {
  const text = scene.detailOf(region);
  const baseline = Math.min(box.bottom, scene.geometry.heightPx) - 7;
  if (text === '' || baseline - above < 13 || lane?.tryPlace(baseline - 10, baseline + 3) === false) return;
  const { geometry, fonts, ruler, inks } = scene;
  const x = geometry.blockX + 16;
  drawText(pen, ruler.fit(pen, fonts.small, text, geometry.blockRight - 30 - x), x, baseline, { font: fonts.small, colour: inks.colours.fg2, ...(grounded ? { halo: inks.colours.panel } : {}) });
}

/** The part of the stack above rsp is in use; the rest is faded. */
function paintStackUse(pen: Pen, scene: Scene, region: Region, ink: BlockInk, box: Box): void {
  const mark = scene.marks.find((one) => one.kind === 'sp' && one.address >= region.start && one.address < region.end);
  if (!mark) return;
  const y = Math.max(box.top, Math.min(box.bottom, mark.y));
  const { blockX, blockRight } = scene.geometry;
  const alpha = pen.globalAlpha;
  pen.fillStyle = ink.strongWash;
  pen.fillRect(blockX + SPINE_PX, box.top + 1, blockRight - blockX - SPINE_PX - 1, Math.max(0, y - box.top - 1));
  pen.globalAlpha = alpha * 0.55;
  pen.fillStyle = scene.inks.colours.panel;
  pen.fillRect(blockX + SPINE_PX, y, blockRight - blockX - SPINE_PX - 1, Math.max(0, box.bottom - y - 1));
  pen.globalAlpha = alpha;
}

/** The hole of non-canonical addresses is a break in the map: both its edges are torn away. */
function paintTears(pen: Pen, scene: Scene, ink: BlockInk, box: Box): void {
  const { blockX, blockRight } = scene.geometry;
  if (box.bottom - box.top < 16) return;
  pen.fillStyle = scene.inks.colours.panel;
  tearPath(pen, blockX - 1, blockRight + 1, box.top + 4);
  pen.lineTo(blockRight + 1, box.top - 1);
  pen.lineTo(blockX - 1, box.top - 1);
  pen.closePath();
  pen.fill();
  tearPath(pen, blockX - 1, blockRight + 1, box.bottom);
  pen.lineTo(blockRight + 1, box.bottom + 1);
  pen.lineTo(blockX - 1, box.bottom + 1);
  pen.closePath();
  pen.fill();
  tear(pen, blockX, blockRight, box.top + 4, ink.solid);
  tear(pen, blockX, blockRight, box.bottom, ink.solid);
}
