import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPACE_END, toAddress } from '../address/address.ts';
import { memoryRangeLength } from './memory-range.ts';
import { permsText } from './region-table.ts';
import type { RegionTable } from './region-table.ts';
import { permsBits, RegionTableBuilder, StringPool } from './region-table-builder.ts';
import { isUnmappedKind, MAPPED_KINDS, REGION_KINDS, type Region } from './region.ts';

const region = (start: bigint, end: bigint, more: Partial<Region> = {}): Region => ({
  start: toAddress(start), end: toAddress(end), kind: 'anon', perms: 'rw-p', offset: 0n, dev: '00:00', inode: 0n, path: '', module: undefined, part: '', label: 'anonymous', tid: undefined, ...more,
});

/** Borders anywhere in the space, bytes included. */
const regions = fc.uniqueArray(fc.bigInt({ min: 0n, max: SPACE_END }), { minLength: 2, maxLength: 30 }).chain((borders) => {
  const sorted = borders.toSorted((a, b) => (a < b ? -1 : 1));
  return fc.array(fc.record({
    kind: fc.constantFrom(...REGION_KINDS), path: fc.constantFrom('', '/bin/a', '[heap]'), label: fc.string({ maxLength: 4 }), tid: fc.constantFrom(undefined, 7), part: fc.constantFrom('', '.text'),
    module: fc.constantFrom(undefined, { path: '/bin/a', role: 'program' as const }), offset: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }), inode: fc.bigInt({ min: 0n, max: (1n << 53n) - 1n }),
    dev: fc.constantFrom('fe:00', '00:1b', '103:fffff'),
  }), { minLength: sorted.length - 1, maxLength: sorted.length - 1 }).map((facts) => facts.flatMap((fact, i) => {
    // Every third stretch stays without a region.
    return i % 3 === 2 ? [] : [region(sorted[i] ?? 0n, sorted[i + 1] ?? 0n, { ...fact, perms: isUnmappedKind(fact.kind) ? '' : 'r-xp', dev: isUnmappedKind(fact.kind) ? '' : fact.dev })];
  }));
});

function tableOf(list: readonly Region[]): RegionTable {
  const builder = new RegionTableBuilder();
  for (const item of list) builder.add(item);
  return builder.build();
}

describe('RegionTable', () => {
  it('gives back the regions that were put in', () => {
    fc.assert(fc.property(regions, (list) => {
      expect([...tableOf(list)]).toEqual(list);
    }));
  });

  it('finds the region of an address, at its ends too', () => {
    fc.assert(fc.property(regions, fc.bigInt({ min: 0n, max: SPACE_END - 1n }), (list, anywhere) => {
      const table = tableOf(list);
      for (const value of [anywhere, ...list.flatMap(({ start, end }) => [start, end - 1n, end])]) {
        if (value >= SPACE_END) continue;
        expect(table.indexAt(toAddress(value))).toBe(list.findIndex(({ start, end }) => start <= value && value < end));
      }
    }));
  });

  it('refuses rows that are empty, out of order or outside', () => {
    const builder = new RegionTableBuilder();
    builder.add(region(4096n, 8192n));
    expect(() => builder.add(region(8191n, 9000n))).toThrow(RangeError);
    expect(() => builder.add(region(9000n, 9000n))).toThrow(RangeError);
    expect(() => builder.build().rowAt(1)).toThrow(RangeError);
    expect(() => builder.build().kindAt(-1)).toThrow(RangeError);
  });
});

describe('permissions', () => {
  it('read and write the four letters', () => {
    for (const r of 'r-') for (const w of 'w-') for (const x of 'x-') for (const s of 'sp') expect(permsText(permsBits(r + w + x + s))).toBe(r + w + x + s);
    expect(permsText(permsBits(''))).toBe('');
  });
});

describe('small parts', () => {
  it('kinds are either mapped or not', () => {
    expect(REGION_KINDS).toHaveLength(26);
    for (const kind of REGION_KINDS) expect(isUnmappedKind(kind)).toBe(!(MAPPED_KINDS as readonly string[]).includes(kind));
  });
  it('a pool keeps each text once', () => {
    const pool = new StringPool();
    expect([pool.add('a'), pool.add(''), pool.add('b'), pool.add('a')]).toEqual([1, 0, 2, 1]);
    expect(pool.strings).toEqual(['', 'a', 'b']);
  });
  it('a memory range knows its length', () => {
    expect(memoryRangeLength({ kind: 'valid', start: toAddress(0n), bytes: new Uint8Array(3) })).toBe(3n);
    expect(memoryRangeLength({ kind: 'unmapped', start: toAddress(0n), lengthBytes: 1n << 40n })).toBe(1n << 40n);
  });
});
