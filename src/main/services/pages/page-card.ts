import { toAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart } from '../../../shared/address/page.ts';
import { pageWord, type AccessMapping, type PageWord } from '../../../shared/analysis/access/access-facts.ts';
import { filePageWords } from '../../../shared/analysis/access/missing-page.ts';
import { predictAccess } from '../../../shared/analysis/access/predict-access.ts';
import { decodePages, isPresentWord } from '../../../shared/analysis/pages/decode-pages.ts';
import { backingOf, type Backing } from '../../../shared/analysis/pages/mapping-backing.ts';
import { frameFlagWords, vmFlagWords } from '../../../shared/analysis/pages/page-words.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import { mappingLine } from '../../../shared/model/mapping-columns.ts';
import { PAGE_FLAG_DIRTY, PAGE_FLAG_HUGE, PAGE_FLAG_KSM, PAGE_FLAG_LOCKED, PAGE_STATES, type PageState } from '../../../shared/model/page-state.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { isUnmappedKind, type RegionWithEvidence } from '../../../shared/model/region.ts';
import type { FrameFacts, PageCard, PagemapBit, PermissionRow, Permitted } from '../../../shared/rpc/contracts/pages.ts';
import { AccessReader } from '../../target/pages/access-reader.ts';
import type { PageSource } from '../../target/pages/page-source.ts';
import type { Picture } from '../../target/target.ts';
import { pageFacts } from '../page-facts.ts';
import { pageHistory } from './page-history.ts';

const MOST_SYMBOLS = 64;
/** A card may be asked for at every move of the cursor: smaps of this age is new enough for flags, which seldom change. */
const SMAPS_AGE_MS = 2000;

/** What of a card does not need the debugger. */
export type CardWithoutFrames = Omit<PageCard, 'frames' | 'generation'>;

export function readPageCard(source: PageSource, picture: Picture, address: Address, withSmaps: boolean, pkru: number | undefined): CardWithoutFrames {
  const reader = new AccessReader(source, { smaps: withSmaps ? { maxAgeMs: SMAPS_AGE_MS } : undefined, pkru });
  const facts = reader.facts(address);
  const row = reader.rowOf(address);
  const regionRow = picture.regions.indexAt(address);
  const region: RegionWithEvidence = { ...picture.regions.rowAt(regionRow), evidence: picture.evidenceOf(regionRow) };
  const { mapping } = facts;
  const word = pageWord(facts.word);
  const backing = mapping ? backingOf(mapping.name, mapping.perms, Number(mapping.inode)) : 'anonymous';
  const frame = readFrame(source, facts.word, word);
  const { state, flags } = stateOf(source, facts.word, mapping, backing, frame);
  const page = pageStart(pageOf(address));
  const symbols = mapping ? picture.modules.symbolsIn({ start: page, end: toAddress(page + 4096n) }, MOST_SYMBOLS) : { symbols: [], more: false };
  const smapsRow = row < 0 ? -1 : reader.smapsRow(row);
  const smapsFields = smapsRow < 0 || !reader.smaps ? [] : [...reader.smaps.kib].map(([field, values]) => ({ field, bytes: BigInt(values[smapsRow] ?? 0) * 1024n }));
  const line = row < 0 ? undefined : mappingLine(reader.mappings, row);
  return {
    address,
    page,
    region,
    mapping: mapping && line !== undefined ? { start: mapping.start, end: mapping.end, line } : undefined,
    state,
    flags,
    facts: isUnmappedKind(region.kind) || !mapping ? undefined : pageFacts(address, facts.word, region),
    permissions: mapping ? permissionRows(mapping, region) : [],
    sharing: mapping ? sharingWords(mapping) : '',
    content: mapping ? contentWords(mapping, state, address) : 'nothing is mapped',
    pagemapBits: facts.word === undefined ? [] : pagemapBits(word, mapping),
    frame,
    vmFlags: vmFlags(mapping, withSmaps),
    smaps: smapsFields,
    numaNode: withSmaps ? numaNode(source, mapping) : { known: false, why: 'not asked yet', remedy: undefined },
    huge: hugeWords(mapping, flags),
    protectionKey: mapping?.protectionKey,
    access: predictAccess(facts),
    sections: mapping ? picture.modules.sectionsIn({ start: page, end: toAddress(page + 4096n) }) : [],
    symbols: symbols.symbols,
    moreSymbols: symbols.more,
    history: mapping ? pageHistory(mapping, region, state, word) : [],
    evidence: evidenceOf(region, line, facts.word, mapping, smapsFields),
  };
}

