import type { Address } from '../../../shared/address/address.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { PageFacts } from '../../../shared/rpc/contracts/map.ts';

export type Access = 'reads' | 'writes' | 'executes';

/** What the kernel would do with one access of the program at one address, as far as the mapping and the page table say it. */
export interface Outcome {
  readonly access: Access;
  readonly verdict: 'ok' | 'fault' | 'depends';
  /** `SIGSEGV` for a fault; '' otherwise. */
  readonly signal: string;
  /** si_code as signal.h names it; '' for no fault. */
  readonly code: 'SEGV_MAPERR' | 'SEGV_ACCERR' | 'SI_KERNEL' | '';
  readonly words: string;
}

const ACCESSES: readonly Access[] = ['reads', 'writes', 'executes'];

/**
 * The outcome of a read, a write and a fetch at `address`. Claims only what the permissions decide; rules of arch/x86/mm/fault.c (access_error, bad_area) and the
 * #GP path for non-canonical addresses (arch/x86/kernel/traps.c). Protection keys, userfaultfd and a file cut short behind a mapping can still say otherwise.
 */
export function predictAccess(region: Region, page: PageFacts | undefined, address: Address): readonly Outcome[] {
  return ACCESSES.map((access) => predictOne(region, page, address, access));
}

function predictOne(region: Region, page: PageFacts | undefined, address: Address, access: Access): Outcome {
  const fault = (code: Outcome['code'], words: string): Outcome => ({ access, verdict: 'fault', signal: 'SIGSEGV', code, words });
  switch (region.kind) {
    case 'non-canonical': return fault('SI_KERNEL', 'not canonical: the CPU refuses it, si_addr is 0');
    case 'kernel': return fault('SEGV_MAPERR', 'kernel half');
    case 'null': case 'gap': return fault('SEGV_MAPERR', 'unmapped');
    case 'stack-room':
      return access === 'executes' ? fault('SEGV_ACCERR', 'the stack grows, but has no x') : { access, verdict: 'ok', signal: '', code: '', words: 'the kernel grows the stack down to here' };
    case 'vsyscall':
      if (access !== 'executes') return fault('SEGV_MAPERR', 'kernel half');
      return VSYSCALL_ENTRIES.has(address & 0xfffn)
        ? { access, verdict: 'ok', signal: '', code: '', words: 'emulated by the kernel' }
        : fault('SEGV_MAPERR', 'the kernel emulates only three entry points');
    default:
  }
  if (region.perms === '') return fault('SEGV_MAPERR', 'unmapped');
  if (page?.guardRegion === true) return fault('SEGV_MAPERR', 'a guard region inside the mapping');
  return mapped(region, page, access, fault);
}

/** time, gettimeofday and getcpu of the old vsyscall page (arch/x86/entry/vsyscall). */
const VSYSCALL_ENTRIES: ReadonlySet<bigint> = new Set([0n, 0x400n, 0x800n]);

function mapped(region: Region, page: PageFacts | undefined, access: Access, fault: (code: Outcome['code'], words: string) => Outcome): Outcome {
  const has = (letter: 'r' | 'w' | 'x'): boolean => region.perms.includes(letter);
  const ok = (words: string): Outcome => ({ access, verdict: 'ok', signal: '', code: '', words });
  if (!has('r') && !has('w') && !has('x')) return fault('SEGV_ACCERR', 'no access at all');
  switch (access) {
    case 'reads':
      // x86 page tables can't forbid reading of what may be written; execute-only needs a protection key, which maps does not show.
      if (!has('r') && !has('w')) return { access, verdict: 'depends', signal: '', code: '', words: 'on protection keys, which maps does not show' };
      return ok(residence(page));
    case 'writes':
      if (!has('w')) return fault('SEGV_ACCERR', 'no w');
      return ok(writeWords(region, page));
    case 'executes':
      return has('x') ? ok(residence(page)) : fault('SEGV_ACCERR', 'no x');
  }
}

function residence(page: PageFacts | undefined): string {
  if (page === undefined) return '';
  if (page.present) return 'page is present';
  return page.swapped ? 'a page fault brings it back from swap' : 'a page fault brings the page in';
}

function writeWords(region: Region, page: PageFacts | undefined): string {
  if (page === undefined) return '';
  if (!page.present) return residence(page);
  const isPrivate = region.perms.endsWith('p');
  if (isPrivate && page.fileOrShared) return 'the page is copied first (copy-on-write)';
  if (isPrivate && !page.exclusive) return 'page is present; copied first if another process shares it';
  return isPrivate && region.inode !== 0n ? 'copy-on-write already done' : 'page is present';
}
