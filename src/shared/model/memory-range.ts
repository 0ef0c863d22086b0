import type { Address } from '../address/address.ts';

/** Why bytes of a mapping could not be read. */
export type UnreadableReason = 'EIO' | 'EFAULT' | 'EACCES' | 'EPERM' | 'ESRCH' | 'ENOMEM' | 'other';

/**
 * What one read says about a run of bytes. A read answers with a list of these, ascending, gapless, covering exactly what was asked: no zero or 0xff ever
 * stands in for a byte that was not read.
 */
export type MemoryRange =
  | { readonly kind: 'valid'; readonly start: Address; readonly bytes: Uint8Array }
  /** A mapping is there and the kernel refused. */
  | { readonly kind: 'unreadable'; readonly start: Address; readonly lengthBytes: bigint; readonly reason: UnreadableReason; readonly detail: string }
  /** No mapping covers these bytes. */
  | { readonly kind: 'unmapped'; readonly start: Address; readonly lengthBytes: bigint }
  /** Not read on purpose: pagemap says the page is not present, and reading would fault it in. */
  | { readonly kind: 'not-present'; readonly start: Address; readonly lengthBytes: bigint; readonly why: 'untouched' | 'not-resident-file' | 'swapped' | 'guard' };

export function memoryRangeLength(range: MemoryRange): bigint {
  return range.kind === 'valid' ? BigInt(range.bytes.length) : range.lengthBytes;
}

/** A byte that a software breakpoint replaced in memory: the program's own byte, and where. */
export interface PatchedByte {
  readonly address: Address;
  readonly original: number;
  readonly breakpoint: string;
}
