import { PT_DYNAMIC, PT_LOAD, PT_NOTE } from '../../shared/model/elf-facts.ts';
import { DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_STRSZ, DT_STRTAB, type ElfSecurity } from '../../shared/model/elf-security.ts';
import { fileNumber, type ByteSource } from './byte-source.ts';
import { readElfHeaders, stringAt, type ElfHeaders, type ElfSection } from './read-elf.ts';

const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const SYMBOL_BYTES = 24;
const SMALL_BYTES = 1 << 20;
/** linux/elf.h and the x86-64 psABI, "Program Property". */
const PT_GNU_PROPERTY = 0x6474_e553;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const GNU_PROPERTY_X86_FEATURE_1_AND = 0xc000_0002;

/** Functions that glibc has a checked form of (debug/ of its sources); a program built with _FORTIFY_SOURCE calls `__NAME_chk` where the compiler knows the buffer's size. */
const FORTIFIABLE = new Set([
  'memcpy', 'memmove', 'mempcpy', 'memset', 'strcpy', 'strncpy', 'stpcpy', 'stpncpy', 'strcat', 'strncat', 'sprintf', 'snprintf', 'vsprintf', 'vsnprintf', 'printf', 'fprintf',
  'vprintf', 'vfprintf', 'dprintf', 'vdprintf', 'asprintf', 'vasprintf', 'gets', 'fgets', 'fread', 'read', 'pread', 'pread64', 'recv', 'recvfrom', 'readlink', 'readlinkat',
  'getcwd', 'realpath', 'confstr', 'getgroups', 'ttyname_r', 'gethostname', 'getdomainname', 'longjmp', 'siglongjmp', 'syslog', 'vsyslog', 'poll', 'ppoll', 'wcscpy', 'wcsncpy',
  'wcscat', 'wcsncat', 'wmemcpy', 'wmemmove', 'wmemset', 'wprintf', 'fwprintf', 'swprintf', 'vswprintf', 'mbstowcs', 'wcstombs', 'mbsrtowcs', 'wcsrtombs', 'explicit_bzero',
]);
const CANARY_NAMES = ['__stack_chk_fail', '__stack_chk_fail_local', '__stack_chk_guard', '__intel_security_cookie'];

/** Reads what tells a file's protections. Throws what readElfHeaders throws; damaged parts beyond the headers count as missing. */
export function readElfSecurity(source: ByteSource): ElfSecurity {
  const headers = readElfHeaders(source);
  const { facts } = headers;
  const dynamic = readDynamic(source, headers);
  const text = (tag: bigint): string | undefined => dynamicString(source, headers, dynamic, tag);
  const names = readNames(source, facts.sections);
  return {
    facts,
    dynamic,
    needed: dynamic?.filter(({ tag }) => tag === DT_NEEDED).length ?? 0,
    rpath: text(DT_RPATH),
    runpath: text(DT_RUNPATH),
    x86Features: readX86Features(source, headers),
    symbolTable: names.table,
    canarySymbol: CANARY_NAMES.find((name) => names.all.has(name)),
    fortified: [...names.called].filter((name) => /^__\w+_chk$/.test(name) && FORTIFIABLE.has(name.slice(2, -4))).toSorted(),
    unfortified: [...names.called].filter((name) => FORTIFIABLE.has(name)).toSorted(),
  };
}

function segmentBytes(source: ByteSource, header: { readonly offset: bigint; readonly fileSize: bigint }): Uint8Array | undefined {
  if (header.fileSize > SMALL_BYTES || header.offset + header.fileSize > BigInt(source.sizeBytes)) return undefined;
  return source.read(Number(header.offset), Number(header.fileSize));
}

function readDynamic(source: ByteSource, { facts }: ElfHeaders): { tag: bigint; value: bigint }[] | undefined {
  const header = facts.programHeaders.find(({ type }) => type === PT_DYNAMIC);
  const bytes = header && segmentBytes(source, header);
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: { tag: bigint; value: bigint }[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = view.getBigUint64(at, true);
    if (tag === 0n) break;
    entries.push({ tag, value: view.getBigUint64(at + 8, true) });
  }
  return entries;
}

