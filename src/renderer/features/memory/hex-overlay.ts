import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { isUnmappedKind, type RegionKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { CELL_VALID, readUnsigned, type PageCells } from '../../kernels/hex-cells.ts';

/** Words for what a pointer-sized value points into; undefined when it points into no mapping. */
export function pointsInto(value: bigint, regions: RegionTable | undefined): string | undefined {
  const region = value < 0x1000n || value >> 64n !== 0n ? undefined : regions?.regionAt(value as Address);
  if (region === undefined || isUnmappedKind(region.kind)) return undefined;
  return `${formatAddress(value as Address)}, ${region.label}`;
}

/** The aligned pointer that begins at or covers a page offset, when its value lies in a mapping. */
export function pointerAt(cells: PageCells, offset: number, regions: RegionTable | undefined): Address | undefined {
  return pointerOf(cells, offset, regions)?.target;
}

export interface PointerHere {
  readonly target: Address;
  readonly kind: RegionKind;
}

/** The same with the kind of what it points to. */
export function pointerOf(cells: PageCells, offset: number, regions: RegionTable | undefined): PointerHere | undefined {
  const base = offset - (offset % 8);
  // User addresses have zeros on top and something above the first page: most words are told from pointers without a bigint.
  if (regions === undefined || cells.states[base + 7] !== CELL_VALID || cells.values[base + 7] !== 0 || cells.values[base + 6] !== 0) return undefined;
  if (cells.values[base + 5] === 0 && cells.values[base + 4] === 0 && cells.values[base + 3] === 0 && cells.values[base + 2] === 0) return undefined;
  const value = readUnsigned(cells, base, 8);
  if (value === undefined || value < 0x1000n) return undefined;
  const row = regions.indexAt(value as Address);
  if (row < 0) return undefined;
  const kind = regions.kindAt(row);
  return isUnmappedKind(kind) ? undefined : { target: value as Address, kind };
}