function evidenceOf(region: RegionWithEvidence, line: string | undefined, word: bigint | undefined, mapping: AccessMapping | undefined, smaps: readonly { field: string; bytes: bigint }[]): Evidence[] {
  const evidence: Evidence[] = line === undefined ? [...region.evidence] : [{ source: 'maps', text: line }, ...region.evidence.filter(({ text }) => text !== line)];
  if (word !== undefined) evidence.push({ source: 'pagemap', text: `0x${word.toString(16).padStart(16, '0')}` });
  const told = smaps.filter(({ field, bytes }) => bytes > 0n && !['Size', 'KernelPageSize', 'MMUPageSize'].includes(field)).map(({ field, bytes }) => `${field}: ${bytes / 1024n} kB`);
  if (told.length > 0) evidence.push({ source: 'smaps', text: told.join(', ') });
  if (mapping?.vmFlags) evidence.push({ source: 'smaps', text: `VmFlags: ${mapping.vmFlags.join(' ')}` });
  return evidence;
}

function stateOf(source: PageSource, word: bigint | undefined, mapping: AccessMapping | undefined, backing: Backing, frame: Permitted<FrameFacts>): { state: PageState; flags: number } {
  if (!mapping || word === undefined) return { state: mapping && backing === 'kernel' ? 'kernel' : 'unknown', flags: 0 };
  const words = new Uint32Array([Number(word & 0xffff_ffffn), Number(word >> 32n)]);
  const state = new Uint8Array(1);
  const flags = new Uint8Array(1);
  decodePages(words, 0, 1, backing, state, flags, 0, source.isZeroFrame);
  let bits = flags[0] ?? 0;
  const names = new Set(frame.known ? frame.value.flags.map(({ name }) => name) : []);
  if (names.has('DIRTY')) bits |= PAGE_FLAG_DIRTY;
  if (names.has('HUGE') || names.has('THP')) bits |= PAGE_FLAG_HUGE;
  if (names.has('KSM')) bits |= PAGE_FLAG_KSM;
  if (names.has('MLOCKED') || names.has('UNEVICTABLE') || (mapping.vmFlags?.includes('lo') === true && isPresentWord(words, 0))) bits |= PAGE_FLAG_LOCKED;
  return { state: PAGE_STATES[state[0] ?? 0] ?? 'unknown', flags: bits };
}

function readFrame(source: PageSource, raw: bigint | undefined, word: PageWord): Permitted<FrameFacts> {
  if (raw === undefined) return { known: false, why: 'the kernel does not show the page table', remedy: undefined };
  if (!word.present) return { known: false, why: 'no frame is behind this page', remedy: undefined };
  if (word.frame === undefined) return { known: false, why: 'the kernel shows frame numbers only to root (CAP_SYS_ADMIN)', remedy: 'Start vmatlas with sudo.' };
  const words = source.frameWords(Number(word.frame));
  if (!words.known) return words;
  return { known: true, value: { number: word.frame, flagsWord: words.flags, flags: frameFlagWords(words.flags), mapCount: words.count } };
}

function vmFlags(mapping: AccessMapping | undefined, withSmaps: boolean): PageCard['vmFlags'] {
  if (mapping?.vmFlags) return { known: true, value: mapping.vmFlags.map((flag) => ({ flag, words: vmFlagWords(flag) })) };
  return { known: false, why: !mapping ? 'nothing is mapped here' : withSmaps ? 'smaps does not list this mapping' : 'not asked yet: smaps costs more than the rest', remedy: undefined };
}

function pagemapBits(word: PageWord, mapping: AccessMapping | undefined): PagemapBit[] {
  const fileBacked = mapping !== undefined && mapping.inode !== 0n;
  const bit = (number: number, name: string, set: boolean, words: string): PagemapBit => ({ bit: number, name, set, words });
  return [
    bit(63, 'present', word.present, word.present ? 'a frame backs it' : 'no frame backs it'),
    bit(62, 'swapped', word.swapped || word.guard, word.guard ? 'set for guard regions too' : ''),
    bit(61, 'file or shared', word.file, !word.present ? '' : word.file ? 'the page cache’s own page' : fileBacked ? '0: no longer the file page' : 'anonymous'),
    bit(60, 'reserved', false, ''),
    bit(59, 'reserved', false, ''),
    bit(58, 'guard region', word.guard, word.guard ? 'any access faults' : ''),
    bit(57, 'uffd write-protect', word.uffdWriteProtected, ''),
    bit(56, 'exclusively mapped', word.exclusive, !word.present ? '' : word.exclusive ? 'only this process maps it' : 'others map it too, or it is the page of zeros'),
    bit(55, 'soft-dirty', word.softDirty, word.softDirty ? 'written since clear_refs' : 'not written since clear_refs, or this kernel does not track it'),
  ];
}

