import type { Pen } from '../../pen.ts';
import { GROUP_TYPES } from '../../map-layout/groups.ts';
import { bracketName } from '../region-words.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** Names an opened group at the left: its file name along the bracket. */
export function paintBracket(pen: Pen, scene: Scene, first: number, last: number, top: number, bottom: number, alpha: number): void {
  const { geometry, inks, fonts, ruler } = scene;
  const { table, groups } = scene.model;
  const region = table.rowAt(last);
  const type = GROUP_TYPES[groups.type[groups.groupOfRow[last] ?? 0] ?? 0];
  if (type === 'vdso' || last === first) return;
  const from = Math.max(top + 2, -4);
  const to = Math.min(bottom - 2, geometry.heightPx + 4);
  const colour = type === 'library' || type === 'loader' ? inks.kind.lib.solid : type === 'thread-stack' ? inks.kind.tstack.solid : inks.kind.text.solid;
  pen.globalAlpha = alpha;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(geometry.bracketX + 4, from);
  pen.lineTo(geometry.bracketX, from);
  pen.lineTo(geometry.bracketX, to);
  pen.lineTo(geometry.bracketX + 4, to);
  pen.stroke();
  const shownFrom = Math.max(from, 2);
  const shownTo = Math.min(to, geometry.heightPx - 2);
  const full = region.module ? bracketName(region.module.path) : region.tid === undefined ? region.label : `T${region.tid}`;
  const name = ruler.fit(pen, fonts.bracket, full, shownTo - shownFrom - 4);
  // Three letters of a name say nothing.
  if (name === full || name.length > 5) {
    pen.save();
    pen.translate(geometry.bracketX - 4, (shownFrom + shownTo) / 2);
    pen.rotate(-Math.PI / 2);
    drawText(pen, name, 0, 0, { font: fonts.bracket, colour: inks.colours.fg2, align: 'center' });
    pen.restore();
  }
  pen.globalAlpha = 1;
}
