import type { Pen } from '../../pen.ts';
import { ITEM_BAR, type DrawList } from '../../level-of-detail/draw-list.ts';
import { crowdWords } from '../region-words.ts';
import { snap } from './box.ts';
import { rowAlpha, rowInk, type Scene } from './scene.ts';
import { drawText } from './text.ts';

const SPINE_PX = 9;
/** The body of a thin row is a tint, its spine the full colour: a hundred bars side by side must not shout louder than the blocks. */
const BODY_ALPHA = 0.5;
const LONE_BAR_PX = 2;

/** Thin rows, from entry `i` on: neighbours of one colour make one rectangle. Answers the first entry that is no bar. */
export function paintBars(pen: Pen, scene: Scene, list: DrawList, i: number): number {
  const { blockX, blockRight } = scene.geometry;
  let at = i;
  while (at < list.length && list.type[at] === ITEM_BAR) {
    const row = list.first[at] ?? 0;
    const ink = rowInk(scene, row);
    const alpha = rowAlpha(scene, row);
    const top = list.top[at] ?? 0;
    let bottom = list.bottom[at] ?? 0;
    const wide = bottom - top >= 3;
    const shade = moduleShade(scene, row);
    at++;
    // Bars that can be told apart keep a seam; those that can't are merged.
    while (!wide && at < list.length && list.type[at] === ITEM_BAR && (list.bottom[at] ?? 0) - (list.top[at] ?? 0) < 3) {
      const next = list.first[at] ?? 0;
      if (rowInk(scene, next) !== ink || rowAlpha(scene, next) !== alpha || moduleShade(scene, next) !== shade) break;
      bottom = list.bottom[at] ?? bottom;
      at++;
    }
    if (bottom < 0 || top > scene.geometry.heightPx) continue;
    // Nothing mapped stays paper.
    if (ink === 'gap') continue;
    // Bars with no bar beside them, such as a whole program at true scale, must still be found.
    const alone = list.type[i - 1] !== ITEM_BAR && list.type[at] !== ITEM_BAR && at - i <= 2;
    const height = Math.max(bottom - top - (wide ? 1 : 0), alone ? LONE_BAR_PX : 0);
    pen.fillStyle = scene.inks.kind[ink].solid;
    pen.globalAlpha = alpha;
    pen.fillRect(blockX, top, SPINE_PX, height);
    pen.globalAlpha = alpha * shade;
    pen.fillRect(blockX + SPINE_PX, top, blockRight - blockX - SPINE_PX, height);
  }
  pen.globalAlpha = 1;
  return at;
}

/** Neighbouring modules differ a little, so that a hundred libraries are seen to be many. */
function moduleShade(scene: Scene, row: number): number {
  const { groups } = scene.model;
  const group = groups.groupOfRow[row] ?? 0;
  return (groups.type[group] ?? 0) > 0 && group % 2 === 1 ? BODY_ALPHA * 0.76 : BODY_ALPHA;
}

/** How many there are where they can't be told apart. */
export function paintCrowd(pen: Pen, scene: Scene, first: number, last: number, top: number, bottom: number): void {
  const { geometry, inks, fonts, ruler } = scene;
  const from = Math.max(top, 0);
  const to = Math.min(bottom, geometry.heightPx);
  const room = geometry.blockRight - geometry.blockX - 42;
  const full = crowdWords(scene.model, first, last, true);
  if (to - from < 13 || full === '') return;
  const text = ruler.width(pen, fonts.small, full) <= room ? full : ruler.fit(pen, fonts.small, crowdWords(scene.model, first, last, false), room);
  const width = ruler.width(pen, fonts.small, text) + 14;
  const middle = (from + to) / 2;
  const x = geometry.blockX + 16;
  pen.fillStyle = inks.colours.panel;
  pen.beginPath();
  pen.roundRect(x, middle - 7, width, 14, 7);
  pen.fill();
  drawText(pen, text, x + 7, snap(middle + 3.5, scene.devicePx), { font: fonts.small, colour: inks.colours.fg2 });
}
