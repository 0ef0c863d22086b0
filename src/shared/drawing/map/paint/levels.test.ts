import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../address/address.ts';
import { CELL_NOT_PRESENT, CELL_UNREADABLE, CELL_VALID } from '../../../model/byte-cell.ts';
import { PAGE_STATE_CODE } from '../../../model/page-state.ts';
import { pxPerByteAt } from '../../camera/camera.ts';
import { mapOf, mapOf57, recordedMap } from '../../map-layout/testing/fixture-map.ts';
import { DrawLog } from '../../testing/draw-log.ts';
import { hitAt } from '../hit.ts';
import type { MapInsides, PageBytes } from '../insides.ts';
import { settle, showing, zoomed } from '../map-camera.ts';
import { sceneWords } from '../scene-words.ts';
import { sceneOf } from '../testing/test-scene.ts';
import { minimapShare, stripTarget, viewportOnMinimap } from './minimap.ts';
import { paintMap } from './paint-map.ts';

const TABLE = recordedMap('c-program');
/** The program's data in the recorded map: one page. */
const DATA = TABLE.rowAt(TABLE.indexAt(toAddress(0x564b_0f11_2060n)));

function bytesOf(values: readonly number[], state = CELL_VALID): PageBytes {
  const cells = { values: new Uint8Array(4096), states: new Uint8Array(4096).fill(state) };
  cells.values.set(values);
  return { ...cells, changed: undefined, stale: false, missing: state === CELL_VALID ? '' : 'never touched' };
}

const KNOWN: Partial<MapInsides> = {
  spans: (region) => (region.start === DATA.start ? [{ start: DATA.start, end: toAddress(DATA.start + 0x40n), label: '.data' }] : []),
  symbols: (region) => (region.start === DATA.start ? { base: DATA.start, length: 3, from: Float64Array.of(0x10, 0x18, 0x20), to: Float64Array.of(0x14, 0x20, 0x40), names: ['initialized_global', 'greeting', 'table'] } : undefined),
  pages: (page) => ({ first: page, state: Uint8Array.of(PAGE_STATE_CODE['private-copy']), flags: Uint8Array.of(0) }),
  bytes: () => bytesOf([...Array.from({ length: 16 }, () => 0), 0x2a, 0, 0, 0, 0, 0, 0, 0, 0x48, 0x65]),
};

/** The picture in which a byte of the data is so high. */
function at(px: number, insides: Partial<MapInsides> = KNOWN, options: { widthPx?: number; address?: bigint } = {}): { readonly log: DrawLog; readonly scene: ReturnType<typeof sceneOf> } {
  const home = sceneOf(TABLE, options);
  const focus = { address: options.address ?? DATA.start + 0x10n, fraction: 0, atPx: 445, zoom: 1 };
  const camera = settle(home.axis, { ...focus, zoom: px / pxPerByteAt(home.axis, focus, focus.address) }, 890);
  const scene = sceneOf(TABLE, { ...options, camera, insides });
  const log = new DrawLog();
  paintMap(log, scene);
  return { log, scene };
}

