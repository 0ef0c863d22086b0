import type { Address } from '../address/address.ts';

/** A section of an ELF module at its runtime address (section header facts; see elf(5)). */
export interface Section {
  readonly name: string;
  /** PROGBITS, NOBITS … as readelf spells it. */
  readonly type: string;
  /** readelf's letters: W A X T … */
  readonly flags: string;
  /** Runtime address of the first byte: section address + load bias. */
  readonly address: Address;
  readonly memorySizeBytes: bigint;
  readonly fileOffset: bigint;
  /** 0 for NOBITS: such a section takes no room in the file. */
  readonly fileSizeBytes: bigint;
}

export interface SymbolRef {
  readonly name: string;
  /** Demangled form where it differs. */
  readonly demangled: string | undefined;
  readonly address: Address;
  readonly sizeBytes: bigint;
  readonly type: 'function' | 'object' | 'tls' | 'ifunc' | 'other';
  readonly binding: 'local' | 'global' | 'weak' | 'unique';
  readonly modulePath: string;
}

/** A symbol and the distance of an address from its start. */
export interface SymbolAt {
  readonly symbol: SymbolRef;
  readonly offset: bigint;
}
