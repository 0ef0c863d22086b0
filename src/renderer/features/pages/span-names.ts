import type { PageSpans } from '../../kernels/page-grid/spans.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Region } from '../../../shared/model/region.ts';

/** `libc.so.6 text`; `tour data, tour bss` where regions share their pages. */
export function spanName(regions: RegionTable, spans: PageSpans, span: number): string {
  return joined(spans, span, (row) => regions.labelAt(row));
}

/** The same for a narrow column: `libc text`, `ld.so data`, `T42 stack`; the program's own parts go without its name. */
export function shortSpanName(regions: RegionTable, spans: PageSpans, span: number): string {
  return joined(spans, span, (row) => shortLabel(regions.rowAt(row)));
}

export function shortLabel(region: Pick<Region, 'label' | 'module'>): string {
  const { label, module } = region;
  const file = module?.path.split('/').at(-1) ?? '';
  if (module === undefined || file === '' || !label.startsWith(`${file} `)) return label.replace(/^thread (\d+) /, 'T$1 ');
  const part = label.slice(file.length + 1);
  if (module.role === 'program') return part;
  return `${module.role === 'loader' ? 'ld.so' : file.replace(/\.so[.\d]*$/, '')} ${part}`;
}

/** The region at a page's first byte, or the first that reaches into it. */
export function regionOfPage(regions: RegionTable, spans: PageSpans, span: number, page: number): Region {
  const first = spans.row[span] ?? 0;
  const last = first + (spans.rowCount[span] ?? 1) - 1;
  const { endPage, endOffset } = regions.columns;
  for (let row = first; row < last; row++) {
    const end = (endPage[row] ?? 0) + ((endOffset[row] ?? 0) > 0 ? 1 : 0);
    if (end > page) return regions.rowAt(row);
  }
  return regions.rowAt(last);
}

function joined(spans: PageSpans, span: number, nameOf: (row: number) => string): string {
  const first = spans.row[span] ?? 0;
  const count = spans.rowCount[span] ?? 0;
  if (count === 1) return nameOf(first);
  return [...new Set(Array.from({ length: count }, (_, i) => nameOf(first + i)))].join(', ');
}
