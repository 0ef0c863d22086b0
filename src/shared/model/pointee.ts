import type { Address } from '../address/address.ts';
import type { RegionKind } from './region.ts';

/** What lies where a pointer points. */
export interface Pointee {
  readonly address: Address;
  readonly kind: RegionKind;
  /** The region's own name: `[heap]`, `.rodata`. */
  readonly label: string;
  /** File name of its module; '' for none. */
  readonly module: string;
  /** Nearest symbol that holds the address. */
  readonly symbol: { readonly name: string; readonly offset: bigint } | undefined;
  /** Printable text that begins there. */
  readonly text: { readonly text: string; readonly cut: boolean } | undefined;
}

export interface PointerHop extends Pointee {
  /** The eight bytes there as a number; undefined when they cannot be read, or were left alone. */
  readonly value: bigint | undefined;
}

/** Where a pointer leads, hop by hop. The first hop is the place asked about. */
export interface PointerChain {
  readonly generation: number;
  readonly hops: readonly PointerHop[];
  /** Why it goes no further: text ends it; the value is no pointer; it is not read (and why); back at an earlier hop, whose index is told; more hops follow. */
  readonly end: { readonly why: 'text' } | { readonly why: 'not-a-pointer' } | { readonly why: 'null' } | { readonly why: 'not-read'; readonly words: string } | { readonly why: 'loop'; readonly to: number } | { readonly why: 'long' };
}
