import type { ElfFacts } from './elf-facts.ts';

/** What of an ELF file tells how it is protected, beside its headers. Plain data; the judgement is in analysis. */
export interface ElfSecurity {
  readonly facts: ElfFacts;
  /** Entries of PT_DYNAMIC in order, up to DT_NULL; undefined without one (a static program). */
  readonly dynamic: readonly { readonly tag: bigint; readonly value: bigint }[] | undefined;
  readonly needed: number;
  /** DT_RPATH and DT_RUNPATH as text. */
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** GNU_PROPERTY_X86_FEATURE_1_AND of .note.gnu.property: bit 0 IBT, bit 1 SHSTK; undefined when there is no such note. */
  readonly x86Features: number | undefined;
  /** Where the names below come from; `none` when the file has no readable symbol table. */
  readonly symbolTable: '.dynsym' | '.symtab' | 'none';
  /** __stack_chk_fail or a kin of it. */
  readonly canarySymbol: string | undefined;
  /** Checked functions of glibc that it calls: `__printf_chk`. */
  readonly fortified: readonly string[];
  /** Functions that it calls plainly although a checked form exists: `memcpy`. */
  readonly unfortified: readonly string[];
}

export const DT_NEEDED = 1n;
export const DT_STRTAB = 5n;
export const DT_STRSZ = 10n;
export const DT_RPATH = 15n;
export const DT_BIND_NOW = 24n;
export const DT_RUNPATH = 29n;
export const DT_FLAGS = 30n;
export const DT_FLAGS_1 = 0x6fff_fffbn;
export const DF_BIND_NOW = 8n;
export const DF_1_NOW = 1n;
export const DF_1_PIE = 0x0800_0000n;
export const X86_FEATURE_IBT = 1;
export const X86_FEATURE_SHSTK = 2;
