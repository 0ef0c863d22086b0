import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegionTable } from '../../model/region-table.ts';
import { blendPlacements, schematicAxis, trueAxis, type PlacedRows } from './axis.ts';
import { buildGroups, GROUP_TYPES } from './groups.ts';
import { GAP_FULL_LOG2, MAPPED_FULL_LOG2, rowSizeBytes, rowWishes, sizeWeight } from './row-heights.ts';
import { layoutSchematic, type SchematicLayout } from './schematic.ts';
import { crowdedMap, mapOf, recordedMap } from './testing/fixture-map.ts';

const RECORDED = ['c-program', 'node', 'chromium-renderer', 'chromium-browser'] as const;

function layOut(table: RegionTable, panelPx = 890): SchematicLayout {
  return layoutSchematic(table.columns, buildGroups(table.columns), panelPx);
}

const heightOf = (layout: SchematicLayout, row: number): number => (layout.upPx[row + 1] ?? 0) - (layout.upPx[row] ?? 0);
const sizeOf = (table: RegionTable, row: number): bigint => table.endAt(row) - table.startAt(row);

/** A map of anonymous and reserved mappings with gaps between them, from sizes in pages. */
const anyMap = fc.array(fc.record({ pages: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 2 ** 30 })), gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 20 })), kind: fc.constantFrom('anon', 'reserved', 'jit') }), { minLength: 1, maxLength: 120 })
  .map((parts) => {
    let at = 0x2000_0000_0000n;
    return mapOf(...parts.map(({ pages, gap, kind }) => {
      const start = at + BigInt(gap) * 4096n;
      at = start + BigInt(pages) * 4096n;
      return `${start.toString(16)}-${at.toString(16)} ${kind}`;
    }));
  });

describe('groups', () => {
  it('puts each module, and each thread stack with its guard, into one group', () => {
    const table = mapOf(
      '400000-401000 rodata program:/a', '401000-402000 text program:/a', '500000-501000 heap',
      '7f0000000000-7f0000001000 guard #7', '7f0000001000-7f0000801000 thread-stack #7', '7f0000900000-7f0000901000 text library:/l.so',
    );
    const groups = buildGroups(table.columns);
    const seen = Array.from({ length: groups.length }, (_, g) => `${GROUP_TYPES[groups.type[g] ?? 0]} ${(groups.firstRow[g + 1] ?? 0) - (groups.firstRow[g] ?? 0)}`);
    expect(seen.filter((text) => text !== 'single 1')).toEqual(['program 2', 'thread-stack 2', 'library 1']);
    for (let row = 0; row < table.length; row++) {
      const g = groups.groupOfRow[row] ?? -1;
      expect((groups.firstRow[g] ?? 0) <= row && row < (groups.firstRow[g + 1] ?? 0)).toBe(true);
    }
  });
});

