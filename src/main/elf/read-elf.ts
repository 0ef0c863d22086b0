import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { PT_DYNAMIC, PT_GNU_RELRO, PT_GNU_STACK, PT_INTERP, PT_LOAD, PT_NOTE, type ElfFacts, type ElfProgramHeader, type ElfSectionHeader } from '../../shared/model/elf-facts.ts';
import { fileNumber, type ByteSource } from './byte-source.ts';
import { sectionFlagLetters } from './section-letters.ts';

/** A section header with the fields that only the reader of symbol tables and the evidence line need. */
export interface ElfSection extends ElfSectionHeader {
  /** Number as readelf counts: the null section is 0. */
  readonly index: number;
  readonly link: number;
  readonly info: number;
  readonly align: bigint;
  readonly entrySize: bigint;
  /** readelf's letters for `flags`. */
  readonly flagLetters: string;
}

export interface ElfHeaders {
  readonly facts: ElfFacts & { readonly sections: readonly ElfSection[] };
  /** Why `sections` is empty although the header announces some; the program headers are good all the same. */
  readonly sectionProblem: VmatlasError | undefined;
}

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const SECTION_HEADER_BYTES = 64;
/** e_phnum that means "see sh_info of section 0" (elf(5), PN_XNUM). */
const PN_XNUM = 0xffff;
/** e_shstrndx that means "see sh_link of section 0" (elf(5), SHN_XINDEX). */
const SHN_XINDEX = 0xffff;
/** Note and interpreter segments longer than this are not read whole: real ones take a few hundred bytes. */
const SMALL_SEGMENT_BYTES = 1 << 20;
const EI_OSABI = 7;
const NT_GNU_BUILD_ID = 3;
const DT_STRTAB = 5n;
const DT_STRSZ = 10n;
const DT_SONAME = 14n;

const TYPE_NAMES = new Map<number, ElfFacts['type']>([[1, 'rel'], [2, 'exec'], [3, 'dyn'], [4, 'core']]);

/**
 * Reads the headers of an ELF64 little-endian image (elf(5)): file header, program headers, section headers with names, build id, interpreter, soname. No symbol is read.
 * Throws `not-elf`, `not-64-bit` or `malformed-input`. A damaged section table alone is no failure, because nothing at run time needs it.
 */
export function readElfHeaders(source: ByteSource): ElfHeaders {
  const header = readFileHeader(source);
  const first = header.getBigUint64(0x28, true) === 0n ? undefined : firstSection(source, header);
  const programHeaders = readProgramHeaders(source, header, first);
  const { sections, problem } = readSections(source, header, first);
  const stack = programHeaders.find((segment) => segment.type === PT_GNU_STACK);
  const relro = programHeaders.find((segment) => segment.type === PT_GNU_RELRO);
  return {
    facts: {
      type: TYPE_NAMES.get(header.getUint16(0x10, true)) ?? 'other',
      machine: header.getUint16(0x12, true),
      is64Bit: true,
      entry: toAddress(header.getBigUint64(0x18, true)),
      phdrOffset: header.getBigUint64(0x20, true),
      programHeaders,
      sections,
      relro: relro && { vaddr: relro.vaddr, memSize: relro.memSize },
      gnuStackFlags: stack?.flags,
      buildId: findBuildId(source, programHeaders),
      interp: findInterp(source, programHeaders),
      soname: findSoname(source, programHeaders),
    },
    sectionProblem: problem,
  };
}

function readFileHeader(source: ByteSource): DataView {
  if (source.sizeBytes < 4 || !isElfMagic(source.read(0, 4))) {
    throw new VmatlasError({ code: 'not-elf', message: `${source.name} is not an ELF file.` });
  }
  if (source.sizeBytes < HEADER_BYTES) throw malformed(source, 'it is shorter than an ELF header', `file size ${source.sizeBytes}`);
  const header = view(source.read(0, HEADER_BYTES));
  const elfClass = header.getUint8(4);
  const encoding = header.getUint8(5);
  if (elfClass === 1) throw new VmatlasError({ code: 'not-64-bit', message: `${source.name} is a 32-bit ELF file.`, evidence: 'EI_CLASS is 1 (ELFCLASS32)' });
  if (elfClass !== 2) throw malformed(source, 'its class is neither 32-bit nor 64-bit', `EI_CLASS is ${elfClass}`);
  if (encoding !== 1) throw malformed(source, 'it is not little-endian, as x86-64 is', `EI_DATA is ${encoding}`);
  return header;
}

function isElfMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Section 0 holds what does not fit the file header's 16-bit fields; undefined when the table is out of reach. */
function firstSection(source: ByteSource, header: DataView): DataView | undefined {
  const offset = header.getBigUint64(0x28, true);
  if (offset + BigInt(SECTION_HEADER_BYTES) > BigInt(source.sizeBytes)) return undefined;
  return view(source.read(Number(offset), SECTION_HEADER_BYTES));
}

function readProgramHeaders(source: ByteSource, header: DataView, first: DataView | undefined): ElfProgramHeader[] {
  const inHeader = header.getUint16(0x38, true);
  const count = inHeader === PN_XNUM && first ? first.getUint32(0x2c, true) : inHeader;
  if (count === 0) return [];
  const entryBytes = header.getUint16(0x36, true);
  if (entryBytes !== PROGRAM_HEADER_BYTES) throw malformed(source, 'its program headers have a size no ELF64 file has', `e_phentsize is ${entryBytes}`);
  const offset = fileNumber(source, header.getBigUint64(0x20, true), 'program header table');
  const table = view(source.read(offset, count * PROGRAM_HEADER_BYTES));
  const headers: ElfProgramHeader[] = [];
  for (let at = 0; at < table.byteLength; at += PROGRAM_HEADER_BYTES) {
    headers.push({
      type: table.getUint32(at, true),
      flags: table.getUint32(at + 4, true),
      offset: table.getBigUint64(at + 8, true),
      vaddr: toAddress(table.getBigUint64(at + 16, true)),
      fileSize: table.getBigUint64(at + 32, true),
      memSize: table.getBigUint64(at + 40, true),
      align: table.getBigUint64(at + 48, true),
    });
  }
  return headers;
}

function readSections(source: ByteSource, header: DataView, first: DataView | undefined): { sections: ElfSection[]; problem: VmatlasError | undefined } {
  if (header.getBigUint64(0x28, true) === 0n) return { sections: [], problem: undefined };
  try {
    return { sections: readSectionTable(source, header, first), problem: undefined };
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'malformed-input') return { sections: [], problem: error };
    throw error;
  }
}

function readSectionTable(source: ByteSource, header: DataView, first: DataView | undefined): ElfSection[] {
  if (!first) throw malformed(source, 'its section header table lies past the end of the file', `e_shoff is 0x${header.getBigUint64(0x28, true).toString(16)}`);
  const entryBytes = header.getUint16(0x3a, true);
  if (entryBytes !== SECTION_HEADER_BYTES) throw malformed(source, 'its section headers have a size no ELF64 file has', `e_shentsize is ${entryBytes}`);
  const inHeader = header.getUint16(0x3c, true);
  const count = inHeader === 0 ? fileNumber(source, first.getBigUint64(0x20, true), 'section count') : inHeader;
  const nameIndexInHeader = header.getUint16(0x3e, true);
  const nameIndex = nameIndexInHeader === SHN_XINDEX ? first.getUint32(0x28, true) : nameIndexInHeader;
  const table = view(source.read(fileNumber(source, header.getBigUint64(0x28, true), 'section header table'), count * SECTION_HEADER_BYTES));
  const names = nameIndex < count ? sectionBytes(source, table, nameIndex) : new Uint8Array();
  const sections: ElfSection[] = [];
  for (let index = 1; index < count; index++) {
    const at = index * SECTION_HEADER_BYTES;
    sections.push({
      index,
      name: stringAt(names, table.getUint32(at, true)),
      type: table.getUint32(at + 4, true),
      flags: table.getBigUint64(at + 8, true),
      address: toAddress(table.getBigUint64(at + 16, true)),
      offset: table.getBigUint64(at + 24, true),
      size: table.getBigUint64(at + 32, true),
      link: table.getUint32(at + 40, true),
      info: table.getUint32(at + 44, true),
      align: table.getBigUint64(at + 48, true),
      entrySize: table.getBigUint64(at + 56, true),
      flagLetters: sectionFlagLetters(table.getBigUint64(at + 8, true), header.getUint8(EI_OSABI)),
    });
  }
  return sections;
}

