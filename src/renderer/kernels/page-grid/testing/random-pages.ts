import fc from 'fast-check';
import { toAddress } from '../../../../shared/address/address.ts';
import { PAGE_STATES, type PageRunColumns } from '../../../../shared/model/page-state.ts';
import type { Region } from '../../../../shared/model/region.ts';
import { RegionTableBuilder } from '../../../../shared/model/region-table-builder.ts';
import type { RegionTable } from '../../../../shared/model/region-table.ts';

export interface TestRun {
  readonly page: number;
  readonly count: number;
  readonly state: number;
  readonly flags?: number;
}

export function runColumns(runs: readonly TestRun[]): PageRunColumns {
  return {
    length: runs.length, startPage: Float64Array.from(runs, (run) => run.page), pageCount: Float64Array.from(runs, (run) => run.count), state: Uint8Array.from(runs, (run) => run.state),
    flags: Uint8Array.from(runs, (run) => run.flags ?? 0), perms: Uint8Array.from(runs, () => 16 + 3), firstFrame: new Float64Array(runs.length).fill(-1),
  };
}

/** Regions by first and last byte; '' perms for a stretch without mapping. */
export function regionTable(regions: readonly { readonly start: number; readonly end: number; readonly label?: string; readonly perms?: string }[]): RegionTable {
  const builder = new RegionTableBuilder();
  for (const { start, end, label = 'anonymous', perms = 'rw-p' } of regions) {
    const region: Region = {
      start: toAddress(BigInt(start)), end: toAddress(BigInt(end)), kind: perms === '' ? 'gap' : 'anon', perms, offset: 0n, dev: perms === '' ? '' : '00:00', inode: 0n, path: '', module: undefined, part: '',
      label, tid: undefined,
    };
    builder.add(region);
  }
  return builder.build();
}

export interface TestSpace {
  readonly table: RegionTable;
  readonly runs: PageRunColumns;
  /** State of each mapped page, as the plainest form there is. */
  readonly stateOf: ReadonlyMap<number, number>;
}

/** A space of some hundred pages: mappings with holes between, regions cut anywhere inside mappings (at bytes, too), runs cut anywhere. */
export const testSpace: fc.Arbitrary<TestSpace> = fc
  .array(fc.record({
    hole: fc.integer({ min: 0, max: 6 }),
    states: fc.array(fc.record({ state: fc.integer({ min: 0, max: PAGE_STATES.length - 1 }), count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 90 })) }), { minLength: 1, maxLength: 5 }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    onPages: fc.boolean(),
  }), { minLength: 1, maxLength: 6 })
  .map((mappings) => {
    let page = 1;
    const regions: { start: number; end: number }[] = [];
    const runs: TestRun[] = [];
    const stateOf = new Map<number, number>();
    for (const { hole, states, cuts, onPages } of mappings) {
      page += hole;
      const first = page;
      for (const { state, count } of states) {
        runs.push({ page, count, state });
        for (let i = 0; i < count; i++) stateOf.set(page + i, state);
        page += count;
      }
      const bytes = (page - first) * 4096;
      const borders = [...new Set([0, ...cuts.map((cut) => Math.floor((cut * bytes) / (onPages ? 4096 : 1)) * (onPages ? 4096 : 1)), bytes])].toSorted((a, b) => a - b);
      for (let i = 1; i < borders.length; i++) regions.push({ start: first * 4096 + (borders[i - 1] ?? 0), end: first * 4096 + (borders[i] ?? 0) });
    }
    return { table: regionTable(regions), runs: runColumns(runs), stateOf };
  });
