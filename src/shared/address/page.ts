import type { Address } from './address.ts';

/**
 * A page number: address >> 12. There are 2^52 pages in 2^64 bytes, so every page number, and 2^52 as an exclusive end, is exact in a double.
 */
declare const pageBrand: unique symbol;
export type PageNumber = number & { readonly [pageBrand]: 'PageNumber' };

export const PAGE_SHIFT = 12n;
/** Bytes in a base page on x86-64. Huge pages are runs of these. */
export const PAGE_SIZE_BYTES = 4096;
export const PAGE_COUNT_OF_SPACE = 2 ** 52;

/** Page that holds the byte at `address` (rounds down). */
export function pageOf(address: Address): PageNumber {
  return Number(address >> PAGE_SHIFT) as PageNumber;
}

/** First page that begins at or after `address` (rounds up). */
export function pageCeil(address: Address): PageNumber {
  return Number((address + 0xfffn) >> PAGE_SHIFT) as PageNumber;
}

/** First address of a page. */
export function pageStart(page: PageNumber): Address {
  return (BigInt(page) << PAGE_SHIFT) as Address;
}

/** Byte offset of `address` in its page, 0 to 4095. */
export function offsetInPage(address: Address): number {
  return Number(address & 0xfffn);
}

/** Brands an integer in [0, 2^52] as a page number. Throws RangeError otherwise. */
export function toPageNumber(value: number): PageNumber {
  if (!Number.isInteger(value) || value < 0 || value > PAGE_COUNT_OF_SPACE) throw new RangeError(`not a page number: ${value}`);
  return value as PageNumber;
}
