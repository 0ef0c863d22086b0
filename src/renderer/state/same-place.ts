import { toAddress, type Address } from '../../shared/address/address.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Region } from '../../shared/model/region.ts';

/**
 * Where a place of a process lies in another run of the same program, by the maps of both: the same byte of the file, or as far into the region of the same kind (from its end, in a
 * stack). undefined: there is nothing like it, or nothing was mapped there before either.
 */
export function samePlace(address: Address, before: RegionTable, after: RegionTable): Address | undefined {
  const from = before.regionAt(address);
  if (from === undefined || from.perms === '') return undefined;
  const candidates = [...after].filter((region) => region.perms !== '' && region.kind === from.kind && region.path === from.path && region.module?.path === from.module?.path);
  for (const region of candidates) {
    const place = placeIn(region, from, address);
    if (place >= region.start && place < region.end) return toAddress(place);
  }
  return undefined;
}

function placeIn(region: Region, from: Region, address: Address): bigint {
  if (from.inode !== 0n) return region.start + (from.offset + (address - from.start) - region.offset);
  return from.kind === 'stack' ? region.end - (from.end - address) : region.start + (address - from.start);
}