function numaNode(source: PageSource, mapping: AccessMapping | undefined): PageCard['numaNode'] {
  if (!mapping) return { known: false, why: 'nothing is mapped here', remedy: undefined };
  const line = source.numaLine(Number(mapping.start >> 12n));
  if (line === undefined) return { known: false, why: 'this kernel has no numa_maps, or refuses it', remedy: undefined };
  const nodes = [...line.matchAll(/ N(\d+)=(\d+)/g)].map((match) => ({ node: Number(match[1]), pages: Number(match[2]) }));
  const [only] = nodes;
  if (!only) return { known: false, why: 'no page of this mapping is in memory', remedy: undefined };
  if (nodes.length === 1) return { known: true, value: { node: only.node, words: `all ${only.pages} resident pages of the mapping are on node ${only.node}` } };
  return { known: false, why: `the mapping has pages on several nodes (${nodes.map(({ node, pages }) => `${pages} on ${node}`).join(', ')}), and only the sum is told`, remedy: undefined };
}

function hugeWords(mapping: AccessMapping | undefined, flags: number): string {
  if (!mapping) return '';
  if (flags & PAGE_FLAG_HUGE) return 'part of a huge page';
  if (mapping.vmFlags?.includes('ht')) return 'a mapping of hugetlbfs pages';
  if (mapping.vmFlags?.includes('hg')) return '4 KiB page; the program asked for huge pages here (MADV_HUGEPAGE)';
  if (mapping.vmFlags?.includes('nh')) return '4 KiB page; the program wants no huge pages here (MADV_NOHUGEPAGE)';
  return '4 KiB page';
}

function sharingWords(mapping: AccessMapping): string {
  return mapping.perms & PERM_SHARED ? 'shared (s): writes reach every process that maps it' : 'private (p): writes stay in this process, page by page';
}

function contentWords(mapping: AccessMapping, state: PageState, address: Address): string {
  switch (state) {
    case 'file': return filePageWords(mapping, address);
    case 'private-copy': return `copy of ${filePageWords(mapping, address)}`;
    case 'anonymous': return 'anonymous';
    case 'zero-page': return 'shared zero page';
    case 'zero-or-shared': return 'anonymous: zero page, or shared since a fork';
    case 'shared-memory': return 'shared memory';
    case 'swapped': return 'in swap';
    case 'guard': return 'nothing: a guard region';
    case 'kernel': return 'kernel’s own page';
    case 'reserved': return 'no memory behind it';
    default: return mapping.inode !== 0n ? `not there; would come from ${filePageWords(mapping, address)}` : 'never touched';
  }
}

function permissionRows(mapping: AccessMapping, region: RegionWithEvidence): PermissionRow[] {
  const header = region.evidence.find(({ source, text }) => source === 'program-header' && text.startsWith('LOAD '));
  const letters = header && /([R ])([W ])([E ]) align/.exec(header.text);
  const one = (letter: 'r' | 'w' | 'x', bit: number, index: number, flag: string): PermissionRow => {
    const segment = letters ? letters[index] !== ' ' : undefined;
    const now = (mapping.perms & bit) !== 0;
    return { letter, segment, mapping: now, mayBecome: mapping.vmFlags?.includes(flag), reason: permissionReason(letter, segment, now, mapping, region) };
  };
  return [one('r', PERM_READ, 1, 'mr'), one('w', PERM_WRITE, 2, 'mw'), one('x', PERM_EXEC, 3, 'me')];
}

function permissionReason(letter: string, segment: boolean | undefined, now: boolean, mapping: AccessMapping, region: RegionWithEvidence): string {
  if (region.kind === 'relro' && letter === 'w') return now ? 'RELRO asks to take it away, and nobody has' : 'taken away after relocation (PT_GNU_RELRO)';
  if (segment !== undefined) {
    if (segment === now) return `the ELF segment’s flags ${now ? 'ask for it' : 'do not ask for it'}`;
    return now ? 'the ELF segment does not ask for it: mprotect gave it' : 'the ELF segment asks for it: mprotect took it away';
  }
  switch (region.kind) {
    case 'stack': return letter === 'x' ? (now ? 'PT_GNU_STACK of some file asks for an executable stack' : 'PT_GNU_STACK asks for a stack without x') : 'the kernel makes the main stack rw-';
    case 'heap': return letter === 'x' ? 'memory of brk has no x' : 'the kernel makes memory of brk rw-';
    case 'vdso': case 'vvar': case 'vsyscall': return 'the kernel maps its own pages so';
    case 'thread-stack': return letter === 'x' ? 'the threads library maps stacks without x' : 'the threads library maps stacks rw-';
    case 'guard': return 'a guard allows nothing, so that an overflow faults';
    default: return `${now ? 'asked for' : 'not asked for'} by mmap or mprotect${mapping.perms & PERM_SHARED && mapping.inode !== 0n ? '; a shared file needs to be opened for it too' : ''}`;
  }
}