function sectionBytes(source: ByteSource, table: DataView, index: number): Uint8Array {
  const at = index * SECTION_HEADER_BYTES;
  const offset = fileNumber(source, table.getBigUint64(at + 24, true), 'section name table');
  return source.read(offset, fileNumber(source, table.getBigUint64(at + 32, true), 'section name table'));
}

/** NT_GNU_BUILD_ID of the note segments, in hex. Found through segments, so that a file without sections and the vdso have one too. */
function findBuildId(source: ByteSource, headers: readonly ElfProgramHeader[]): string | undefined {
  for (const header of headers) {
    if (header.type !== PT_NOTE) continue;
    const bytes = readSegment(source, header);
    const id = bytes && buildIdInNotes(bytes, header.align === 8n ? 8 : 4);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Walks notes: namesz, descsz, type (u32 each), then name and descriptor, each padded to `align` bytes (elf(5), "Notes"). */
function buildIdInNotes(bytes: Uint8Array, align: number): string | undefined {
  const notes = view(bytes);
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameBytes = notes.getUint32(at, true);
    const descriptorBytes = notes.getUint32(at + 4, true);
    const descriptor = at + padTo(12 + nameBytes, align);
    const end = descriptor + descriptorBytes;
    if (end > bytes.length) return undefined;
    if (notes.getUint32(at + 8, true) === NT_GNU_BUILD_ID && nameBytes === 4 && stringAt(bytes, at + 12) === 'GNU') {
      return Buffer.from(bytes.subarray(descriptor, end)).toString('hex');
    }
    at = descriptor + padTo(descriptorBytes, align);
  }
  return undefined;
}

function findInterp(source: ByteSource, headers: readonly ElfProgramHeader[]): string | undefined {
  const segment = headers.find((header) => header.type === PT_INTERP);
  const bytes = segment && readSegment(source, segment);
  return bytes && stringAt(bytes, 0);
}

/** DT_SONAME, through PT_DYNAMIC. The string table's place is an address; the PT_LOAD that holds it says where that is in the file. */
function findSoname(source: ByteSource, headers: readonly ElfProgramHeader[]): string | undefined {
  const segment = headers.find((header) => header.type === PT_DYNAMIC);
  const bytes = segment && readSegment(source, segment);
  if (!bytes) return undefined;
  const dynamic = view(bytes);
  const entries = new Map<bigint, bigint>();
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = dynamic.getBigUint64(at, true);
    if (tag === 0n) break;
    entries.set(tag, dynamic.getBigUint64(at + 8, true));
  }
  const name = entries.get(DT_SONAME);
  const table = entries.get(DT_STRTAB);
  if (name === undefined || table === undefined || name >= (entries.get(DT_STRSZ) ?? 0n)) return undefined;
  const address = table + name;
  const load = headers.find((header) => header.type === PT_LOAD && header.vaddr <= address && address < header.vaddr + header.fileSize);
  if (!load) return undefined;
  const offset = load.offset + (address - load.vaddr);
  const room = Math.min(4096, source.sizeBytes - Number(offset));
  return room > 0 ? stringAt(source.read(Number(offset), room), 0) : undefined;
}

/** A small segment's bytes; undefined when it is not in the file or absurdly long, which costs a fact and not the file. */
function readSegment(source: ByteSource, header: ElfProgramHeader): Uint8Array | undefined {
  if (header.fileSize > SMALL_SEGMENT_BYTES || header.offset + header.fileSize > BigInt(source.sizeBytes)) return undefined;
  return source.read(Number(header.offset), Number(header.fileSize));
}

const utf8 = new TextDecoder();

/** The NUL-terminated string at `offset`, '' past the end. */
export function stringAt(bytes: Uint8Array, offset: number): string {
  if (offset >= bytes.length) return '';
  const end = bytes.indexOf(0, offset);
  return utf8.decode(bytes.subarray(offset, end < 0 ? bytes.length : end));
}

function padTo(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(source: ByteSource, why: string, evidence: string): VmatlasError {
  return new VmatlasError({ code: 'malformed-input', message: `${source.name} is damaged: ${why}.`, evidence });
}