describe('levels of the zoom on a recorded map', () => {
  it('regions: names and sizes, nothing of the inside', () => {
    const scene = sceneOf(TABLE, { insides: KNOWN });
    const log = new DrawLog();
    paintMap(log, scene);
    expect(sceneWords(scene).title).toMatch(/^whole map, 0x0000_0000_0000 to /);
    expect(log.texts).toContain('[heap]');
    expect(log.texts).not.toContain('initialized_global');
    expect(log.texts.some((text) => text.startsWith('present'))).toBe(false);
  });

  it('sections and pages: the section named, the page with what the page table says, small symbols counted', () => {
    const { log, scene } = at(180 / 4096);
    expect(sceneWords(scene).title).toMatch(/^pages, /);
    expect(log.texts.some((text) => text.includes('present, priv'))).toBe(true);
    expect(log.texts).not.toContain('initialized_global');
  });

  it('symbols: the section, and names with sizes where they are high enough', () => {
    const { log } = at(0.9, { ...KNOWN, pages: () => undefined });
    expect(log.texts).toEqual(expect.arrayContaining(['.data', 'table', '32 B']));
  });

  it('counts what is too small for a name', () => {
    const names = Array.from({ length: 60 }, (_, i) => `small_${i}`);
    const symbols: MapInsides['symbols'] = (region) => (region.start === DATA.start ? { base: DATA.start, length: 60, from: Float64Array.from(names, (_, i) => i * 8), to: Float64Array.from(names, (_, i) => i * 8 + 8), names } : undefined);
    const { log } = at(0.4, { symbols });
    const counted = log.texts.flatMap((text) => /^\+ (\d+) symbols?$/.exec(text)?.[1] ?? []).map(Number);
    expect(counted.length).toBeGreaterThan(0);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(60);
  });

  it('cells of bytes: one for each run of a sort, none where nothing was read', () => {
    const cells = (insides: Partial<MapInsides>): number => at(0.25, insides).log.count('fillRect');
    expect(cells(KNOWN)).toBeGreaterThan(cells({ ...KNOWN, bytes: () => undefined }));
  });

  it('rows of digits: eight bytes, with characters and the symbol that begins there', () => {
    const { log, scene } = at(2.2, KNOWN, { widthPx: 520 });
    expect(sceneWords(scene).title).toMatch(/^rows of bytes, /);
    expect(log.texts).toContain('initialized_global = 42');
    expect(log.texts.filter((text) => text === '2a')).toHaveLength(1);
    expect(sceneWords(scene).rows.some((row) => /2a 00 00 00 00 00 00 00 {2}‘\*\.{7}’ {2}initialized_global = 42$/.test(row))).toBe(true);
  });

  it('names stand in the gutter where the block has no room for them', () => {
    expect(at(2.2).log.texts.some((text) => text.startsWith('initialized_glob'))).toBe(true);
  });

  it('single bytes: digits, character, value, and the address of each', () => {
    const { log, scene } = at(24);
    expect(sceneWords(scene).title).toMatch(/^single bytes, /);
    expect(log.texts).toEqual(expect.arrayContaining(['2a', '*', '00', '.']));
    const rows = sceneWords(scene).rows.map((row) => row.slice(0, 16));
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(25);
  });

  it.each([[CELL_NOT_PRESENT, '··'], [CELL_UNREADABLE, '!!']])('shows no digits for bytes that were not read (state %i)', (state, text) => {
    const { log } = at(24, { ...KNOWN, bytes: () => bytesOf([0x2a], state) });
    expect(log.texts).toContain(text);
    expect(log.texts.some((one) => /^[0-9a-f]{2}$/.test(one))).toBe(false);
  });

  it('shows neither digits nor zeros while the answer is on its way', () => {
    expect(at(24, { ...KNOWN, bytes: () => undefined }).log.texts.some((one) => /^[0-9a-f·!]{2}$/.test(one))).toBe(false);
  });
});

describe('what is drawn is what is hit', () => {
  it('finds the byte under the middle of each of its rows, at every zoom', () => {
    fc.assert(fc.property(fc.double({ min: -6.5, max: 4.58, noNaN: true }), fc.integer({ min: 60, max: 250 }), fc.integer({ min: 30, max: 860 }), (log2, x, y) => {
      const { scene } = at(2 ** log2);
      const hit = hitAt(scene, x, y);
      expect(hit).toBeDefined();
      if (!hit) return;
      expect(hit.address >= hit.region.start && hit.address < hit.region.end).toBe(true);
      expect(scene.placed.rowAt(y)).toBe(hit.row);
      if (!hit.grid) return;
      // The cell's row covers the height that was asked.
      const rowBytes = BigInt(hit.grid.perRow * hit.grid.unitBytes);
      const row = hit.address - (hit.address % rowBytes);
      expect(scene.yOf(row)).toBeGreaterThanOrEqual(y - 1e-3);
      expect(scene.yOf(row + rowBytes)).toBeLessThanOrEqual(y + 1e-3);
    }), { numRuns: 60 });
  });
});

