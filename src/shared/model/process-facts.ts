import type { Address } from '../address/address.ts';

/** The auxiliary vector the kernel gave the program at exec (getauxval(3)). */
export interface AuxiliaryVector {
  /** AT_PHDR 3: the program's headers in memory. */
  readonly phdr: Address | undefined;
  readonly phent: bigint | undefined;
  readonly phnum: bigint | undefined;
  /** AT_BASE 7: where the loader lies; undefined for static programs. */
  readonly base: Address | undefined;
  /** AT_ENTRY 9: the program's entry point. */
  readonly entry: Address | undefined;
  /** AT_SYSINFO_EHDR 33. */
  readonly vdso: Address | undefined;
  /** AT_EXECFN 31. */
  readonly execfn: Address | undefined;
  /** AT_RANDOM 25: 16 random bytes, on the initial stack. */
  readonly random: Address | undefined;
  /** Every entry by its number. */
  readonly entries: ReadonlyMap<number, bigint>;
}

/** Names of auxv entries for evidence. */
export const AUXV_NAMES: ReadonlyMap<number, string> = new Map([
  [3, 'AT_PHDR'], [4, 'AT_PHENT'], [5, 'AT_PHNUM'], [6, 'AT_PAGESZ'], [7, 'AT_BASE'], [9, 'AT_ENTRY'], [11, 'AT_UID'], [15, 'AT_PLATFORM'], [16, 'AT_HWCAP'],
  [23, 'AT_SECURE'], [25, 'AT_RANDOM'], [26, 'AT_HWCAP2'], [31, 'AT_EXECFN'], [33, 'AT_SYSINFO_EHDR'], [51, 'AT_MINSIGSTKSZ'],
]);
