import type { Address } from '../../shared/address/address.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Section } from '../../shared/model/symbol.ts';
import type { MapSnapshot } from '../../shared/rpc/contracts/map.ts';

/** Who moved the cursor when nobody had: views begin with its place at their top. */
export const MOVED_BY_SESSION = 'session';

/** Where the cursor begins: the program's data, which has names and values to show; else the stack pointer, its code, or the lowest mapping. */
export function firstPlace(map: MapSnapshot, regions: RegionTable): Address | undefined {
  let code: Address | undefined;
  let mapped: Address | undefined;
  for (let row = 0; row < regions.length; row++) {
    const module = regions.columns.modules[(regions.columns.module[row] ?? 0) - 1];
    const kind = regions.kindAt(row);
    if (module?.role === 'program' && kind === 'data') return regions.startAt(row);
    if (module?.role === 'program' && kind === 'text') code ??= regions.startAt(row);
    if (regions.columns.perms[row] !== 0) mapped ??= regions.startAt(row);
  }
  return map.marks.find((mark) => mark.kind === 'sp')?.address ?? code ?? mapped;
}

/** Where the program's own variables begin, of the sections in its data mapping. */
export function dataSection(sections: readonly Section[]): Address | undefined {
  return sections.find(({ name, memorySizeBytes }) => name === '.data' && memorySizeBytes > 0n)?.address;
}
