import type { ElfSection } from './read-elf.ts';

/** sh_type as readelf spells it (binutils' readelf.c, get_section_type_name; values from elf(5) and the gABI). */
const TYPES = new Map<number, string>([
  [0, 'NULL'], [1, 'PROGBITS'], [2, 'SYMTAB'], [3, 'STRTAB'], [4, 'RELA'], [5, 'HASH'], [6, 'DYNAMIC'], [7, 'NOTE'], [8, 'NOBITS'], [9, 'REL'], [10, 'SHLIB'],
  [11, 'DYNSYM'], [14, 'INIT_ARRAY'], [15, 'FINI_ARRAY'], [16, 'PREINIT_ARRAY'], [17, 'GROUP'], [18, 'SYMTAB SECTION INDICES'], [19, 'RELR'],
  [0x6fff_fff5, 'GNU_ATTRIBUTES'], [0x6fff_fff6, 'GNU_HASH'], [0x6fff_fff7, 'GNU_LIBLIST'], [0x6fff_fffd, 'VERDEF'], [0x6fff_fffe, 'VERNEED'],
  [0x6fff_ffff, 'VERSYM'], [0x7000_0001, 'X86_64_UNWIND'],
]);

export function sectionTypeName(type: number): string {
  return TYPES.get(type) ?? `0x${type.toString(16)}`;
}

/** The section's line as `readelf -SW` prints it, without its indent. */
export function sectionLine(section: ElfSection): string {
  const hex = (value: bigint, width: number): string => value.toString(16).padStart(width, '0');
  return [
    `[${String(section.index).padStart(2)}] ${section.name.padEnd(17)}`,
    sectionTypeName(section.type).padEnd(15),
    hex(section.address, 16),
    hex(section.offset, 6),
    hex(section.size, 6),
    hex(section.entrySize, 2),
    section.flagLetters.padStart(3),
    String(section.link).padStart(2),
    String(section.info).padStart(3),
    String(section.align).padStart(2),
  ].join(' ');
}