describe('no two names of a block meet', () => {
  it('at any zoom: names of pages, sections and symbols have lines of their own', () => {
    const many: MapInsides['symbols'] = (region) => ({
      base: region.start, length: 300, from: Float64Array.from({ length: 300 }, (_, i) => i * 13), to: Float64Array.from({ length: 300 }, (_, i) => i * 13 + 4 + (i % 9)), names: Array.from({ length: 300 }, (_, i) => `symbol_${i}`),
    });
    fc.assert(fc.property(fc.double({ min: -7, max: 0.2, noNaN: true }), (log2) => {
      const { log, scene } = at(2 ** log2, { ...KNOWN, symbols: many });
      const baselines = log.ops
        .filter((entry) => entry.op === 'fillText' && Number(entry.args[1]) > scene.geometry.blockX + 12 && Number(entry.args[1]) < scene.geometry.blockX + 22)
        .filter((entry) => /symbol|present|\.data|^[0-9a-f_]+ /.test(String(entry.args[0])))
        .map((entry) => Number(entry.args[2])).toSorted((a, b) => a - b);
      for (let i = 1; i < baselines.length; i++) expect((baselines[i] ?? 0) - (baselines[i - 1] ?? 0)).toBeGreaterThanOrEqual(9);
    }), { numRuns: 80 });
  });
});

describe('minimap', () => {
  it('frames what the panel shows, and leads back to it', () => {
    const home = sceneOf(TABLE);
    expect(minimapShare(home)).toBe(0);
    fc.assert(fc.property(fc.integer({ min: 60, max: 830 }), fc.double({ min: 2, max: 400, noNaN: true }), (y, factor) => {
      const scene = sceneOf(TABLE, { camera: zoomed(home.axis, home.camera, y, factor, 890) });
      expect(minimapShare(scene)).toBe(1);
      const { top, bottom } = viewportOnMinimap(scene);
      expect(bottom - top).toBeGreaterThanOrEqual(4.9);
      const middle = stripTarget(scene, (top + bottom) / 2);
      const shownAt = scene.yOf(middle);
      // Within the panel, or as near as a frame of a few pixels can say.
      expect(shownAt).toBeGreaterThan(-3 * factor - 1);
      expect(shownAt).toBeLessThan(890 + 3 * factor + 1);
    }), { numRuns: 60 });
  });

  it('at true scale leads to the address at that height of the user half', () => {
    const scene = sceneOf(TABLE);
    expect(Number(stripTarget(scene, 445)) / Number(scene.model.userEnd)).toBeCloseTo(0.5, 3);
  });
});

describe('spaces of 57-bit addresses', () => {
  const table = mapOf57('400000-401000 text program:/a', '7f0000000000-7f0000021000 anon', '7fffffa00000-7fffffa21000 stack');

  it('end the user half at 2^56 and tear the map at the hole', () => {
    const scene = sceneOf(table);
    expect(scene.model.userEnd).toBe(1n << 56n);
    const log = new DrawLog();
    paintMap(log, scene);
    expect(log.texts).toEqual(expect.arrayContaining(['user half, 64 PiB, true scale', 'Non-canonical', '15.9 EiB', 'Kernel half', '64 PiB']));
  });

  it('fill the panel with their user half in true scale', () => {
    const scene = sceneOf(table, { scale: 'true' });
    expect(scene.yOf(0n) - scene.yOf(1n << 56n)).toBeCloseTo(882, 6);
  });
});

describe('marks of a search', () => {
  it('are one for each pixel line, however many hits there are', () => {
    const table = mapOf('7f0000000000-7f0000100000 anon');
    const region = table.rowAt(table.indexAt(toAddress(0x7f00_0000_0000n)));
    const draw = (hits: readonly bigint[]): number => {
      const home = sceneOf(table);
      const log = new DrawLog();
      paintMap(log, sceneOf(table, { camera: showing(home.axis, region, 890), hits }));
      return log.count('closePath');
    };
    const none = draw([]);
    expect(draw([region.start + 0x1000n]) - none).toBe(1);
    const many: Address[] = Array.from({ length: 50_000 }, (_, i) => toAddress(region.start + BigInt(i) * 16n));
    expect(draw(many) - none).toBeGreaterThan(400);
    expect(draw(many) - none).toBeLessThan(900);
  });
});
