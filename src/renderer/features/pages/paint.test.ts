import { describe, expect, it } from 'vitest';
import { KIND_INKS } from '../../../shared/drawing/kind-style.ts';
import { DrawLog } from '../../../shared/drawing/testing/draw-log.ts';
import { PAGE_STATE_CODE } from '../../../shared/model/page-state.ts';
import { GridLayout } from '../../kernels/page-grid/layout.ts';
import { pagePieces } from '../../kernels/page-grid/pieces.ts';
import { ResidentRows } from '../../kernels/page-grid/residents.ts';
import { pageSpans } from '../../kernels/page-grid/spans.ts';
import { regionTable, runColumns } from '../../kernels/page-grid/testing/random-pages.ts';
import type { ThemeColours } from '../../theme/theme-colours.ts';
import { paintGrid } from './grid-paint.ts';
import type { PagesPicture } from './pages-data.ts';
import { countSpans, paintResidents } from './residents-paint.ts';

const regions = regionTable([{ start: 0x1000, end: 0x4000, label: 'heap' }, { start: 0x8000, end: 0x8000 + 4096 * 20_000, label: 'arena' }]);
const spans = pageSpans(regions.columns);
const runs = runColumns([{ page: 1, count: 2, state: PAGE_STATE_CODE.absent }, { page: 3, count: 1, state: PAGE_STATE_CODE.anonymous }, { page: 8, count: 20_000, state: PAGE_STATE_CODE.absent }]);
const picture: PagesPicture = { generation: 1, regions, spans, runs, pieces: pagePieces(runs, spans), cutAt: undefined, cost: { elapsedMs: 0, bytesRead: 0, source: 'pagemap' } };
const counts = countSpans(picture);

const COLOURS: ThemeColours = {
  kind: Object.fromEntries(KIND_INKS.map((ink) => [ink, `kind-${ink}`])) as ThemeColours['kind'], bg: 'bg', panel: 'panel', raised: 'raised', hover: 'hover', line: 'line', line2: 'line2', fg: 'fg', fg2: 'fg2', fg3: 'fg3',
  accent: 'accent', onAccent: 'onAccent', ok: 'ok', warn: 'warn', bad: 'bad', chg: 'chg', disk: 'disk', wash: 0.2, light: false, sans: 'sans', mono: 'mono',
};

describe('paintResidents', () => {
  it('writes each region’s name and count, a cell for each page, and how many have none', () => {
    const rows = new ResidentRows(spans, (span) => (counts.pieces[span] ?? 0) <= 1);
    const log = new DrawLog();
    const shown = [rows.at(0), rows.at(1)].filter((row) => row !== undefined);
    paintResidents(log, { picture, counts, rows: shown, rowCount: rows.length, cursorRow: 1, scrollPx: 0, widthPx: 340, heightPx: 600, colours: COLOURS, spine: () => 'spine' });
    expect(log.texts).toEqual(['arena', '0/20\u2009000', 'top 33 of 20\u2009000 pages', 'heap', '1/3']);
    // Absent pages are outlines: 33 of the arena's, two of the heap's.
    expect(log.count('strokeRect')).toBe(33 + 2);
    expect(log.count('roundRect')).toBe(1);
  });
});

describe('paintGrid', () => {
  const layout = new GridLayout(spans, picture.pieces, { widthPx: 280, pagesPerCell: 1, pitchPx: 14, headingPx: 22, foldPx: 16, gapPx: 8, fold: true });
  const scene = (takes: (piece: number) => boolean) => ({
    layout, picture, pieces: picture.pieces, counts, scrollPx: 0, widthPx: 304, heightPx: 600, colours: COLOURS, marginPx: 12, cursorPage: 3, faultPage: 1, selected: { firstPage: 2, endPage: 4 }, takes, spine: () => 'spine',
  });

  it('heads each region, folds what is alike, and marks cursor and selection', () => {
    const log = new DrawLog();
    paintGrid(log, scene(() => true));
    expect(log.texts).toEqual(['arena', 'rw-p  0/20\u2009000', '… 19\u2009980 more pages: not present', 'heap', 'rw-p  1/3']);
    expect(log.ops.filter(({ op, ink }) => op === 'strokeRect' && ink === 'accent').length).toBe(1);
    // The page of the access that failed: a double frame and a bolt.
    expect(log.ops.filter(({ op, ink }) => op === 'strokeRect' && ink === 'bad').length).toBe(2);
    expect(log.ops.filter(({ op, ink }) => op === 'stroke' && ink === 'bad').length).toBe(1);
    expect(log.ops.filter(({ op, ink }) => op === 'fillRect' && ink === 'accent').length).toBe(2);
    expect(log.ops.filter(({ op, ink, alpha }) => op === 'fillRect' && ink === 'kind-data' && alpha === 1).length).toBe(1);
  });

  it('draws faintly what the filter leaves out', () => {
    const log = new DrawLog();
    paintGrid(log, scene((piece) => piece !== 1));
    expect(log.ops.filter(({ op, ink }) => op === 'fillRect' && ink === 'kind-data').map(({ alpha }) => alpha)).toEqual([0.22]);
    expect(log.globalAlpha).toBe(1);
  });
});
