import { SPACE_END, type Address } from '../../../shared/address/address.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';

/** What a key does to the cursor of a hex view. */
export type HexMove =
  | { readonly kind: 'by'; readonly bytes: bigint; readonly extend: boolean }
  | { readonly kind: 'edge'; readonly edge: 'row-start' | 'row-end' | 'region-start' | 'region-end'; readonly extend: boolean }
  | { readonly kind: 'follow' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'clear-selection' };

export interface KeyFacts {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export function hexMove(event: KeyFacts, rowBytes: number, rowsOnScreen: number, unitBytes: number): HexMove | undefined {
  if (event.altKey || event.metaKey) return undefined;
  const extend = event.shiftKey;
  const by = (bytes: number): HexMove => ({ kind: 'by', bytes: BigInt(bytes), extend });
  switch (event.key) {
    case 'ArrowLeft':
      return by(-unitBytes);
    case 'ArrowRight':
      return by(unitBytes);
    case 'ArrowUp':
      return by(-rowBytes);
    case 'ArrowDown':
      return by(rowBytes);
    case 'PageUp':
      return by(-rowBytes * Math.max(1, rowsOnScreen - 2));
    case 'PageDown':
      return by(rowBytes * Math.max(1, rowsOnScreen - 2));
    case 'Home':
      return { kind: 'edge', edge: event.ctrlKey ? 'region-start' : 'row-start', extend };
    case 'End':
      return { kind: 'edge', edge: event.ctrlKey ? 'region-end' : 'row-end', extend };
    case 'Enter':
      return { kind: 'follow' };
    case 'Escape':
      return { kind: 'clear-selection' };
    case 'c':
      return event.ctrlKey ? { kind: 'copy' } : undefined;
    default:
      return undefined;
  }
}

/** Stays inside the space: below 0 and above 2^64 − 1 there is nothing to move to. */
export function clampAddress(value: bigint): Address {
  if (value < 0n) return 0n as Address;
  return (value >= SPACE_END ? SPACE_END - 1n : value) as Address;
}

/** Stepping into a stretch without mapping goes on at its other end: no arrow key crosses 85 TiB otherwise. */
export function skipGap(regions: RegionTable | undefined, address: Address, upward: boolean): Address {
  const region = regions?.regionAt(address);
  if (region === undefined || !isUnmappedKind(region.kind)) return address;
  return upward ? (region.end > address ? clampAddress(region.end) : address) : region.start > 0n ? clampAddress(region.start - 1n) : region.start;
}

export function edgeOf(regions: RegionTable | undefined, rowBytes: number, cursor: Address, edge: 'row-start' | 'row-end' | 'region-start' | 'region-end'): Address {
  const rowStart = (cursor - (cursor % BigInt(rowBytes))) as Address;
  const region = regions?.regionAt(cursor);
  switch (edge) {
    case 'row-start':
      return rowStart;
    case 'row-end':
      return clampAddress(rowStart + BigInt(rowBytes) - 1n);
    case 'region-start':
      return region?.start ?? cursor;
    case 'region-end':
      return region === undefined ? cursor : clampAddress(region.end - 1n);
  }
}
