import type { Address } from '../address/address.ts';

/** What the ELF file says of a run of memory. An answer is a gapless, ascending list of these. */
export type DiskRange =
  /** The bytes that the loader took from the file. */
  | { readonly kind: 'file'; readonly start: Address; readonly bytes: Uint8Array; readonly path: string; readonly fileOffset: bigint }
  /** NOBITS: no byte in the file, zeros in memory at first. */
  | { readonly kind: 'nobits'; readonly start: Address; readonly lengthBytes: bigint; readonly path: string }
  /** No ELF file stands behind these bytes. */
  | { readonly kind: 'none'; readonly start: Address; readonly lengthBytes: bigint }
  /** A file does, and cannot be read. */
  | { readonly kind: 'unreadable'; readonly start: Address; readonly lengthBytes: bigint; readonly path: string; readonly why: string };

/** A place that the dynamic loader writes before the program runs (.rela.dyn, .rela.plt, .relr.dyn). */
export interface Relocation {
  readonly address: Address;
  readonly sizeBytes: number;
  /** As readelf spells it: `R_X86_64_RELATIVE`. */
  readonly type: string;
  /** Name of the symbol it is about; '' when it is about none. */
  readonly symbol: string;
  readonly addend: bigint;
}

export interface DiskBytes {
  readonly ranges: readonly DiskRange[];
  /** Those that write into the range, ascending. */
  readonly relocations: readonly Relocation[];
}
