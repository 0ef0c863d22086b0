import type { Address } from '../address/address.ts';
import type { ErrorFacts } from './errors.ts';
import type { ModuleRole } from './region.ts';
import type { SymbolRef } from './symbol.ts';

/** One ELF image as it lies in memory. */
export interface ModuleFacts {
  readonly path: string;
  readonly role: ModuleRole;
  /** Lowest address; the same file loaded twice differs in it. */
  readonly base: Address;
  /** Exclusive: end of its highest segment. */
  readonly end: Address;
  /** Number of section headers. */
  readonly sections: number;
  /** Why sections or symbols are unknown. */
  readonly problem: ErrorFacts | undefined;
}

/** One section header, whether the section is in memory or only in the file. */
export interface ModuleSection {
  /** Number as readelf counts. */
  readonly index: number;
  readonly name: string;
  /** PROGBITS, NOBITS … as readelf spells it. */
  readonly type: string;
  /** readelf's letters. */
  readonly flags: string;
  readonly fileOffset: bigint;
  /** 0 for NOBITS. */
  readonly fileSizeBytes: bigint;
  /** 0 for a section that is not loaded (without A). For .tbss the size of the template, which itself has no memory. */
  readonly memorySizeBytes: bigint;
  /** Where it is in memory; undefined for a section that is not loaded. */
  readonly address: Address | undefined;
}

export const SYMBOL_KINDS = ['function', 'object', 'tls', 'ifunc', 'other'] as const satisfies readonly SymbolRef['type'][];
export const SYMBOL_BINDINGS = ['local', 'global', 'weak', 'unique'] as const satisfies readonly SymbolRef['binding'][];

/** Symbols [first, first + length) of one module as columns: first those with an address, ascending, then the thread-local ones. */
export interface SymbolColumns {
  readonly first: number;
  readonly length: number;
  /** Of the module. */
  readonly total: number;
  /** Table in the file that they come from; `.dynsym` where a stripped file has only that. */
  readonly origin: '.symtab' | '.dynsym' | 'none';
  readonly names: readonly string[];
  /** Readable form of C++ and Rust names; '' where the name is not mangled. */
  readonly demangled: readonly string[];
  /** Pairs of 32-bit halves, low first. For a thread-local symbol, the place of its initial value in the module's template. */
  readonly address: Uint32Array;
  /** Pairs of 32-bit halves, low first. */
  readonly size: Uint32Array;
  /** Index in SYMBOL_KINDS. */
  readonly kind: Uint8Array;
  /** Index in SYMBOL_BINDINGS. */
  readonly binding: Uint8Array;
  /** Number of the section header. */
  readonly section: Uint16Array;
}

export function pairAt(pairs: Uint32Array, row: number): bigint {
  return (BigInt(pairs[row * 2 + 1] ?? 0) << 32n) | BigInt(pairs[row * 2] ?? 0);
}
