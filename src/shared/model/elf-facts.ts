import type { Address } from '../address/address.ts';

/**
 * What the headers of one ELF file say, as plain data: no reader, no file, nothing computed for a running process. Every address is the file's own (before the load bias);
 * add the bias to get a runtime address. Field names and meanings: elf(5).
 */
export interface ElfFacts {
  /** e_type. `exec` is linked at fixed addresses, `dyn` anywhere (libraries and position-independent programs). */
  readonly type: 'exec' | 'dyn' | 'core' | 'rel' | 'other';
  /** e_machine, raw: 62 is EM_X86_64, 3 EM_386. */
  readonly machine: number;
  /** EI_CLASS. */
  readonly is64Bit: boolean;
  /** e_entry. */
  readonly entry: Address;
  /** e_phoff. */
  readonly phdrOffset: bigint;
  /** In file order. */
  readonly programHeaders: readonly ElfProgramHeader[];
  /** In file order, without the null section; empty when the file has none (sstrip) or they lie past the file's end. */
  readonly sections: readonly ElfSectionHeader[];
  /** PT_GNU_RELRO: what the loader makes read-only after relocation. */
  readonly relro: ElfSpan | undefined;
  /** Flags of PT_GNU_STACK; undefined when there is none, which asks for an executable stack. */
  readonly gnuStackFlags: number | undefined;
  /** NT_GNU_BUILD_ID in lower-case hex. */
  readonly buildId: string | undefined;
  /** PT_INTERP: the loader's path; undefined for static programs and libraries. */
  readonly interp: string | undefined;
  /** DT_SONAME. */
  readonly soname: string | undefined;
}

export interface ElfSpan {
  readonly vaddr: Address;
  readonly memSize: bigint;
}

export interface ElfProgramHeader {
  /** p_type, raw: see PT_*. */
  readonly type: number;
  /** p_flags: PF_X 1, PF_W 2, PF_R 4. */
  readonly flags: number;
  readonly offset: bigint;
  readonly vaddr: Address;
  readonly fileSize: bigint;
  readonly memSize: bigint;
  readonly align: bigint;
}

export interface ElfSectionHeader {
  readonly name: string;
  /** sh_type, raw: see SHT_*. */
  readonly type: number;
  /** sh_flags, raw: see SHF_*. */
  readonly flags: bigint;
  /** sh_addr; 0 for a section that is not loaded. */
  readonly address: Address;
  readonly offset: bigint;
  readonly size: bigint;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const PT_TLS = 7;
export const PT_GNU_STACK = 0x6474_e551;
export const PT_GNU_RELRO = 0x6474_e552;

export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

export const SHT_PROGBITS = 1;
export const SHT_NOBITS = 8;

export const SHF_WRITE = 1n;
export const SHF_ALLOC = 2n;
export const SHF_EXECINSTR = 4n;
export const SHF_TLS = 0x400n;

export const EM_386 = 3;
export const EM_X86_64 = 62;

/** A program-header line as `readelf -lW` spells its parts, for evidence. */
export function programHeaderText(header: ElfProgramHeader): string {
  const name = PROGRAM_HEADER_NAMES.get(header.type) ?? `0x${header.type.toString(16)}`;
  const flags = `${header.flags & PF_R ? 'R' : ' '}${header.flags & PF_W ? 'W' : ' '}${header.flags & PF_X ? 'E' : ' '}`;
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return `${name} offset ${hex(header.offset)} vaddr ${hex(header.vaddr)} filesz ${hex(header.fileSize)} memsz ${hex(header.memSize)} ${flags} align ${hex(header.align)}`;
}

const PROGRAM_HEADER_NAMES = new Map<number, string>([
  [PT_LOAD, 'LOAD'], [PT_DYNAMIC, 'DYNAMIC'], [PT_INTERP, 'INTERP'], [PT_NOTE, 'NOTE'], [PT_PHDR, 'PHDR'], [PT_TLS, 'TLS'],
  [PT_GNU_STACK, 'GNU_STACK'], [PT_GNU_RELRO, 'GNU_RELRO'],
]);