function dynamicString(source: ByteSource, { facts }: ElfHeaders, dynamic: ReturnType<typeof readDynamic>, tag: bigint): string | undefined {
  const value = (wanted: bigint): bigint | undefined => dynamic?.find((entry) => entry.tag === wanted)?.value;
  const offset = value(tag);
  const table = value(DT_STRTAB);
  if (offset === undefined || table === undefined || offset >= (value(DT_STRSZ) ?? 0n)) return undefined;
  const address = table + offset;
  const load = facts.programHeaders.find(({ type, vaddr, fileSize }) => type === PT_LOAD && vaddr <= address && address < vaddr + fileSize);
  if (!load) return undefined;
  const at = Number(load.offset + (address - load.vaddr));
  const room = Math.min(4096, source.sizeBytes - at);
  return room > 0 ? stringAt(source.read(at, room), 0) : undefined;
}

function readX86Features(source: ByteSource, { facts }: ElfHeaders): number | undefined {
  const notes = facts.programHeaders.filter(({ type }) => type === PT_GNU_PROPERTY || type === PT_NOTE);
  for (const header of notes.toSorted((a, b) => (a.type === PT_GNU_PROPERTY ? -1 : b.type === PT_GNU_PROPERTY ? 1 : 0))) {
    const bytes = segmentBytes(source, header);
    const found = bytes && featuresInNotes(bytes, header.align === 8n ? 8 : 4);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Properties: pr_type, pr_datasz (u32 each), data padded to 8 bytes. */
function featuresInNotes(bytes: Uint8Array, align: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pad = (value: number, to: number): number => Math.ceil(value / to) * to;
  for (let at = 0; at + 12 <= bytes.length; ) {
    const descriptor = at + pad(12 + view.getUint32(at, true), align);
    const end = descriptor + view.getUint32(at + 4, true);
    if (end > bytes.length) return undefined;
    if (view.getUint32(at + 8, true) === NT_GNU_PROPERTY_TYPE_0 && stringAt(bytes, at + 12) === 'GNU') {
      for (let property = descriptor; property + 8 <= end; ) {
        const size = view.getUint32(property + 4, true);
        if (view.getUint32(property, true) === GNU_PROPERTY_X86_FEATURE_1_AND && size === 4 && property + 12 <= end) return view.getUint32(property + 8, true);
        property += 8 + pad(size, 8);
      }
    }
    at = descriptor + pad(end - descriptor, align);
  }
  return undefined;
}

interface Names {
  readonly table: ElfSecurity['symbolTable'];
  readonly all: ReadonlySet<string>;
  /** Undefined in a dynamic table: what the module calls elsewhere. All names of a static program's own table. */
  readonly called: ReadonlySet<string>;
}

function readNames(source: ByteSource, sections: readonly ElfSection[]): Names {
  const dynamic = sections.find(({ type }) => type === SHT_DYNSYM);
  const table = dynamic ?? sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table && sections.find(({ index }) => index === table.link);
  if (!table || !strings) return { table: 'none', all: new Set(), called: new Set() };
  const entries = source.read(fileNumber(source, table.offset, 'symbol table'), fileNumber(source, table.size, 'symbol table'));
  const text = source.read(fileNumber(source, strings.offset, 'symbol names'), fileNumber(source, strings.size, 'symbol names'));
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  const all = new Set<string>();
  const called = new Set<string>();
  for (let at = SYMBOL_BYTES; at + SYMBOL_BYTES <= entries.length; at += SYMBOL_BYTES) {
    const name = stringAt(text, view.getUint32(at, true)).replace(/@.*$/, '');
    all.add(name);
    if (!dynamic || view.getUint16(at + 6, true) === 0) called.add(name);
  }
  return { table: dynamic ? '.dynsym' : '.symtab', all, called };
}
