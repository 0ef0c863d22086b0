/**
 * Words of /proc/PID/pagemap, one 64-bit word a page (kernel Documentation/admin-guide/mm/pagemap.rst). Decoded as pairs of 32-bit halves: a BigUint64Array costs a bigint per
 * page and is seven times slower. The flags all lie in the high half.
 */
export const PAGEMAP_PRESENT = 0x8000_0000;
export const PAGEMAP_SWAPPED = 0x4000_0000;
/** Bit 61: the page belongs to a file, or is shared anonymous memory. */
export const PAGEMAP_FILE_OR_SHARED = 0x2000_0000;
/** Bit 58: a guard region made by MADV_GUARD_INSTALL. */
export const PAGEMAP_GUARD = 0x0400_0000;
/** Bit 57: write-protected through userfaultfd. */
export const PAGEMAP_UFFD_WP = 0x0200_0000;
/** Bit 56: mapped by this process only. */
export const PAGEMAP_EXCLUSIVE = 0x0100_0000;
/** Bit 55. Some kernels have it compiled out and always print 0. */
export const PAGEMAP_SOFT_DIRTY = 0x0080_0000;

/** High halves of the words: everything but the low 32 bits of the frame number. `bytes` must be 4-byte aligned; a trailing partial word is ignored. */
export function pagemapFlags(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, (bytes.length >>> 3) * 2);
  const flags = new Uint32Array(words.length >>> 1);
  for (let page = 0; page < flags.length; page++) flags[page] = words[page * 2 + 1] ?? 0;
  return flags;
}

/** Frame number of a present page from both halves; undefined when the kernel hides it (0 without CAP_SYS_ADMIN). */
export function pagemapFrame(low: number, high: number): bigint | undefined {
  const frame = (BigInt(high & 0x7f_ffff) << 32n) | BigInt(low >>> 0);
  return (high & PAGEMAP_PRESENT) === 0 || frame === 0n ? undefined : frame;
}
