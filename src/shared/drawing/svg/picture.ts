import type { Scene } from '../map/paint/scene.ts';
import { mapInks } from '../map/paint/map-inks.ts';
import { paintMap } from '../map/paint/paint-map.ts';
import type { Palette } from '../palette.ts';
import { SvgPen } from './svg-pen.ts';

/** One picture, as it is on the panel, as a self-contained SVG. `measure` is the browser's own. */
export function pictureSvg(scene: Scene, palette: Palette, title: string, measure: (font: string, text: string) => number): string {
  const { widthPx, heightPx } = scene.geometry;
  const pen = new SvgPen(measure);
  pen.fillStyle = palette.panel;
  pen.fillRect(0, 0, widthPx, heightPx);
  pen.beginPath();
  pen.rect(0, 0, widthPx, heightPx);
  pen.clip();
  // The same scene with inks of this pen: the canvas's patterns can't be written down.
  paintMap(pen, { ...scene, inks: mapInks(palette, pen.tile) });
  return pen.document(widthPx, heightPx, title, palette);
}
