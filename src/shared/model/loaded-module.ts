import type { Address } from '../address/address.ts';
import type { ElfFacts } from './elf-facts.ts';
import type { ModuleRef } from './region.ts';

/** One ELF image as it lies in memory. The same file loaded twice (dlmopen) is two of these. */
export interface LoadedModule {
  readonly ref: ModuleRef;
  /** Runtime address minus ELF address, in bytes; a multiple of the page size, 0n for programs linked at fixed addresses. */
  readonly bias: bigint;
  /** Whole pages from the lowest to the highest PT_LOAD, holes included; without facts, the rows that were seen. */
  readonly start: Address;
  readonly end: Address;
  /** undefined when the file could not be read: kinds are then told by permissions, and no section or symbol is known. */
  readonly facts: ElfFacts | undefined;
  /** Row of maps with the module's first mapping: leads to the file through map_files, device and inode. */
  readonly firstRow: number;
  readonly dev: number;
  readonly inode: number;
}
