import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { ModuleFacts, ModuleSection, SymbolColumns } from '../../../shared/model/module-tables.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import type { Region } from '../../../shared/model/region.ts';
import { groupOf, groupTotals } from './section-totals.ts';
import { makeChunk, pickSymbols, rowAt, type SymbolFilter } from './symbol-rows.ts';

const module: ModuleFacts = { path: '/bin/tour', role: 'program', base: toAddress(0x1000n), end: toAddress(0x5000n), sections: 0, problem: undefined };
const section = (name: string, type: string, flags: string, address: bigint | undefined, memory: number, file = memory): ModuleSection => ({
  index: 1, name, type, flags, fileOffset: 0n, fileSizeBytes: BigInt(file), memorySizeBytes: BigInt(memory), address: address === undefined ? undefined : toAddress(address),
});

describe('totals', () => {
  const region = (start: bigint, end: bigint, kind: Region['kind']): Region => ({
    start: toAddress(start), end: toAddress(end), kind, perms: 'rw-p', offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', label: kind, tid: undefined,
  });
  const builder = new RegionTableBuilder();
  for (const one of [region(0x1000n, 0x2000n, 'text'), region(0x2000n, 0x3000n, 'relro'), region(0x3000n, 0x4000n, 'data'), region(0x4000n, 0x5000n, 'bss'), region(0x5000n, 0x9000n, 'bss')]) builder.add(one);
  const regions = builder.build();
  const sections = [
    section('.text', 'PROGBITS', 'AX', 0x1000n, 300), section('.plt', 'PROGBITS', 'AX', 0x1200n, 64), section('.got', 'PROGBITS', 'WA', 0x2000n, 40), section('.data', 'PROGBITS', 'WA', 0x3000n, 20),
    section('.bss', 'NOBITS', 'WA', 0x4000n, 999, 0), section('.tbss', 'NOBITS', 'WAT', 0x2000n, 8, 0), section('.symtab', 'SYMTAB', '', undefined, 0, 5000), section('.rodata', 'PROGBITS', 'A', 0x1800n, 7),
  ];
  it('group by flags, and by the map what is made read-only', () => {
    const groups = sections.map((one) => groupOf(one, (address) => regions.regionAt(address)?.kind));
    expect(groups).toEqual(['text', 'text', 'relro', 'data', 'bss', 'tls', 'file', 'rodata']);
    const totals = groupTotals(sections.map((one, i) => ({ section: one, group: groups[i] ?? 'file' })), [module], regions);
    expect(totals.map(({ group, memoryBytes, fileBytes, mappedBytes }) => [group, memoryBytes, fileBytes, mappedBytes])).toEqual([
      ['text', 364n, 364n, 0x1000n], ['rodata', 7n, 7n, undefined], ['relro', 40n, 40n, 0x1000n], ['data', 20n, 20n, 0x1000n], ['bss', 999n, 0n, 0x1000n], ['tls', 8n, 0n, undefined], ['file', 0n, 5000n, undefined],
    ]);
  });
});

describe('symbols', () => {
  const columns: SymbolColumns = {
    first: 0, length: 4, total: 4, origin: '.symtab', names: ['main', '_ZN3foo3barEv', 'table', 'errno'], demangled: ['', 'foo::bar()', '', ''],
    address: Uint32Array.of(0x1010, 0x7f00, 0x1000, 0x7f00, 0x3000, 0x7f00, 8, 0), size: Uint32Array.of(10, 0, 300, 0, 20, 1, 4, 0), kind: Uint8Array.of(0, 0, 1, 2), binding: Uint8Array.of(1, 0, 1, 1),
    section: Uint16Array.of(1, 1, 2, 3),
  };
  const chunks = [makeChunk(module, columns, new Map([[1, '.text'], [2, '.data'], [3, '.tbss']]))];
  const base: SymbolFilter = { text: '', section: '', kind: 'all', sort: 'address', descending: false };
  const names = (filter: Partial<SymbolFilter>): string[] => [...pickSymbols(chunks, { ...base, ...filter })].map((row) => (chunks[0] === undefined ? '' : rowAt(chunks[0], row).shown));
  it('rows say what the columns hold', () => {
    expect(chunks[0] && rowAt(chunks[0], 2)).toMatchObject({ shown: 'table', kind: 'object', binding: 'global', size: (1n << 32n) + 20n, section: '.data', address: 0x7f00_0000_3000n });
  });
  it('are sorted by any column, both ways', () => {
    expect(names({})).toEqual(['errno', 'foo::bar()', 'main', 'table']);
    expect(names({ sort: 'size', descending: true })).toEqual(['table', 'foo::bar()', 'main', 'errno']);
    expect(names({ sort: 'name' })).toEqual(['errno', 'foo::bar()', 'main', 'table']);
    expect(names({ sort: 'section' })).toEqual(['table', 'errno', 'main', 'foo::bar()']);
  });
  it('are filtered by words in either name, by section and by kind', () => {
    expect(names({ text: 'BAR foo' })).toEqual(['foo::bar()']);
    expect(names({ text: '_zn3' })).toEqual(['foo::bar()']);
    expect(names({ section: '.text' })).toEqual(['foo::bar()', 'main']);
    expect(names({ kind: 'data' })).toEqual(['errno', 'table']);
    expect(names({ kind: 'functions', text: 'main' })).toEqual(['main']);
  });
});