describe('schematic layout', () => {
  it.each(RECORDED)('gives every region of %s at least a pixel, and keeps the order', (name) => {
    const table = recordedMap(name);
    const layout = layOut(table);
    for (let row = 0; row < table.length; row++) expect(heightOf(layout, row)).toBeGreaterThanOrEqual(1);
    expect(layout.contentPx * layout.fitZoom).toBeLessThanOrEqual(890.25);
  });

  it('compresses sizes monotonically, at least a pixel each, whatever the map and the panel', () => {
    fc.assert(fc.property(anyMap, fc.integer({ min: 120, max: 2000 }), (table, panelPx) => {
      const layout = layOut(table, panelPx);
      for (const sort of ['mapped', 'gap'] as const) {
        const rows = Array.from({ length: table.length }, (_, row) => row).filter((row) => (sort === 'gap' ? table.kindAt(row) === 'gap' : ['anon', 'reserved', 'jit'].includes(table.kindAt(row))));
        rows.sort((a, b) => (sizeOf(table, a) < sizeOf(table, b) ? -1 : 1));
        for (let i = 1; i < rows.length; i++) expect(heightOf(layout, rows[i] ?? 0)).toBeGreaterThanOrEqual(heightOf(layout, rows[i - 1] ?? 0) - 2 ** -15);
      }
      for (let row = 0; row < table.length; row++) expect(heightOf(layout, row)).toBeGreaterThanOrEqual(1);
    }), { numRuns: 60 });
  });

  it('depends on the map alone, not on what was laid out before it', () => {
    fc.assert(fc.property(anyMap, anyMap, fc.integer({ min: 120, max: 2000 }), (table, other, panelPx) => {
      const first = layOut(table, panelPx);
      layOut(other, panelPx);
      expect(layOut(table, panelPx)).toEqual(first);
    }), { numRuns: 40 });
    // Both ways through: with fewer rows than pixels, and with many more.
    const crowd = crowdedMap(4000);
    const small = recordedMap('c-program');
    const [before, beforeSmall] = [layOut(crowd), layOut(small)];
    expect(layOut(crowd)).toEqual(before);
    expect(layOut(small)).toEqual(beforeSmall);
  });

  it('weighs sizes that come from the table of small sizes as it weighs all others', () => {
    for (const pages of [1, 2, 3, 7, 2047, 2048, 2049, 65_536]) {
      const start = 0x1000_0000_0000n;
      const table = mapOf(`${start.toString(16)}-${(start + BigInt(pages) * 4096n).toString(16)} anon`);
      const row = table.indexAt(start as ReturnType<typeof table.startAt>);
      const { weight } = rowWishes(table.columns);
      expect(weight[row]).toBe(sizeWeight(pages * 4096, MAPPED_FULL_LOG2));
      const gap = rowWishes(table.columns).weight[row - 1];
      expect(gap).toBe(sizeWeight(rowSizeBytes(table.columns, row - 1), GAP_FULL_LOG2));
    }
  });

  it('makes every block of a small process readable', () => {
    const table = recordedMap('c-program');
    const layout = layOut(table);
    for (let row = 0; row < table.length; row++) if (table.columns.perms[row] !== 0) expect(heightOf(layout, row)).toBeGreaterThanOrEqual(13);
    expect(layout.fitZoom).toBe(1);
  });

  it('does not let a reservation of 1.3 TiB bury stack, heap and program', () => {
    const table = recordedMap('chromium-renderer');
    const layout = layOut(table);
    const heights = (kinds: readonly string[]): number[] =>
      Array.from({ length: table.length }, (_, row) => row).filter((row) => kinds.includes(table.kindAt(row))).map((row) => heightOf(layout, row) * layout.fitZoom);
    for (const height of heights(['stack', 'heap', 'kernel', 'vdso'])) expect(height).toBeGreaterThanOrEqual(9);
    expect(Math.max(...heights(['reserved']))).toBeLessThan(60);
  });

  it('moves nothing when the heap grows by a page', () => {
    const before = mapOf('555500000000-555500100000 heap', '7f0000000000-7f0000010000 anon');
    const after = mapOf('555500000000-555500101000 heap', '7f0000000000-7f0000010000 anon');
    expect([...layOut(after).upPx]).toEqual([...layOut(before).upPx]);
  });

  it('lays out 65 000 mappings with every one at least a pixel', () => {
    const table = crowdedMap(65_000);
    const layout = layOut(table);
    let least = Infinity;
    for (let row = 0; row < table.length; row++) least = Math.min(least, heightOf(layout, row));
    expect(least).toBeGreaterThanOrEqual(1);
    const stack = Array.from({ length: table.length }, (_, row) => row).find((row) => table.kindAt(row) === 'stack') ?? -1;
    expect(heightOf(layout, stack) * layout.fitZoom).toBeGreaterThanOrEqual(13);
  });
});

describe('placing', () => {
  const checkOrder = (placed: PlacedRows): void => {
    for (let i = 0; i < placed.rows; i++) expect(placed.edgeY(i + 1)).toBeLessThanOrEqual(placed.edgeY(i));
  };

  it.each(RECORDED)('hits every region of %s at the centre of its own box, at any zoom of the schematic scale', (name) => {
    const table = recordedMap(name);
    const axis = schematicAxis(table.columns, layOut(table));
    fc.assert(fc.property(fc.nat(table.length - 1), fc.double({ min: -3, max: 40, noNaN: true }), fc.nat(table.length - 1), (from, log2Zoom, target) => {
      const placed = axis.placeRows({ address: table.startAt(from), fraction: 0, atPx: 450, zoom: 2 ** log2Zoom });
      const middle = (placed.edgeY(target) + placed.edgeY(target + 1)) / 2;
      expect(placed.rowAt(middle)).toBe(target);
    }));
  });

  it('keeps the order of rows in both scales and in every blend of them', () => {
    const table = recordedMap('node');
    const one = schematicAxis(table.columns, layOut(table)).placeRows({ address: table.startAt(40), fraction: 0.5, atPx: 300, zoom: 1.7 });
    const two = trueAxis(table.columns, 890, 1n << 47n).placeRows({ address: table.startAt(40), fraction: 0.5, atPx: 300, zoom: 1e5 });
    checkOrder(one);
    checkOrder(two);
    for (const t of [0, 0.3, 1]) checkOrder(blendPlacements(one, two, t));
    expect(one.edgeY(40)).toBeCloseTo(two.edgeY(40), 0);
  });

  it('is linear in true scale', () => {
    const table = mapOf('100000000000-100000001000 anon', '100000001000-100000003000 jit');
    const placed = trueAxis(table.columns, 800, 1n << 47n).placeRows({ address: 0x1000_0000_1000n, fraction: 0, atPx: 400, zoom: 2 ** 40 });
    const rows = [table.indexAt(table.startAt(2)), 3];
    const [small = 0, large = 0] = rows.map((row) => placed.edgeY(row) - placed.edgeY(row + 1));
    expect(large / small).toBeCloseTo(2, 9);
    expect(placed.rowAt(-1e30)).toBe(-1);
  });
});
