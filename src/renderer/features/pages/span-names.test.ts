import { describe, expect, it } from 'vitest';
import { pageSpans } from '../../kernels/page-grid/spans.ts';
import { regionTable } from '../../kernels/page-grid/testing/random-pages.ts';
import { regionOfPage, shortLabel, spanName } from './span-names.ts';

describe('names of spans', () => {
  const table = regionTable([{ start: 0xa000, end: 0xb050, label: 'tour data' }, { start: 0xb050, end: 0xc000, label: 'tour bss' }, { start: 0xc000, end: 0xd000, label: 'heap' }]);
  const spans = pageSpans(table.columns);

  it('name all regions on the span’s pages', () => {
    expect(spanName(table, spans, 0)).toBe('tour data, tour bss');
    expect(spanName(table, spans, 1)).toBe('heap');
  });
  it('take for a page the region at its first byte', () => {
    expect(regionOfPage(table, spans, 0, 0xa).label).toBe('tour data');
    expect(regionOfPage(table, spans, 0, 0xb).label).toBe('tour data');
    expect(regionOfPage(table, spans, 1, 0xc).label).toBe('heap');
  });
  it.each([
    ['libc.so.6 text', '/usr/lib/libc.so.6', 'library', 'libc text'], ['ld-linux-x86-64.so.2 data', '/lib64/ld-linux-x86-64.so.2', 'loader', 'ld.so data'], ['tour data', '/opt/tour', 'program', 'data'],
    ['libstdc++.so.6.0.30 rodata', '/usr/lib/libstdc++.so.6.0.30', 'library', 'libstdc++ rodata'],
  ] as const)('shorten %s', (label, path, role, short) => expect(shortLabel({ label, module: { path, role } })).toBe(short));
  it.each([['[heap]', '[heap]'], ['thread 42 guard', 'T42 guard'], ['threads', 'threads']])('take %s as %s without a module', (label, short) => expect(shortLabel({ label, module: undefined })).toBe(short));
});
