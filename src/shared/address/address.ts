/**
 * A virtual address: a branded bigint in [0, 2^64].
 *
 * 2^64 itself is legal as the exclusive end of a range that reaches the top of the space; no byte lives there. An address is never a JS
 * number: above 2^53 a double silently rounds.
 */
declare const addressBrand: unique symbol;
export type Address = bigint & { readonly [addressBrand]: 'Address' };

/** 2^64: the exclusive end of the whole space. */
export const SPACE_END = (1n << 64n) as Address;
/** First address of the kernel half with 4-level paging (47-bit user half). Intel SDM vol. 1, 3.3.7.1. */
export const KERNEL_START_48 = 0xffff_8000_0000_0000n as Address;
/** First address past the user half with 4-level paging. The last user page is kept unmapped by Linux (TASK_SIZE_MAX). */
export const USER_END_47 = 0x0000_8000_0000_0000n as Address;
/** The same two limits with 5-level paging (57-bit addresses). */
export const KERNEL_START_57 = 0xff00_0000_0000_0000n as Address;
export const USER_END_56 = 0x0100_0000_0000_0000n as Address;

/** Brands a bigint as an address. Throws RangeError outside [0, 2^64]. */
export function toAddress(value: bigint): Address {
  if (value < 0n || value > SPACE_END) throw new RangeError(`not a 64-bit address: ${value}`);
  return value as Address;
}

/** Address plus an offset in bytes; wraps modulo 2^64, as the CPU's address arithmetic does. */
export function addBytes(address: Address, offsetBytes: bigint | number): Address {
  return BigInt.asUintN(64, address + BigInt(offsetBytes)) as Address;
}

/** Groups of four hex digits joined by `_`, at least 12 digits (16 above 2^47): `0x7fff_f7dd_5000`. */
export function formatAddress(address: Address): string {
  return `0x${groupHex(address)}`;
}

/** Plain hex without groups or padding, as JSON output and gdb want it: `0x7ffff7dd5000`. */
export function formatPlainAddress(address: Address): string {
  return `0x${address.toString(16)}`;
}

function groupHex(address: Address): string {
  const digits = address.toString(16);
  const width = digits.length <= 12 ? 12 : 16;
  return digits.padStart(width, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_');
}

/**
 * Reads an address as people write it: hex with or without `0x`, with or without `_` or `` ` `` between groups. Returns undefined when the text is not
 * an address or exceeds 64 bits. Without `0x`, a text of digits is hex too: the product never shows decimal addresses.
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:0[xX])?([0-9a-fA-F](?:[_`]?[0-9a-fA-F])*)$/.exec(text.trim());
  if (!match) return undefined;
  const value = BigInt(`0x${(match[1] ?? '').replaceAll(/[_`]/g, '')}`);
  return value < SPACE_END ? (value as Address) : undefined;
}
