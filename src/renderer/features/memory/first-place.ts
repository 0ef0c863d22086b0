import type { Address } from '../../../shared/address/address.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';

/** Where to begin when nobody has said: the program's initialised data, else the lowest mapping. */
export function firstPlaceOf(regions: RegionTable | undefined): Address | undefined {
  let first: Address | undefined;
  for (let row = 0; row < (regions?.length ?? 0); row++) {
    const region = regions?.rowAt(row);
    if (region === undefined || isUnmappedKind(region.kind)) continue;
    first ??= region.start;
    if (region.kind === 'data' && region.module?.role === 'program') return region.start;
  }
  return first;
}
