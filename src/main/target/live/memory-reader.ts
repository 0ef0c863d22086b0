import { toAddress, type Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageOf } from '../../../shared/address/page.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { mappingRowOfPage, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import type { MemoryRange, UnreadableReason } from '../../../shared/model/memory-range.ts';
import { PERM_SHARED } from '../../../shared/model/region-table.ts';
import { PAGEMAP_GUARD, PAGEMAP_PRESENT, PAGEMAP_SWAPPED, pagemapFlags } from '../../procfs/pagemap.ts';
import type { ProcessFiles } from './process-files.ts';

/** Reads of more than this are for `readInto`: an answer holds all its bytes at once. */
export const MAX_RANGE_BYTES = 64 * 1024 * 1024;
/** 64 KiB reads are the fastest here: the copy stays in the processor's cache. */
export const CHUNK_BYTES = 64 * 1024;
/** Positions above this are no user addresses with any paging, and would not be exact as a Number. */
const USER_LIMIT = 1n << 56n;

type NotPresent = Extract<MemoryRange, { kind: 'not-present' }>['why'];
type PageVerdict = { readonly do: 'read' } | { readonly do: 'skip'; readonly why: NotPresent } | { readonly do: 'refused'; readonly words: string } | { readonly do: 'unmapped' };
/** Size of the file behind a row of the mappings; undefined when nobody can say. */
export type FileSizeOf = (mappings: MappingColumns, row: number) => bigint | undefined;

const READ: PageVerdict = { do: 'read' };
const UNMAPPED: PageVerdict = { do: 'unmapped' };

/**
 * Reads `range` as gapless ranges. pagemap is asked first, and only pages that are present are read, because reading any other page would make it present or swap it in. The list
 * of mappings is asked only when a page is not present or a read fails.
 *
 * Throws `invalid-argument` for more than MAX_RANGE_BYTES and `process-exited` when the address space is gone.
 */
export function readRanges(files: ProcessFiles, range: AddressRange, touchNotPresent: boolean, mappings: () => MappingColumns, fileSizeOf: FileSizeOf): MemoryRange[] {
  const size = range.end - range.start;
  if (size > BigInt(MAX_RANGE_BYTES)) {
    throw new VmatlasError({ code: 'invalid-argument', message: 'One read can cover 64 MiB at most.', evidence: `${size} bytes were asked for` });
  }
  if (!files.spaceIsAlive()) throw spaceIsGone(files.pid);
  const collector = new RangeCollector();
  if (size <= 0n) return collector.ranges;
  const userEnd = range.end < USER_LIMIT ? range.end : toAddress(USER_LIMIT);
  if (range.start < userEnd) new UserRead(files, mappings, touchNotPresent, fileSizeOf, collector).run(range.start, userEnd);
  if (range.end > userEnd) addKernelHalf(collector, range.start > userEnd ? range.start : userEnd, range.end, mappings());
  return collector.ranges;
}

export function spaceIsGone(pid: number): VmatlasError {
  return new VmatlasError({
    code: 'process-exited', message: `Process ${pid} has ended or started another program; the memory that was opened is gone.`, evidence: 'reading its memory gives 0 bytes',
  });
}

class UserRead {
  readonly #files: ProcessFiles;
  readonly #loadMappings: () => MappingColumns;
  readonly #touch: boolean;
  readonly #fileSizeOf: FileSizeOf;
  readonly #sizes = new Map<number, bigint | undefined>();
  readonly #out: RangeCollector;
  #mappings: MappingColumns | undefined;

  constructor(files: ProcessFiles, mappings: () => MappingColumns, touch: boolean, fileSizeOf: FileSizeOf, out: RangeCollector) {
    this.#files = files;
    this.#loadMappings = mappings;
    this.#touch = touch;
    this.#fileSizeOf = fileSizeOf;
    this.#out = out;
  }

