import { formatSize } from '../../../address/size.ts';
import type { Pen } from '../../pen.ts';
import { pointAt } from '../../camera/camera.ts';
import type { KindInk } from '../../kind-style.ts';
import type { Colouring } from '../colouring.ts';
import type { Island } from '../map-model.ts';
import { withAlpha } from './map-inks.ts';
import { STRIP_TOP_PX, stripY } from './geometry.ts';
import { minimapShare, paintMinimap } from './minimap.ts';
import { rowInk, type Scene } from './scene.ts';
import { drawText } from './text.ts';

/**
 * The user half at true scale beside the map, with a wedge from each island of mappings to where the map shows it. Zoomed in, it turns into the minimap.
 */
export function paintStrip(pen: Pen, scene: Scene): void {
  const { geometry, inks } = scene;
  const { stripX, stripWidthPx, heightPx } = geometry;
  const minimap = minimapShare(scene);
  pen.globalAlpha = 1 - minimap;
  if (minimap < 1) for (const island of scene.model.islands) paintWedge(pen, scene, island);
  pen.globalAlpha = 1;
  pen.fillStyle = inks.colours.bg;
  pen.strokeStyle = inks.colours.line2;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(stripX + 0.5, STRIP_TOP_PX + 0.5, stripWidthPx - 1, heightPx - 2 * STRIP_TOP_PX - 1, 2);
  pen.fill();
  pen.stroke();
  if (minimap >= 1) {
    paintMinimap(pen, scene, minimap);
    return;
  }
  paintStripName(pen, scene);
  for (const island of scene.model.islands) {
    const { top, bottom } = islandOnStrip(scene, island);
    pen.fillStyle = inks.kind[islandInk(scene, island)].solid;
    pen.fillRect(stripX, top, stripWidthPx, bottom - top);
  }
  paintFrame(pen, scene);
  if (minimap > 0) paintMinimap(pen, scene, minimap);
}

/** Along the strip, in its largest stretch without mappings; left out where there is none long enough. */
function paintStripName(pen: Pen, scene: Scene): void {
  const { geometry, fonts, inks, ruler } = scene;
  const words = `user half, ${formatSize(scene.model.userEnd)}, true scale`;
  const room = ruler.width(pen, fonts.bracket, words) + 16;
  let best = { from: 0, to: 0 };
  let from = STRIP_TOP_PX;
  for (const island of scene.model.islands.toReversed()) {
    const { top, bottom } = islandOnStrip(scene, island);
    if (top - from > best.to - best.from) best = { from, to: top };
    from = bottom;
  }
  if (geometry.heightPx - STRIP_TOP_PX - from > best.to - best.from) best = { from, to: geometry.heightPx - STRIP_TOP_PX };
  if (best.to - best.from < room) return;
  pen.save();
  pen.translate(geometry.stripX + 9.2, (best.from + best.to) / 2);
  pen.rotate(-Math.PI / 2);
  drawText(pen, words, 0, 0, { font: fonts.bracket, colour: inks.colours.fg3, align: 'center' });
  pen.restore();
}

function islandOnStrip(scene: Scene, island: Island): { readonly top: number; readonly bottom: number } {
  const { table } = scene.model;
  const top = stripY(scene.geometry, table.endAt(island.lastRow), scene.model.userEnd);
  const bottom = Math.max(stripY(scene.geometry, table.startAt(island.firstRow), scene.model.userEnd), top + 3);
  return { top, bottom };
}

function paintWedge(pen: Pen, scene: Scene, island: Island): void {
  const { geometry, placed, inks } = scene;
  const mapTop = placed.edgeY(island.lastRow + 1);
  const mapBottom = placed.edgeY(island.firstRow);
  if (mapBottom < 0 || mapTop > geometry.heightPx) return;
  const strip = islandOnStrip(scene, island);
  const colour = inks.kind[islandInk(scene, island)].solid;
  const left = geometry.stripX + geometry.stripWidthPx;
  pen.beginPath();
  pen.moveTo(left, strip.top);
  pen.lineTo(geometry.wedgeEndX, Math.max(mapTop, 0));
  pen.lineTo(geometry.wedgeEndX, Math.min(mapBottom, geometry.heightPx));
  pen.lineTo(left, strip.bottom);
  pen.closePath();
  pen.fillStyle = withAlpha(colour, 0.24);
  pen.fill();
  pen.strokeStyle = withAlpha(colour, 0.75);
  pen.lineWidth = 0.8;
  pen.stroke();
}

/** What the panel shows of the user half, when that is not all of it. */
function paintFrame(pen: Pen, scene: Scene): void {
  const { geometry, axis, camera, inks } = scene;
  const high = pointAt(axis, camera, 0).address;
  const low = pointAt(axis, camera, geometry.heightPx).address;
  const { userEnd } = scene.model;
  if (low >= userEnd || (low < 0x10000n && high >= userEnd)) return;
  const top = stripY(geometry, high, userEnd) - 1.5;
  const bottom = Math.max(stripY(geometry, low, userEnd) + 1.5, top + 4);
  pen.strokeStyle = inks.colours.accent;
  pen.lineWidth = 1.5;
  pen.strokeRect(geometry.stripX - 2, top, geometry.stripWidthPx + 4, bottom - top);
}

/** An island takes the colour of what it is known for. */
function islandInk(scene: Scene, island: Island): KindInk {
  let known = islandInks.get(scene.colouring);
  if (!known) islandInks.set(scene.colouring, (known = new Map()));
  let ink = known.get(island);
  if (ink === undefined) known.set(island, (ink = chooseIslandInk(scene, island)));
  return ink;
}

/** Chosen once for each colouring: a frame must not look at every row. */
const islandInks = new WeakMap<Colouring, Map<Island, KindInk>>();

function chooseIslandInk(scene: Scene, island: Island): KindInk {
  const { table } = scene.model;
  const last = Math.min(island.lastRow, island.firstRow + 400);
  let ink: KindInk = rowInk(scene, island.firstRow);
  for (let row = island.firstRow; row <= last; row++) {
    const kind = table.kindAt(row);
    if (kind === 'stack') return 'stack';
    if (kind === 'heap') ink = 'heap';
    else if (ink !== 'heap' && rowInk(scene, row) === 'lib') ink = 'lib';
  }
  return table.kindAt(island.lastRow) === 'stack' ? 'stack' : ink;
}
