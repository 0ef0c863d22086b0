import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../address/address.ts';
import { CELL_NOT_PRESENT, CELL_VALID } from '../../../model/byte-cell.ts';
import type { Mark } from '../../../model/mark.ts';
import { PAGE_STATE_CODE } from '../../../model/page-state.ts';
import type { RegionTable } from '../../../model/region-table.ts';
import { pxPerByteAt, type Camera } from '../../camera/camera.ts';
import { crowdedMap, mapOf57, recordedMap } from '../../map-layout/testing/fixture-map.ts';
import { DrawLog } from '../../testing/draw-log.ts';
import { collisions, textBoxes, type TextBox } from '../../testing/text-boxes.ts';
import { ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from '../../level-of-detail/draw-list.ts';
import { COLOURINGS } from '../colouring.ts';
import type { MapInsides } from '../insides.ts';
import { settle } from '../map-camera.ts';
import { sceneOf } from '../testing/test-scene.ts';
import { paintMap } from './paint-map.ts';

const MAPS: Readonly<Record<string, RegionTable>> = {
  'c-program': recordedMap('c-program'), 'python3': recordedMap('python3'), 'unusual': recordedMap('unusual'), 'node': recordedMap('node'), 'chromium-renderer': recordedMap('chromium-renderer'),
  'chromium-browser': recordedMap('chromium-browser'), 'crowd': crowdedMap(3000), '57 bits': mapOf57('400000-401000 text program:/a', '7f0000000000-7f0000021000 anon', '7fffffa00000-7fffffa21000 stack'),
};

/** Everything a region can have inside: sections, symbols of many sizes, pages of many states, bytes. */
function insidesOf(seed: number): MapInsides {
  const sizes = Array.from({ length: 400 }, (_, i) => 1 + (((i + seed) * 7919) % (i % 9 === 0 ? 900 : 24)));
  const from = new Float64Array(sizes.length);
  for (let i = 1; i < sizes.length; i++) from[i] = (from[i - 1] ?? 0) + (sizes[i - 1] ?? 0) + (i % 5 === 0 ? 3 : 0);
  const to = Float64Array.from(sizes, (size, i) => (from[i] ?? 0) + size);
  const names = sizes.map((_, i) => (i % 11 === 0 ? `a_function_with_a_long_name_number_${i}` : `symbol_${i}`));
  return {
    spans: (region) => [0n, 0x340n, 0x900n, 0x1800n].flatMap((offset, i, all) => {
      const start = region.start + offset;
      const end = region.start + (all[i + 1] ?? 0x4000n);
      return end <= region.end ? [{ start: toAddress(start), end: toAddress(end), label: `.section_${i}` }] : [];
    }),
    symbols: (region) => ({ base: region.start, length: sizes.length, from, to, names }),
    pages: (page) => ({ first: page, state: Uint8Array.of(page % 3 === 0 ? PAGE_STATE_CODE['private-copy'] : PAGE_STATE_CODE.anonymous), flags: Uint8Array.of(0) }),
    bytes: (page) => ({
      values: Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) & 0xff), states: new Uint8Array(4096).fill(page % 4 === 1 ? CELL_NOT_PRESENT : CELL_VALID), changed: undefined, stale: false,
      missing: page % 4 === 1 ? 'never touched' : '',
    }),
  };
}

/** Registers of many threads, breakpoints, a fault: some in one place, some spread over the map. */
function marksOf(table: RegionTable, seed: number, count: number): readonly Mark[] {
  return Array.from({ length: count }, (_, i) => {
    const row = i % 3 === 0 ? (seed * 31) % table.length : (seed * 17 + i * 101) % table.length;
    const kind = (['sp', 'pc', 'breakpoint', 'fp', 'fault', 'brk', 'stack-limit'] as const)[i % 7] ?? 'sp';
    return { kind, address: table.startAt(row), label: i % 2 === 0 ? `rip ${10_000 + i}` : kind, words: '', tid: undefined };
  });
}

const picture = fc.record({
  name: fc.constantFrom(...Object.keys(MAPS)), scale: fc.constantFrom('schematic', 'true'), row: fc.nat(), share: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Px a byte, as a power of two: from all of a terabyte on the panel to a byte as a block. */
  log2: fc.double({ min: -32, max: 4.6, noNaN: true }), widthPx: fc.integer({ min: 250, max: 900 }), heightPx: fc.integer({ min: 220, max: 1200 }), seed: fc.nat(1000),
  marks: fc.nat(150), home: fc.boolean(), colouring: fc.constantFrom(...COLOURINGS), onGrid: fc.boolean(),
});

function draw(of: typeof picture extends fc.Arbitrary<infer T> ? T : never): { readonly boxes: readonly TextBox[]; readonly scene: ReturnType<typeof sceneOf> } {
  const table = MAPS[of.name] ?? recordedMap('c-program');
  const row = of.row % table.length;
  const start = table.startAt(row);
  const options = { scale: of.scale, widthPx: of.widthPx, heightPx: of.heightPx, insides: insidesOf(of.seed), marks: marksOf(table, of.seed, of.marks), cursor: start, colouring: of.colouring } as const;
  const home = sceneOf(table, options);
  const address = start + BigInt(Math.floor(Number(table.endAt(row) - start) * of.share * (of.onGrid ? 0 : 0.999)));
  const focus: Camera = { address, fraction: 0, atPx: of.heightPx / 2, zoom: 1 };
  const camera = settle(home.axis, { ...focus, zoom: 2 ** of.log2 / pxPerByteAt(home.axis, focus, address) }, of.heightPx);
  const scene = sceneOf(table, of.home ? options : { ...options, camera });
  const log = new DrawLog();
  paintMap(log, scene);
  // What is on its way out while the next level comes in is no label any more.
  return { boxes: textBoxes(log).filter((box) => box.alpha > 0.5), scene };
}

describe('texts of any picture', () => {
  it('lie over no other text: names, sizes, permissions, sections, symbols, pages, bytes, flags, addresses, counts, brackets', () => {
    fc.assert(fc.property(picture, (of) => {
      const { boxes } = draw(of);
      expect(boxes.length).toBeGreaterThan(0);
      expect(collisions(boxes)).toEqual([]);
    }), { numRuns: 400 });
  });

  it('lie on the panel and in their column, and those of a block in its box', () => {
    fc.assert(fc.property(picture, (of) => {
      const { boxes, scene } = draw(of);
      const { geometry, list } = scene;
      for (const box of boxes) {
        expect(box.left >= -1 && box.right <= geometry.widthPx + 1, `‘${box.text}’ from ${box.left} to ${box.right} of ${geometry.widthPx}`).toBe(true);
        // Rows of bytes scroll under the edges of their block, which clips them.
        if (box.clipped) continue;
        expect(box.top >= -4 && box.bottom <= geometry.heightPx + 4, `‘${box.text}’ at ${box.top}`).toBe(true);
        if (box.left < geometry.blockX || box.left >= geometry.blockRight) continue;
        expect(box.right, `‘${box.text}’`).toBeLessThanOrEqual(geometry.blockRight + 1);
        const holds = Array.from({ length: list.length }, (_, i) => i).some((i) =>
          [ITEM_ROW, ITEM_GROUP, ITEM_CROWD].includes(list.type[i] ?? -1) && (list.top[i] ?? 0) - 1.5 <= box.top && box.bottom <= (list.bottom[i] ?? 0) + 1.5);
        expect(holds, `‘${box.text}’ at ${box.top} lies in its box`).toBe(true);
      }
    }), { numRuns: 200 });
  });
});
