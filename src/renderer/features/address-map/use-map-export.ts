import { useMemo } from 'react';
import { pictureSvg } from '../../../shared/drawing/svg/picture.ts';
import { posterSvg } from '../../../shared/drawing/svg/poster.ts';
import { paintMap } from '../../../shared/drawing/map/paint/paint-map.ts';
import { mapInks } from '../../../shared/drawing/map/paint/map-inks.ts';
import type { AppState } from '../../state/app-state.ts';
import { patternTile } from '../../canvas/pattern-tiles.ts';
import { themeColours } from '../../theme/theme-colours.ts';
import { useApp } from '../../widgets/app-context.tsx';
import type { MapView } from './map-view.ts';
import { tell } from './tell.ts';

export interface MapExports {
  readonly svg: () => void;
  readonly png: () => void;
  readonly poster: () => void;
}

/** Pixels of a PNG for each CSS pixel, so that it can be printed. */
const PNG_RATIO = 2;

/** Saves pictures of the map through the browser's own download. */
export function useMapExport(view: MapView): MapExports {
  const app = useApp();
  return useMemo(() => ({
    svg: () => {
      if (view.scene) download(new Blob([pictureSvg(view.scene, themeColours(), titleOf(app), canvasMeasure())], { type: 'image/svg+xml' }), fileName(app, 'svg'));
    },
    png: () => {
      void savePng(app, view);
    },
    poster: () => {
      const { regions, map, session } = app.session.getState();
      if (!regions || !map) return;
      const target = session?.target;
      const facts = { table: regions, marks: map.marks, totals: map.totals, name: target?.name ?? 'process', pid: target?.pid ?? 0, exe: target?.exe ?? '', date: localDate(new Date()) };
      download(new Blob([posterSvg(facts, themeColours())], { type: 'image/svg+xml' }), fileName(app, 'poster.svg'));
    },
  }), [app, view]);
}

async function savePng(app: AppState, view: MapView): Promise<void> {
  const { scene } = view;
  if (!scene) return;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(scene.geometry.widthPx * PNG_RATIO);
  canvas.height = Math.round(scene.geometry.heightPx * PNG_RATIO);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(PNG_RATIO, PNG_RATIO);
  context.fillStyle = scene.inks.colours.panel;
  context.fillRect(0, 0, scene.geometry.widthPx, scene.geometry.heightPx);
  paintMap(context, { ...scene, inks: mapInks(scene.inks.colours, (pattern, line, ground) => patternTile(pattern, line, ground, PNG_RATIO)) });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) download(blob, fileName(app, 'png'));
  else tell(app, 'error', 'The browser could not make a PNG of the map.');
}

/** Measures as the canvas draws, with the fonts of the page. */
function canvasMeasure(): (font: string, text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  return (font, text) => {
    if (!context) return 0;
    context.font = font;
    return context.measureText(text).width;
  };
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by then; kept for ever it would hold the picture in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function titleOf(app: AppState): string {
  const target = app.session.getState().session?.target;
  return `Address space of ${target?.name ?? 'a process'}, PID ${target?.pid ?? '?'}, ${localDate(new Date())}`;
}

/** `tour-9964-map.svg`, without what file systems do not allow. */
function fileName(app: AppState, ending: string): string {
  const target = app.session.getState().session?.target;
  return `${(target?.name ?? 'process').replaceAll(/[^\w.-]+/g, '_')}-${target?.pid ?? 0}-map.${ending}`;
}

function localDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
