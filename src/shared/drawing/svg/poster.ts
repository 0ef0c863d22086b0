import { formatCount, formatSize } from '../../address/size.ts';
import type { MapTotals } from '../../model/map-totals.ts';
import type { Mark } from '../../model/mark.ts';
import type { RegionTable } from '../../model/region-table.ts';
import { DrawList } from '../level-of-detail/draw-list.ts';
import { rowWishes } from '../map-layout/row-heights.ts';
import { colourBy, type Colouring } from '../map/colouring.ts';
import { NO_INSIDES } from '../map/insides.ts';
import { buildModel } from '../map/map-model.ts';
import { buildScene, EMPTY_WORLD } from '../map/map-scene.ts';
import { mapGeometry, PADDING_PX } from '../map/paint/geometry.ts';
import { mapInks, type MapInks } from '../map/paint/map-inks.ts';
import { paintMap } from '../map/paint/paint-map.ts';
import { drawText, mapFonts, TextRuler } from '../map/paint/text.ts';
import type { Palette } from '../palette.ts';
import { SvgPen } from './svg-pen.ts';

export interface PosterFacts {
  readonly table: RegionTable;
  readonly marks: readonly Mark[];
  readonly totals: MapTotals;
  /** Name of the process. */
  readonly name: string;
  readonly pid: number;
  /** Path of the executable; '' when it is not known. */
  readonly exe: string;
  /** When the picture was taken, as it is to be printed. */
  readonly date: string;
}

const MARGIN_PX = 28;
const COLUMN_PX = 430;
const COLUMN_GAP_PX = 22;
const HEADER_PX = 74;
/** Columns are about this high: a sheet that can be hung up and looked at on a screen. */
const COLUMN_HEIGHT_PX = 1400;
/** More columns nobody looks at: a larger map is compressed, and counts what is too small. */
const MOST_COLUMNS = 24;
const LEGEND_ITEM_PX = 212;
const LEGEND_LINE_PX = 20;
const LEGEND_TOP_PX = 34;

/** The whole map as one self-contained SVG: every region with its name, in as many columns as that takes, with legend, process name and date. */
export function posterSvg(facts: PosterFacts, palette: Palette): string {
  const { table } = facts;
  const wanted = rowWishes(table.columns).wishedPx.reduce((sum, px) => sum + px, 0) + 2 * PADDING_PX;
  const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.ceil(wanted / COLUMN_HEIGHT_PX)));
  const columnHeight = columns === 1 ? Math.max(700, Math.ceil(wanted)) : COLUMN_HEIGHT_PX;
  const model = buildModel(table, columns * columnHeight - 2 * PADDING_PX);
  const colouring = colourBy('kind', table);
  const pen = new SvgPen();
  const inks = mapInks(palette, pen.tile);
  const fonts = mapFonts(palette.sans, palette.mono);
  const ruler = new TextRuler();
  const widthPx = Math.max(2 * MARGIN_PX + columns * COLUMN_PX + (columns - 1) * COLUMN_GAP_PX, 560);
  const legend = legendOf(colouring);
  const perLine = Math.max(1, Math.floor((widthPx - 2 * MARGIN_PX) / LEGEND_ITEM_PX));
  const legendHeight = Math.ceil(legend.length / perLine) * LEGEND_LINE_PX + LEGEND_TOP_PX;
  const heightPx = HEADER_PX + columnHeight + legendHeight + MARGIN_PX;
  const title = `Address space of ${facts.name}, PID ${facts.pid}, ${facts.date}`;

  pen.fillStyle = palette.panel;
  pen.fillRect(0, 0, widthPx, heightPx);
  paintHeader(pen, facts, palette, widthPx);
  for (let column = 0; column < columns; column++) {
    pen.save();
    pen.translate(MARGIN_PX + column * (COLUMN_PX + COLUMN_GAP_PX), HEADER_PX);
    pen.beginPath();
    pen.rect(0, 0, COLUMN_PX, columnHeight);
    pen.clip();
    paintMap(pen, buildScene({
      world: { ...EMPTY_WORLD, marks: facts.marks }, model, axis: model.schematic, motion: undefined, colouring, hidden: new Set(), list: new DrawList(),
      // One camera, moved down by a column's height for each column: the map goes on at the top of the next.
      camera: { address: 0n, fraction: 0, atPx: columns * columnHeight - PADDING_PX - column * columnHeight, zoom: model.schematic.fitZoom },
      geometry: mapGeometry(COLUMN_PX, columnHeight), inks, fonts, ruler, insides: NO_INSIDES, barPx: 1,
    }));
    pen.restore();
  }
  paintLegend(pen, legend, inks, palette, HEADER_PX + columnHeight + LEGEND_TOP_PX, perLine);
  return pen.document(widthPx, heightPx, title, palette);
}

function paintHeader(pen: SvgPen, { name, pid, exe, date, totals }: PosterFacts, palette: Palette, widthPx: number): void {
  drawText(pen, name, MARGIN_PX, 36, { font: `600 17px ${palette.sans}`, colour: palette.fg });
  const nameWidth = pen.measureText(name).width;
  drawText(pen, `PID ${pid}`, MARGIN_PX + nameWidth + 10, 36, { font: `13px ${palette.mono}`, colour: palette.fg2 });
  drawText(pen, date, widthPx - MARGIN_PX, 36, { font: `12px ${palette.mono}`, colour: palette.fg2, align: 'right' });
  const resident = totals.residentBytes === undefined ? [] : [`resident ${formatSize(totals.residentBytes)}`];
  const line = [`${formatCount(totals.mappings)} mappings`, `virtual ${formatSize(totals.virtualBytes)}`, ...resident, ...(exe === '' ? [] : [exe])].join('   ');
  drawText(pen, new TextRuler().fit(pen, `11px ${palette.sans}`, line, widthPx - 2 * MARGIN_PX), MARGIN_PX, 56, { font: `11px ${palette.sans}`, colour: palette.fg2 });
}

type LegendEntry = Pick<Colouring['classes'][number], 'ink' | 'tag' | 'title' | 'regions'>;

function legendOf(colouring: Colouring): readonly LegendEntry[] {
  return colouring.classes.toReversed();
}

function paintLegend(pen: SvgPen, legend: readonly LegendEntry[], inks: MapInks, palette: Palette, top: number, perLine: number): void {
  drawText(pen, 'High addresses on top; sizes compressed, gaps folded; addresses at the lower edge of each block', MARGIN_PX, top - 10, { font: `10px ${palette.sans}`, colour: palette.fg3 });
  for (const [i, entry] of legend.entries()) {
    const x = MARGIN_PX + (i % perLine) * LEGEND_ITEM_PX;
    const y = top + Math.floor(i / perLine) * LEGEND_LINE_PX;
    pen.fillStyle = inks.kind[entry.ink].spine;
    pen.fillRect(x, y, 12, 13);
    drawText(pen, entry.tag, x + 18, y + 10, { font: `700 9px ${palette.mono}`, colour: inks.kind[entry.ink].tag });
    drawText(pen, `${entry.title}, ${formatCount(entry.regions)}`, x + 38, y + 10, { font: `11px ${palette.sans}`, colour: palette.fg });
  }
}
