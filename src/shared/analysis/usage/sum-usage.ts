import { PERM_MAPPED, type RegionTable } from '../../model/region-table.ts';
import { REGION_KINDS } from '../../model/region.ts';
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
 * its bytes, because the kernel tells its sums only for the mapping. `unmatched`: mappings that the regions do not know; a newer picture is then wanted.
 */
export function sumUsage(sums: MappingSums, regions: RegionTable): { byKind: UsageTable; byModule: UsageTable; unmatched: number } {
  const fields = FIELDS.map((field) => sums.kib.get(field));
  const kinds = new Groups();
  const modules = new Groups();
  const total = new Sum();
  const owners = new OwnerFinder(regions);
  let unmatched = 0;
  for (let row = 0; row < sums.length; row++) {
    const start = sums.startPage[row] ?? 0;
    if (start >= KERNEL_HALF_PAGE) continue;
    const end = sums.endPage[row] ?? 0;
    const owner = owners.of(start, end);
    if (owner < 0) unmatched++;
    const kind = kinds.of(owner < 0 ? -1 : (regions.columns.kind[owner] ?? 0));
    const module = modules.of(owner < 0 ? 0 : (regions.columns.module[owner] ?? 0));
    for (const sum of [total, kind, module]) sum.add(end - start);
    for (let field = 0; field < fields.length; field++) {
      const value = fields[field]?.[row] ?? 0;
      if (value === 0) continue;
      total.kib[field] = (total.kib[field] ?? 0) + value;
      kind.kib[field] = (kind.kib[field] ?? 0) + value;
      module.kib[field] = (module.kib[field] ?? 0) + value;
    }
  }
  const kindName = (code: number): string => REGION_KINDS[code] ?? UNKNOWN_KIND;
  const moduleName = (index: number): string => regions.columns.modules[index - 1]?.path ?? NO_MODULE;
  return { byKind: table('kind', kinds.named(kindName), total), byModule: table('module', modules.named(moduleName), total), unmatched };
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
  /** By FIELDS. */
  readonly kib = new Float64Array(FIELDS.length);

  add(pages: number): void {
    this.mappings++;
    this.#pages += pages;
  }

  /** What two modules with one path have together. */
  join(other: Sum): Sum {
    const both = new Sum();
    both.mappings = this.mappings + other.mappings;
    both.#pages = this.#pages + other.#pages;
    both.kib.set(this.kib.map((value, field) => value + (other.kib[field] ?? 0)));
    return both;
  }

  bytes(): UsageBytes {
    return usageBytes((field) => BigInt(this.kib[FIELDS.indexOf(field)] ?? 0) * 1024n, BigInt(this.#pages) << 12n);
  }
}

class Groups {
  readonly #sums = new Map<number, Sum>();

  of(key: number): Sum {
    let sum = this.#sums.get(key);
    if (!sum) this.#sums.set(key, (sum = new Sum()));
    return sum;
  }

  named(name: (key: number) => string): Map<string, Sum> {
    const named = new Map<string, Sum>();
    for (const [key, sum] of this.#sums) {
      const known = named.get(name(key));
      named.set(name(key), known ? known.join(sum) : sum);
    }
    return named;
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

  /** The row of regions that has most of a mapping; -1 when none has any. */
  of(startPage: number, endPage: number): number {
    const c = this.#regions.columns;
    while (this.#row < c.length && (c.endPage[this.#row] ?? 0) + (c.endOffset[this.#row] ?? 0) / 4096 <= startPage) this.#row++;
    let best = -1;
    let bestSize = 0;
    for (let row = this.#row; row < c.length && (c.startPage[row] ?? 0) < endPage; row++) {
      if (((c.perms[row] ?? 0) & PERM_MAPPED) === 0) continue;
      const from = Math.max(startPage, (c.startPage[row] ?? 0) + (c.startOffset[row] ?? 0) / 4096);
      const to = Math.min(endPage, (c.endPage[row] ?? 0) + (c.endOffset[row] ?? 0) / 4096);
      if (to - from > bestSize) {
        bestSize = to - from;
        best = row;
      }
    }
    return best;
  }
}
