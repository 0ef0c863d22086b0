import { PF_W, PF_X, PT_LOAD, SHF_ALLOC, SHF_EXECINSTR, SHF_TLS, SHF_WRITE, SHT_NOBITS, type ElfFacts, type ElfProgramHeader, type ElfSectionHeader } from '../model/elf-facts.ts';

/** A run of an ELF image with one meaning, in runtime addresses. */
export interface ElfCut {
  readonly start: bigint;
  readonly end: bigint;
  /** `hole`: inside the image's span, but in no segment. */
  readonly kind: 'text' | 'rodata' | 'relro' | 'data' | 'bss' | 'hole';
  readonly part: string;
  /** Index in programHeaders; -1 for a hole or when the headers are not known. */
  readonly header: number;
}

const PAGE = 4096n;
const pageDown = (value: bigint): bigint => value & ~(PAGE - 1n);
const pageUp = (value: bigint): bigint => pageDown(value + PAGE - 1n);

/**
 * Cuts an image into runs, ascending and gapless from its first to its last page.
 *
 *     file pages of a writable PT_LOAD                anonymous pages after it
 *     |  relro (whole pages)  |  data  |  bss ...     |  bss ...            |
 *     p_vaddr                          p_vaddr+p_filesz      p_vaddr+p_memsz, rounded up
 *
 * Segments are mapped in whole pages; the kernel and ld.so zero the rest of the file's last page when p_memsz > p_filesz (elf(5)). RELRO is protected from its page down to
 * the page below its end (glibc elf/dl-reloc.c, _dl_protect_relro).
 */
export function cutImage(facts: ElfFacts, bias: bigint): ElfCut[] {
  const cuts: ElfCut[] = [];
  const loads = facts.programHeaders
    .map((header, index) => ({ header, index }))
    .filter(({ header }) => header.type === PT_LOAD && header.memSize > 0n)
    .toSorted((a, b) => (a.header.vaddr < b.header.vaddr ? -1 : 1));
  for (const { header, index } of loads) {
    const last = cuts.at(-1);
    const segmentStart = pageDown(header.vaddr);
    const start = last && last.end - bias > segmentStart ? last.end - bias : segmentStart;
    if (last && last.end - bias < start) cuts.push({ start: last.end, end: start + bias, kind: 'hole', part: '', header: -1 });
    for (const cut of cutSegment(facts, header, start)) {
      if (cut.start < cut.end) cuts.push({ start: cut.start + bias, end: cut.end + bias, kind: cut.kind, part: cut.part, header: index });
    }
  }
  return cuts;
}

type Run = Pick<ElfCut, 'start' | 'end' | 'kind' | 'part'>;

function cutSegment(facts: ElfFacts, header: ElfProgramHeader, start: bigint): Run[] {
  const fileEnd = header.vaddr + header.fileSize;
  const memEnd = header.vaddr + header.memSize;
  const hasBss = header.memSize > header.fileSize;
  const filePagesEnd = header.fileSize === 0n ? start : pageUp(fileEnd);
  // Without .bss the rest of the last page holds whatever follows in the file; it belongs to the segment's own kind.
  const ownEnd = hasBss ? (header.fileSize === 0n ? start : fileEnd) : filePagesEnd;
  const runs: Run[] = [];
  if (ownEnd > start) {
    if (header.flags & PF_X) runs.push(...cutExecutable(facts, header, start, ownEnd));
    else if (header.flags & PF_W) runs.push(...cutWritable(facts, start, ownEnd));
    else runs.push(...cutReadOnly(facts, header, start, ownEnd));
  }
  if (hasBss) runs.push(...cutBss(facts, ownEnd, pageUp(memEnd)));
  return runs;
}

function cutBss(facts: ElfFacts, start: bigint, end: bigint): Run[] {
  // lld lets RELRO reach past the file's bytes (.relro_padding).
  const [relroStart, relroEnd] = relroPages(facts);
  if (relroEnd <= start || relroStart >= end) return [{ start, end, kind: 'bss', part: '' }];
  return [
    { start, end: relroEnd < end ? relroEnd : end, kind: 'relro', part: '' },
    { start: relroEnd < end ? relroEnd : end, end, kind: 'bss', part: '' },
  ];
}