  run(start: Address, end: Address): void {
    const firstPage = pageOf(start);
    const lastPage = pageOf(toAddress(end - 1n));
    const words = this.#files.pagemap(firstPage, lastPage - firstPage + 1);
    const flags = words && pagemapFlags(words);
    let page: number = firstPage;
    let verdict = this.#judge(page, flags?.[0]);
    while (page <= lastPage) {
      let next = page + 1;
      let nextVerdict = verdict;
      while (next <= lastPage && sameVerdict((nextVerdict = this.#judge(next, flags?.[next - firstPage])), verdict)) next++;
      const runStart = page === firstPage ? start : pageAddress(page);
      const runEnd = next > lastPage ? end : pageAddress(next);
      if (verdict.do === 'read') this.#read(runStart, runEnd);
      else if (verdict.do === 'unmapped') this.#out.unmapped(runStart, runEnd);
      else if (verdict.do === 'refused') this.#out.unreadable(runStart, runEnd, 'EIO', verdict.words);
      else this.#out.notPresent(runStart, runEnd, verdict.why);
      page = next;
      verdict = nextVerdict;
    }
  }

  /** `flags`: high half of the page's word; undefined where pagemap says nothing. */
  #judge(page: number, flags: number | undefined): PageVerdict {
    if (flags !== undefined && flags & PAGEMAP_PRESENT) return READ;
    const row = mappingRowOfPage(this.#rows(), page);
    if (row < 0) return UNMAPPED;
    // Where the kernel refuses pagemap nobody can tell which pages are absent, and calling them untouched would be a guess: then they are read.
    if (this.#touch || flags === undefined) return READ;
    if (flags & PAGEMAP_GUARD) return { do: 'skip', why: 'guard' };
    if (flags & PAGEMAP_SWAPPED) return { do: 'skip', why: 'swapped' };
    const name = this.#rows().names[this.#rows().name[row] ?? 0] ?? '';
    // The kernel refuses these by name whatever their pages are; asking changes nothing and gives the true errno.
    if (name.startsWith('[vvar')) return READ;
    const backed = (this.#rows().inode[row] ?? 0) !== 0 || ((this.#rows().perms[row] ?? 0) & PERM_SHARED) !== 0;
    const pastEnd = backed ? this.#pastEnd(row, page) : undefined;
    if (pastEnd !== undefined) return { do: 'refused', words: pastEnd };
    return { do: 'skip', why: backed ? 'not-resident-file' : 'untouched' };
  }

  /** A page that begins past the end of its file has no bytes to bring in: whoever asks for them gets EIO, and the program SIGBUS (mm/filemap.c, filemap_fault). */
  #pastEnd(row: number, page: number): string | undefined {
    const mappings = this.#rows();
    if (!this.#sizes.has(row)) this.#sizes.set(row, this.#fileSizeOf(mappings, row));
    const size = this.#sizes.get(row);
    if (size === undefined) return undefined;
    const offset = BigInt((mappings.offsetPage[row] ?? 0) + page - (mappings.startPage[row] ?? 0)) * BigInt(PAGE_SIZE_BYTES);
    return offset >= size ? `the mapping reaches past the end of its file here, which has ${size} bytes: reading is refused (EIO), and the program gets SIGBUS` : undefined;
  }

  #read(start: Address, end: Address): void {
    const total = Number(end - start);
    const origin = Number(start);
    // Not cleared first: only what the kernel has filled is ever handed out.
    const bytes = uncleared(total);
    let filled = 0;
    let from = 0;
    const flush = (): void => {
      if (filled > from) this.#out.valid(toAddress(start + BigInt(from)), bytes.subarray(from, filled));
    };
    while (filled < total) {
      const answer = this.#files.read(origin + filled, bytes, filled, Math.min(CHUNK_BYTES, total - filled));
      if (answer === 0) throw spaceIsGone(this.#files.pid);
      if (typeof answer === 'number') {
        filled += answer;
        continue;
      }
      flush();
      // Permission is a matter of pages: the next page may be readable again.
      const pageEnd = Math.min((Math.floor((origin + filled) / PAGE_SIZE_BYTES) + 1) * PAGE_SIZE_BYTES - origin, total);
      this.#refused(toAddress(start + BigInt(filled)), toAddress(start + BigInt(pageEnd)), answer);
      filled = pageEnd;
      from = pageEnd;
    }
    flush();
  }

  #refused(start: Address, end: Address, errno: string): void {
    const mappings = this.#rows();
    const row = mappingRowOfPage(mappings, pageOf(start));
    if (row < 0) this.#out.unmapped(start, end);
    else this.#out.unreadable(start, end, reasonOf(errno), refusalWords(mappings, row, errno));
  }

  #rows(): MappingColumns {
    return (this.#mappings ??= this.#loadMappings());
  }
}

function uncleared(sizeBytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafeSlow(sizeBytes);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, sizeBytes);
}

function sameVerdict(a: PageVerdict, b: PageVerdict): boolean {
  return a.do === b.do && (a.do !== 'skip' || (b.do === 'skip' && a.why === b.why)) && (a.do !== 'refused' || (b.do === 'refused' && a.words === b.words));
}

function pageAddress(page: number): Address {
  return toAddress(BigInt(page) * BigInt(PAGE_SIZE_BYTES));
}

/** The kernel half has no bytes to give; only [vsyscall] is a mapping there, and it is execute-only. */
function addKernelHalf(out: RangeCollector, start: Address, end: Address, mappings: MappingColumns): void {
  let at = start;
  for (let row = 0; row < mappings.length; row++) {
    const rowStart = toAddress(BigInt(mappings.startPage[row] ?? 0) << 12n);
    const rowEnd = toAddress(BigInt(mappings.endPage[row] ?? 0) << 12n);
    if (rowEnd <= at || rowStart >= end) continue;
    if (rowStart > at) out.unmapped(at, rowStart);
    const from = rowStart > at ? rowStart : at;
    const to = rowEnd < end ? rowEnd : end;
    out.unreadable(from, to, 'EIO', refusalWords(mappings, row, 'EIO'));
    at = to;
  }
  if (at < end) out.unmapped(at, end);
}

function reasonOf(errno: string): UnreadableReason {
  switch (errno) {
    case 'EIO': case 'EFAULT': case 'EACCES': case 'EPERM': case 'ESRCH': case 'ENOMEM': return errno;
    default: return 'other';
  }
}

function refusalWords(mappings: MappingColumns, row: number, errno: string): string {
  const name = mappings.names[mappings.name[row] ?? 0] ?? '';
  if (errno !== 'EIO') return `the kernel refuses with ${errno}`;
  if (name.startsWith('[vvar')) return `the kernel does not give out ${name} through /proc/PID/mem (EIO)`;
  if (name === '[vsyscall]') return '[vsyscall] can be executed but not read (EIO)';
  if ((mappings.inode[row] ?? 0) !== 0) return 'the mapping reaches past the end of its file here, or the file cannot be read (EIO)';
  return 'the kernel refuses to read this page (EIO)';
}

/** Builds the answer and joins neighbours that say the same. */
class RangeCollector {
  readonly ranges: MemoryRange[] = [];

  valid(start: Address, bytes: Uint8Array): void {
    this.ranges.push({ kind: 'valid', start, bytes });
  }

  unmapped(start: Address, end: Address): void {
    const last = this.ranges.at(-1);
    if (last?.kind === 'unmapped') this.ranges[this.ranges.length - 1] = { ...last, lengthBytes: end - last.start };
    else this.ranges.push({ kind: 'unmapped', start, lengthBytes: end - start });
  }

  notPresent(start: Address, end: Address, why: NotPresent): void {
    this.ranges.push({ kind: 'not-present', start, lengthBytes: end - start, why });
  }

  unreadable(start: Address, end: Address, reason: UnreadableReason, detail: string): void {
    const last = this.ranges.at(-1);
    if (last?.kind === 'unreadable' && last.reason === reason && last.detail === detail) {
      this.ranges[this.ranges.length - 1] = { ...last, lengthBytes: end - last.start };
    } else this.ranges.push({ kind: 'unreadable', start, lengthBytes: end - start, reason, detail });
  }
}
