import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify } from '../../shared/analysis/classify.ts';
import { findModules } from '../../shared/analysis/find-modules.ts';
import { rollupUsage, sumUsage } from '../../shared/analysis/usage/sum-usage.ts';
import { parseAuxv } from './auxv.ts';
import { parseMaps } from './maps.ts';
import { parseSmaps } from './smaps.ts';
import { parseSmapsColumns } from './smaps-columns.ts';

const folder = join(import.meta.dirname, 'fixtures');
const names = readdirSync(folder).filter((name) => name.endsWith('.smaps.txt')).map((name) => name.slice(0, -'.smaps.txt'.length));

/** What smaps_rollup prints: each field summed over all mappings of memory (fs/proc/task_mmu.c, show_smaps_rollup). */
function rollupOf(smaps: string): { bytes: Map<string, bigint>; virtual: bigint } {
  const bytes = new Map<string, bigint>();
  let virtual = 0n;
  for (const entry of parseSmaps(smaps)) {
    if (entry.line.endsWith('[vsyscall]')) continue;
    const [start = '', end = ''] = entry.line.split(' ')[0]?.split('-') ?? [];
    virtual += BigInt(`0x${end}`) - BigInt(`0x${start}`);
    for (const [field, value] of entry.bytes) bytes.set(field, (bytes.get(field) ?? 0n) + value);
  }
  return { bytes, virtual };
}

describe('memory by kind and by module of recorded processes', () => {
  it.each(names)('%s: both tables sum to what smaps_rollup would say', (name) => {
    const text = readFileSync(join(folder, `${name}.smaps.txt`));
    // maps and smaps were recorded one after the other; the regions here are of smaps' own lines, so that each mapping has its owner.
    const lines = parseSmaps(text.toString()).map(({ line }) => `${line}\n`).join('');
    const mappings = parseMaps(Buffer.from(lines));
    const auxv = parseAuxv(readFileSync(join(folder, `${name}.auxv.bin`)));
    const found = findModules(mappings, auxv, () => ({ kind: 'unreadable', path: undefined }));
    const { regions } = classify(mappings, found, {
      pid: undefined, auxv, startBrk: undefined, stackLimitBytes: undefined, stackLimitLine: '', mmapMinAddr: 65536n, fiveLevelPaging: false, genuineNames: new Set(), threads: [],
      threadStacks: [], arenaHeaps: [],
    });
    const { byKind, byModule, unmatched } = sumUsage(parseSmapsColumns(text), regions);
    const { bytes, virtual } = rollupOf(text.toString());
    const expected = rollupUsage(bytes, virtual);
    expect(unmatched).toBe(0);
    for (const table of [byKind, byModule]) {
      expect(table.total).toEqual(expected);
      const keys = Object.keys(expected) as (keyof typeof expected)[];
      expect(Object.fromEntries(keys.map((key) => [key, table.rows.reduce((sum, row) => sum + row.bytes[key], 0n)]))).toEqual(expected);
      expect(table.rows.reduce((sum, row) => sum + row.mappings, 0)).toBe(mappings.length - (lines.includes('[vsyscall]') ? 1 : 0));
      // Largest first.
      const resident = table.rows.map((row) => row.bytes.resident);
      expect(resident).toEqual(resident.toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0)));
    }
    expect(byKind.rows.map(({ key }) => key)).toContain('stack');
  });

  it('mappings that the regions do not know are counted apart, and said', () => {
    const empty = classify(parseMaps(Buffer.from('')), findModules(parseMaps(Buffer.from('')), undefined, () => ({ kind: 'not-elf' })), {
      pid: undefined, auxv: undefined, startBrk: undefined, stackLimitBytes: undefined, stackLimitLine: '', mmapMinAddr: 65536n, fiveLevelPaging: false, genuineNames: new Set(), threads: [],
      threadStacks: [], arenaHeaps: [],
    });
    const sums = sumUsage(parseSmapsColumns(Buffer.from('10000-20000 rw-p 00000000 00:00 0 \nRss: 8 kB\n')), empty.regions);
    expect([sums.unmatched, sums.byKind.rows.map(({ key }) => key), sums.byKind.total.resident]).toEqual([1, ['(new)'], 8192n]);
  });
});
