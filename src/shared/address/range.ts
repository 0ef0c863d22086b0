import { formatAddress, SPACE_END, type Address } from './address.ts';

/** Bytes from `start` up to, not including, `end`. `end` may be 2^64. Empty when equal. */
export interface AddressRange {
  readonly start: Address;
  readonly end: Address;
}

export function rangeSize(range: AddressRange): bigint {
  return range.end - range.start;
}

export function rangeContains(range: AddressRange, address: Address): boolean {
  return range.start <= address && address < range.end;
}

export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The bytes in both, or undefined when they share none. */
export function intersectRanges(a: AddressRange, b: AddressRange): AddressRange | undefined {
  const start = a.start > b.start ? a.start : b.start;
  const end = a.end < b.end ? a.end : b.end;
  return start < end ? { start, end } : undefined;
}

/** A range of `lengthBytes` from `start`, cut off at the top of the space. */
export function rangeFrom(start: Address, lengthBytes: bigint | number): AddressRange {
  const end = start + BigInt(lengthBytes);
  return { start, end: (end > SPACE_END ? SPACE_END : end) as Address };
}

/** `0x… – 0x…`, end exclusive. */
export function formatRange(range: AddressRange): string {
  return `${formatAddress(range.start)} – ${formatAddress(range.end)}`;
}
