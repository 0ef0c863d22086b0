import type { Address } from '../address/address.ts';
import type { AddressRange } from '../address/range.ts';
import type { RegionKind } from './region.ts';

/** What to look for, as bytes and bounds: the text a user types becomes this in analysis/search/parse-pattern.ts. */
export type SearchPattern =
  /** A byte b fits position i when (b & mask[i]) = (bytes[i] & mask[i]). Both have the same length. */
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly mask: Uint8Array }
  | { readonly type: 'text'; readonly text: string; readonly encoding: TextEncoding; readonly ignoreCase: boolean }
  /** A JavaScript regular expression over bytes: each byte is one character from \x00 to \xff; other characters of the expression stand for their UTF-8 bytes. */
  | { readonly type: 'regex'; readonly source: string; readonly ignoreCase: boolean }
  /** Any integer from `low` to `high`, both included. */
  | { readonly type: 'integer'; readonly widthBits: 8 | 16 | 32 | 64; readonly signed: boolean; readonly bigEndian: boolean; readonly low: bigint; readonly high: bigint }
  /** Any IEEE 754 number from `low` to `high`, both included. A NaN never fits. */
  | { readonly type: 'float'; readonly widthBits: 16 | 32 | 64; readonly bigEndian: boolean; readonly low: number; readonly high: number }
  /** A little-endian 64-bit word whose value lies in [start, end). */
  | { readonly type: 'pointer'; readonly start: Address; readonly end: Address };

export const TEXT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** Where to look. A match lies wholly inside. */
export type SearchScope =
  /** Every mapping that the process itself may read. */
  | { readonly kind: 'readable' }
  | { readonly kind: 'kinds'; readonly kinds: readonly RegionKind[] }
  | { readonly kind: 'ranges'; readonly ranges: readonly AddressRange[] };

export const SKIP_REASONS = ['untouched', 'not-resident-file', 'swapped', 'guard', 'no-access', 'unreadable', 'presence-unknown'] as const;
/**
 * Why bytes of the scope were not searched. The first four are pages that pagemap calls absent, left alone because reading would change that. `no-access`: a mapping without
 * read permission. `unreadable`: the kernel refused. `presence-unknown`: the kernel does not let us see the page table.
 */
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface SkippedBytes {
  readonly reason: SkipReason;
  readonly bytes: bigint;
}

/** What a memory scanner asks of places found before. Matches of an expression differ in length: `unchanged` are those that still match it, `changed` those that do not. */
export type RefineCondition =
  | { readonly type: 'changed' | 'unchanged' | 'increased' | 'decreased' }
  /** The bytes there fit this pattern now; it must be of the type of the search. */
  | { readonly type: 'fits'; readonly pattern: SearchPattern };

/** Bytes one match can take at most: what has to be kept in sight across the border of two reads. */
export const MAX_PATTERN_BYTES = 4096;
/** Longer matches of a regular expression are cut here. */
export const MAX_REGEX_MATCH_BYTES = 4096;
