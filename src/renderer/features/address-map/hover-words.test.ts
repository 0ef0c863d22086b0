import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { mapOf, recordedMap } from '../../../shared/drawing/map-layout/testing/fixture-map.ts';
import { hitAt } from '../../../shared/drawing/map/hit.ts';
import { showing } from '../../../shared/drawing/map/map-camera.ts';
import { sceneOf } from '../../../shared/drawing/map/testing/test-scene.ts';
import { CELL_VALID } from '../../../shared/model/byte-cell.ts';
import { PAGE_STATE_CODE } from '../../../shared/model/page-state.ts';
import { hoverFacts } from './hover-words.ts';

const texts = (facts: ReturnType<typeof hoverFacts>): string => [facts.title, ...facts.lines.map((line) => line.text)].join('\n');

describe('the card at the pointer', () => {
  it('tells range, size, permissions, kind, what is resident and the module of every region of a recorded map', () => {
    const table = recordedMap('c-program');
    const scene = sceneOf(table);
    for (let row = 0; row < table.length; row++) {
      const y = (scene.placed.edgeY(row) + scene.placed.edgeY(row + 1)) / 2;
      const hit = hitAt(scene, 120, y);
      const region = table.rowAt(row);
      expect(hit?.row).toBe(row);
      if (!hit) continue;
      const said = texts(hoverFacts(scene, hit, region.perms === '' ? undefined : { presentPages: 3, mappedPages: 4 }));
      expect(said).toContain(formatRange(region));
      expect(said).toContain(region.label);
      if (region.perms === '') continue;
      expect(said).toContain(region.perms);
      expect(said).toContain('resident 12 KiB of 16 KiB, 75 %');
      if (region.module) expect(said).toContain(region.module.path);
    }
  });

  it('says what a share really is: never all where a page is missing, nor nothing where one is there', () => {
    const scene = sceneOf(mapOf('7f0000000000-7f0010000000 anon'));
    const row = scene.model.table.indexAt(toAddress(0x7f00_0000_0000n));
    const hit = hitAt(scene, 120, (scene.placed.edgeY(row) + scene.placed.edgeY(row + 1)) / 2);
    const said = (presentPages: number): string => (hit ? texts(hoverFacts(scene, hit, { presentPages, mappedPages: 65_536 })) : '');
    expect(said(1)).toContain('under 1 %');
    expect(said(65_535)).toContain('99 %');
    expect(said(65_536)).toContain('100 %');
    expect(said(0)).toContain(', 0 %');
  });

  it('on a close look tells the page, the symbol with the offset in it, and the byte', () => {
    const table = mapOf('400000-401000 data program:/bin/a');
    const region = table.rowAt(table.indexAt(toAddress(0x40_0000n)));
    const insides = {
      symbols: () => ({ base: region.start, length: 1, from: Float64Array.of(0x10), to: Float64Array.of(0x18), names: ['greeting'] }),
      pages: (page: number) => ({ first: page, state: Uint8Array.of(PAGE_STATE_CODE['private-copy']), flags: Uint8Array.of(0) }),
      bytes: () => ({ values: new Uint8Array(4096).fill(0x41), states: new Uint8Array(4096).fill(CELL_VALID), changed: undefined, stale: false, missing: '' }),
    };
    const home = sceneOf(table, { insides });
    const camera = showing(home.axis, { start: toAddress(0x40_0010n), end: toAddress(0x40_0018n) }, 890);
    const scene = sceneOf(table, { insides, camera });
    const hit = hitAt(scene, 120, scene.yOf(0x40_0012n) - 2);
    expect(hit?.address).toBe(0x40_0012n);
    const said = hit ? texts(hoverFacts(scene, hit, undefined)) : '';
    for (const part of ['page …400000: present, private copy', 'greeting +0x2', '41']) expect(said).toContain(part);
  });
});
