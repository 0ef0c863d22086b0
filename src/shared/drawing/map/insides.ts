import type { Address } from '../../address/address.ts';
import type { PageCells } from '../../model/byte-cell.ts';
import type { Region } from '../../model/region.ts';

/** A named stretch inside a region: a section, a stack frame. */
export interface InnerSpan {
  readonly start: Address;
  readonly end: Address;
  readonly label: string;
}

/** Symbols as columns, ascending: offsets from `base` in bytes, so that a frame makes no bigint for each. */
export interface SymbolColumns {
  readonly base: bigint;
  readonly length: number;
  readonly from: Float64Array;
  /** Exclusive; equal to `from` for a symbol of no size. */
  readonly to: Float64Array;
  readonly names: readonly string[];
}

/** Page states of neighbouring pages: state[i] is page `first + i`, an index in PAGE_STATES; NO_PAGE where nothing is mapped. */
export interface PageStates {
  readonly first: number;
  readonly state: Uint8Array;
  /** PAGE_FLAG_* bits. */
  readonly flags: Uint8Array;
}

export const NO_PAGE = 255;

/** The bytes of one page as far as they are known. */
export interface PageBytes extends PageCells {
  /** 1 for each byte that differs from what it was before; undefined when none does, or nothing is known of before. */
  readonly changed: Uint8Array | undefined;
  /** Of an older generation: shown, and shown as such. */
  readonly stale: boolean;
  /** Why bytes of the page are missing, in words; '' when none is. */
  readonly missing: string;
}

/**
 * What is known of the insides of regions. Every answer is given at once from what is there; what is not is asked for, and the picture is drawn again when it has come. Nothing here faults a
 * page in.
 */
export interface MapInsides {
  /** Sections of a module's region, frames of a stack. Ascending. */
  spans(region: Region): readonly InnerSpan[];
  /** Symbols that reach into [start, end) of a region; undefined while none are known or where they are too many to be told apart. */
  symbols(region: Region, start: bigint, end: bigint): SymbolColumns | undefined;
  /** The states known around a page; undefined while they are not. */
  pages(page: number): PageStates | undefined;
  bytes(page: number): PageBytes | undefined;
}

export const NO_INSIDES: MapInsides = { spans: () => [], symbols: () => undefined, pages: () => undefined, bytes: () => undefined };
