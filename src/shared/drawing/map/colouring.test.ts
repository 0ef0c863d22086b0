import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { mapOf, recordedMap } from '../map-layout/testing/fixture-map.ts';
import { NO_FACTS } from './colour-classes.ts';
import { colourBy, COLOURINGS } from './colouring.ts';

describe('colourBy', () => {
  it.each(COLOURINGS)('puts every row of a recorded map into one class, by %s', (name) => {
    const table = recordedMap('chromium-renderer');
    const { classOfRow, classes } = colourBy(name, table);
    const counts = classes.map(() => 0);
    for (let row = 0; row < table.length; row++) counts[classOfRow[row] ?? -1] = (counts[classOfRow[row] ?? -1] ?? 0) + 1;
    expect(counts).toEqual(classes.map((one) => one.regions));
    expect(new Set(classes.map((one) => one.id)).size).toBe(classes.length);
  });

  it('gives libraries one class by kind, and each its own by module', () => {
    const table = mapOf('400000-401000 text program:/bin/a', '7f0000000000-7f0000001000 text library:/l/one.so', '7f0000100000-7f0000101000 data library:/l/two.so', '7f0000200000-7f0000201000 anon');
    expect(colourBy('kind', table).classes.map((one) => one.id)).toEqual(expect.arrayContaining(['text', 'library', 'anon']));
    expect(colourBy('module', table).classes.map((one) => one.title)).toEqual(expect.arrayContaining(['a', 'one.so', 'two.so', 'No module']));
  });

  it('sets writable and executable memory apart by permissions', () => {
    const { classes } = colourBy('permissions', mapOf('400000-401000 jit', '500000-501000 text program:/a', '600000-601000 anon', '700000-701000 reserved'));
    expect(classes.filter((one) => one.tag.length === 3).map((one) => [one.tag, one.ink])).toEqual([['rwx', 'wx'], ['r-x', 'text'], ['rw-', 'data'], ['---', 'reserved']]);
  });

  it('colours a closed group by all that is in it', () => {
    const table = mapOf('400000-401000 rodata library:/l/a.so', '401000-402000 text library:/l/a.so', '402000-403000 jit library:/l/a.so', '403000-407000 data library:/l/a.so');
    const first = table.indexAt(toAddress(0x40_0000n));
    const last = first + 3;
    expect(colourBy('permissions', table).groupOf(first, last)).toMatchObject({ ink: 'wx', tag: 'rwx' });
    expect(colourBy('kind', table).groupOf(first, last)).toMatchObject({ ink: 'lib', id: 'library' });
    const mappedPages = new Float64Array(table.length);
    const presentPages = new Float64Array(table.length);
    mappedPages.set([1, 1, 1, 5], first);
    presentPages.set([1, 1, 0, 0], first);
    const known = new Uint8Array(table.length).fill(1);
    // 2 of 8 pages, though its last row has none.
    expect(colourBy('residency', table, { ...NO_FACTS, residency: { mappedPages, presentPages, known } }).groupOf(first, last)).toMatchObject({ tag: '25%', id: 'present 25+' });
    expect(colourBy('residency', table).groupOf(first, last).tag).toBe('?');
    const changedAtMs = new Float64Array(table.length).fill(-1);
    changedAtMs[first] = 95_000;
    changedAtMs[last] = 20_000;
    expect(colourBy('age', table, { ...NO_FACTS, changedAtMs, nowMs: 100_000 }).groupOf(first, last).tag).toBe('10s');
  });
});
