import type { RegionTable } from '../../model/region-table.ts';
import { isUnmappedKind } from '../../model/region.ts';
import type { UsageBytes, UsageRow, UsageTable } from '../../model/usage.ts';

/** Sums of one mapping, in kB as smaps prints them. */
export interface MappingSums {
  readonly length: number;
  readonly startPage: Float64Array;
  readonly endPage: Float64Array;
  readonly kib: ReadonlyMap<string, Float64Array>;
}

const NO_MODULE = '(no module)';
/** A mapping made between the picture and the reading of smaps. */
const UNKNOWN_KIND = '(new)';
/** [vsyscall] is no memory of the process: the kernel counts it neither in VmSize nor in smaps_rollup. */
const KERNEL_HALF_PAGE = 2 ** 51;

/**
 * VMMap's table for Linux: smaps summed by kind and by module. Each mapping counts whole: one in which kinds meet, such as .data and .bss, counts with the kind that has most of
 * its bytes, because the kernel tells its sums only for the mapping.
 */
export function sumUsage(sums: MappingSums, regions: RegionTable): { byKind: UsageTable; byModule: UsageTable } {
  const kinds = new Map<string, Sum>();
  const modules = new Map<string, Sum>();
  const total = new Sum();
  const of = (sorted: Map<string, Sum>, key: string): Sum => {
    let sum = sorted.get(key);
    if (!sum) sorted.set(key, (sum = new Sum()));
    return sum;
  };
  const owners = new OwnerFinder(regions);
  for (let row = 0; row < sums.length; row++) {
    if ((sums.startPage[row] ?? 0) >= KERNEL_HALF_PAGE) continue;
    const { kind, module } = owners.of(sums.startPage[row] ?? 0, sums.endPage[row] ?? 0);
    total.add(sums, row);
    of(kinds, kind).add(sums, row);
    of(modules, module).add(sums, row);
  }
  return { byKind: table('kind', kinds, total), byModule: table('module', modules, total) };
}

/** The same sums from the fields of smaps_rollup; `virtual` is not in it and given. */
export function rollupUsage(bytes: ReadonlyMap<string, bigint>, virtual: bigint): UsageBytes {
  return usageBytes((field) => bytes.get(field) ?? 0n, virtual);
}

function table(by: UsageTable['by'], sums: ReadonlyMap<string, Sum>, total: Sum): UsageTable {
  const rows: UsageRow[] = [...sums].map(([key, sum]) => ({ key, mappings: sum.mappings, bytes: sum.bytes() }));
  const order = (a: UsageRow, b: UsageRow): number => compare(b.bytes.resident, a.bytes.resident) || compare(b.bytes.virtual, a.bytes.virtual) || (a.key < b.key ? -1 : 1);
  return { by, rows: rows.toSorted(order), total: total.bytes() };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Sum {
  mappings = 0;
  #pages = 0;
  readonly #kib = new Map<string, number>();

  add(sums: MappingSums, row: number): void {
    this.mappings++;
    this.#pages += (sums.endPage[row] ?? 0) - (sums.startPage[row] ?? 0);
    for (const field of FIELDS) this.#kib.set(field, (this.#kib.get(field) ?? 0) + (sums.kib.get(field)?.[row] ?? 0));
  }

  bytes(): UsageBytes {
    return usageBytes((field) => BigInt(this.#kib.get(field) ?? 0) * 1024n, BigInt(this.#pages) << 12n);
  }
}

const FIELDS = [
  'Rss', 'Pss', 'Anonymous', 'Shared_Clean', 'Shared_Dirty', 'Private_Dirty', 'Swap', 'Locked', 'AnonHugePages', 'ShmemPmdMapped', 'FilePmdMapped', 'Shared_Hugetlb', 'Private_Hugetlb',
] as const;

function usageBytes(field: (name: (typeof FIELDS)[number]) => bigint, virtual: bigint): UsageBytes {
  const resident = field('Rss');
  const anonymous = field('Anonymous');
  return {
    virtual,
    resident,
    proportional: field('Pss'),
    anonymous,
    file: resident - anonymous,
    shared: field('Shared_Clean') + field('Shared_Dirty'),
    swap: field('Swap'),
    dirty: field('Shared_Dirty') + field('Private_Dirty'),
    locked: field('Locked'),
    huge: field('AnonHugePages') + field('ShmemPmdMapped') + field('FilePmdMapped') + field('Shared_Hugetlb') + field('Private_Hugetlb'),
  };
}

/** Which kind and module a mapping belongs to. Rows of both lists ascend, so one pass over the regions serves all. */
class OwnerFinder {
  readonly #regions: RegionTable;
  #row = 0;

  constructor(regions: RegionTable) {
    this.#regions = regions;
  }

  of(startPage: number, endPage: number): { kind: string; module: string } {
    const { columns } = this.#regions;
    while (this.#row < columns.length && (columns.endPage[this.#row] ?? 0) + (columns.endOffset[this.#row] ?? 0) / 4096 <= startPage) this.#row++;
    let best = -1;
    let bestSize = 0;
    for (let row = this.#row; row < columns.length && (columns.startPage[row] ?? 0) < endPage; row++) {
      if (isUnmappedKind(this.#regions.kindAt(row))) continue;
      const from = Math.max(startPage, (columns.startPage[row] ?? 0) + (columns.startOffset[row] ?? 0) / 4096);
      const to = Math.min(endPage, (columns.endPage[row] ?? 0) + (columns.endOffset[row] ?? 0) / 4096);
      if (to - from > bestSize) {
        bestSize = to - from;
        best = row;
      }
    }
    if (best < 0) return { kind: UNKNOWN_KIND, module: NO_MODULE };
    const module = columns.module[best] ?? 0;
    return { kind: this.#regions.kindAt(best), module: module === 0 ? NO_MODULE : (columns.modules[module - 1]?.path ?? NO_MODULE) };
  }
}
