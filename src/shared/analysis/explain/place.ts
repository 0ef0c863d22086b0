import { formatAddress, type Address } from '../../address/address.ts';
import { formatSize } from '../../address/size.ts';
import type { FaultGap, FaultRegion } from '../../model/explanation.ts';
import type { RegionTable } from '../../model/region-table.ts';
import { isUnmappedKind, type Region } from '../../model/region.ts';
import type { FaultGround } from './fault-facts.ts';

export interface Place {
  readonly region: FaultRegion | undefined;
  readonly gap: FaultGap | undefined;
}

export function placeOf(ground: FaultGround, address: Address | undefined): Place {
  const row = address === undefined ? -1 : ground.regions.indexAt(address);
  if (address === undefined || row < 0) return { region: undefined, gap: undefined };
  const region = ground.regions.rowAt(row);
  if (!isUnmappedKind(region.kind)) return { region: { ...region, section: ground.sectionAt(address), symbol: ground.symbolAt(address) }, gap: undefined };
  const below = mappedNear(ground.regions, row, -1);
  const above = mappedNear(ground.regions, row, 1);
  return {
    region: undefined,
    gap: {
      kind: region.kind, label: region.label,
      below: below && { region: below, distanceBytes: address - below.end },
      above: above && { region: above, distanceBytes: above.start - address },
    },
  };
}

function mappedNear(regions: RegionTable, row: number, step: -1 | 1): Region | undefined {
  for (let near = row + step; near >= 0 && near < regions.length; near += step) if (!isUnmappedKind(regions.kindAt(near))) return regions.rowAt(near);
  return undefined;
}

/** `.rodata of demo`, `[heap]`, `libc.so.6 text`. */
export function regionName(region: Region & { readonly section?: string | undefined }): string {
  const file = region.module?.path.split('/').at(-1);
  if (region.section !== undefined && file !== undefined) return `${region.section} of ${file}`;
  return region.label === '' ? region.kind : region.label;
}

/** `counter+0x10`, where a symbol of a size holds the address. */
export function symbolWords(region: FaultRegion): string | undefined {
  const at = region.symbol;
  if (!at || (at.symbol.sizeBytes > 0n && at.offset >= at.symbol.sizeBytes) || (at.symbol.sizeBytes === 0n && region.kind !== 'text')) return undefined;
  return `${at.symbol.demangled ?? at.symbol.name}${at.offset === 0n ? '' : `+0x${at.offset.toString(16)}`}`;
}

/** One clause: what lies at the address. */
export function placeWords({ region, gap }: Place): string {
  if (region) {
    const symbol = symbolWords(region);
    return `${regionName(region)} (${region.perms})${symbol === undefined ? '' : `, in ${symbol}`}`;
  }
  if (gap === undefined) return 'nowhere';
  if (gap.kind === 'non-canonical') return 'outside of what an address can be: it is not canonical';
  if (gap.kind === 'kernel') return 'the kernel’s half of the address space';
  if (gap.kind === 'null') return 'the lowest pages, where nothing may be mapped';
  const near = nearest(gap);
  return `nothing is mapped there${near === undefined ? '' : `; ${near}`}`;
}

/** `[heap] ends 16 B below`, or what begins above when that is nearer. */
export function nearest(gap: FaultGap): string | undefined {
  const { below, above } = gap;
  if (below && (!above || below.distanceBytes <= above.distanceBytes)) return `${regionName(below.region)} ends ${below.distanceBytes === 0n ? 'right' : formatSize(below.distanceBytes)} below`;
  return above && `${regionName(above.region)} begins ${formatSize(above.distanceBytes)} above`;
}

export function mapsLine(region: Region): string {
  return `${formatAddress(region.start)} – ${formatAddress(region.end)} ${region.perms} ${region.path === '' ? region.label : region.path}`.trimEnd();
}