function cutWritable(facts: ElfFacts, start: bigint, end: bigint): Run[] {
  const [relroStart, relroEnd] = relroPages(facts);
  const from = relroStart > start ? relroStart : start;
  const to = relroEnd < end ? relroEnd : end;
  if (from >= to) return [{ start, end, kind: 'data', part: '' }];
  return [
    { start, end: from, kind: 'data', part: '' },
    { start: from, end: to, kind: 'relro', part: '' },
    { start: to, end, kind: 'data', part: '' },
  ];
}

function relroPages(facts: ElfFacts): [bigint, bigint] {
  if (!facts.relro) return [0n, 0n];
  return [pageDown(facts.relro.vaddr), pageDown(facts.relro.vaddr + facts.relro.memSize)];
}

/** A read-only segment: first the headers the loader reads, if the segment has them, then the program's constants. */
function cutReadOnly(facts: ElfFacts, header: ElfProgramHeader, start: bigint, end: bigint): Run[] {
  const inside = sectionsIn(facts, start, end);
  const constants = inside.find((section) => section.name.startsWith('.rodata') || section.name.startsWith('.eh_frame'));
  if (header.offset >= PAGE) return [{ start, end, kind: 'rodata', part: constants?.name.startsWith('.rodata') ? '.rodata' : (inside[0]?.name ?? '') }];
  // The page of the first constants may begin with the headers' last bytes: cut at the byte.
  const cut = constants && constants.address > start ? constants.address : end;
  return [
    { start, end: cut, kind: 'rodata', part: 'ELF headers' },
    { start: cut, end, kind: 'rodata', part: constants?.name.startsWith('.rodata') ? '.rodata' : (constants?.name ?? '') },
  ];
}

/**
 * An executable segment. With modern linkers it is code from end to end; older ones (-z noseparate-code) put headers and constants into it too, and only the section
 * headers tell those apart.
 */
function cutExecutable(facts: ElfFacts, header: ElfProgramHeader, start: bigint, end: bigint): Run[] {
  const runs: Run[] = [];
  let at = start;
  const push = (to: bigint, kind: Run['kind'], part: string): void => {
    if (to <= at) return;
    const last = runs.at(-1);
    if (last && last.kind === kind && last.part === part) runs[runs.length - 1] = { ...last, end: to };
    else runs.push({ start: at, end: to, kind, part });
    at = to;
  };
  const sections = sectionsIn(facts, start, end);
  const firstCode = sections.find((section) => section.flags & SHF_EXECINSTR);
  if (!firstCode) return [{ start, end, kind: 'text', part: '' }];
  const textPart = sections.some((section) => section.name === '.text') ? '.text' : '';
  if (header.offset < PAGE) push(sections[0]?.address ?? start, 'rodata', 'ELF headers');
  for (const section of sections) {
    // Bytes between two sections are alignment: they go with what comes before them.
    push(section.address, runs.at(-1)?.kind ?? 'text', runs.at(-1)?.part ?? textPart);
    const sectionEnd = section.address + section.size;
    if (section.flags & SHF_EXECINSTR) push(sectionEnd, 'text', textPart);
    else if (section.flags & SHF_WRITE) push(sectionEnd, 'data', '');
    else push(sectionEnd, 'rodata', section.address < firstCode.address ? 'ELF headers' : '.rodata');
  }
  push(end, runs.at(-1)?.kind ?? 'text', runs.at(-1)?.part ?? textPart);
  return runs;
}

function sectionsIn(facts: ElfFacts, start: bigint, end: bigint): ElfSectionHeader[] {
  return facts.sections
    .filter((section) => section.flags & SHF_ALLOC && section.size > 0n && section.address >= start && section.address < end)
    // .tbss has an address but takes no memory there (it is only a template for each thread).
    .filter((section) => !(section.type === SHT_NOBITS && section.flags & SHF_TLS))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
}
