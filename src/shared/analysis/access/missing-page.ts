import { formatPlainAddress, toAddress } from '../../address/address.ts';
import { PERM_SHARED } from '../../model/region-table.ts';
import type { AccessFacts, AccessMapping } from './access-facts.ts';
import { pageWord } from './access-facts.ts';

/** What the kernel's fault handler would bring where no page is mapped. */
export interface MissingPage {
  readonly brings: 'zeros' | 'file' | 'shared-memory' | 'swap' | 'kernel-page' | 'nothing-guard' | 'nothing-bus';
  /** `from libc.so.6 +0x26000`; for `nothing-…` why there is nothing. */
  readonly words: string;
  readonly unless: string;
}

const PAGE = 4096n;
const pageDown = (value: bigint): bigint => value & ~(PAGE - 1n);

/** Is there memory of no file behind this mapping: anonymous, private? A private mapping of /dev/zero is that too (drivers/char/mem.c, mmap_zero). */
export function isPrivateAnonymous(mapping: AccessMapping): boolean {
  if (mapping.perms & PERM_SHARED) return false;
  return mapping.name === '/dev/zero' || (mapping.inode === 0n && !isKernelSpecial(mapping));
}

/** [vdso], [vvar] and their kin: pages the kernel itself puts there. */
export function isKernelSpecial(mapping: AccessMapping): boolean {
  return mapping.name === '[vdso]' || isVvar(mapping);
}

export function isVvar(mapping: AccessMapping): boolean {
  return mapping.name.startsWith('[vvar');
}

/** `libc.so.6 +0x26000`: file and offset of the page that holds the address. */
export function filePageWords(mapping: AccessMapping, address: bigint): string {
  const name = mapping.name.slice(mapping.name.lastIndexOf('/') + 1) || 'the file';
  return `${name} +${formatPlainAddress(toAddress(mapping.offset + pageDown(address) - mapping.start))}`;
}

/** Which kind of page a fault would bring to an absent page, or why it could not. The permissions are another matter. */
export function missingPage(facts: AccessFacts, mapping: AccessMapping): MissingPage {
  const word = pageWord(facts.word);
  const { address, space } = facts;
  const flags = mapping.vmFlags ?? [];
  const done = (brings: MissingPage['brings'], words: string, unless = ''): MissingPage => ({ brings, words, unless });
  // pte_marker_handle_uffd / handle_pte_marker in mm/memory.c: PTE_MARKER_GUARD gives VM_FAULT_SIGSEGV.
  if (word.guard) return done('nothing-guard', 'a guard region (MADV_GUARD_INSTALL) lies here');
  if (word.swapped) return done('swap', 'read back from swap');
  if (isVvar(mapping)) return vvarPage(facts, mapping);
  if (mapping.name === '[vdso]') return done('kernel-page', 'the kernel maps its page of code');
  if (flags.includes('um')) return done(isPrivateAnonymous(mapping) ? 'zeros' : 'file', 'the thread waits until the userfaultfd monitor brings the page', 'the monitor decides what comes, and may never answer');
  if (flags.includes('ht')) {
    const reserved = !flags.includes('nr');
    if (!reserved && space.freeHugePages === 0) return done('nothing-bus', 'the pool of huge pages is empty and none is reserved for this mapping');
    const size = hugeFileEnd(mapping, address);
    return size ?? done('zeros', 'a huge page of zeros', reserved ? '' : 'the pool of huge pages may be empty by then');
  }
  if (flags.includes('pf') || flags.includes('io')) return done('kernel-page', 'the device’s driver maps its memory', 'the driver decides');
  if (isPrivateAnonymous(mapping)) return done('zeros', 'a page of zeros');
  if (mapping.fileSizeBytes !== undefined) {
    // filemap_fault and shmem_fault: a page that begins at or past the end of the file, rounded up to pages, gives VM_FAULT_SIGBUS.
    const offset = mapping.offset + pageDown(address) - mapping.start;
    if (offset >= mapping.fileSizeBytes) return done('nothing-bus', `the page lies past the end of the file, which has ${mapping.fileSizeBytes} bytes`);
  }
  if (mapping.inode === 0n || isSharedAnonymous(mapping)) return done('shared-memory', 'the shared page, or a page of zeros if nobody has touched it yet');
  const unless = mapping.fileSizeBytes === undefined ? 'the file could not be asked for its size: past its end this is SIGBUS' : '';
  return done('file', `from ${filePageWords(mapping, address)}`, unless);
}

/** MAP_SHARED | MAP_ANONYMOUS shows as a deleted /dev/zero of the kernel's own tmpfs (mm/shmem.c, shmem_zero_setup); shmget as /SYSV. */
function isSharedAnonymous(mapping: AccessMapping): boolean {
  return mapping.name.startsWith('/dev/zero') || mapping.name.startsWith('/SYSV') || mapping.name.startsWith('[anon_shmem:');
}

function hugeFileEnd(mapping: AccessMapping, address: bigint): MissingPage | undefined {
  if (mapping.fileSizeBytes === undefined || mapping.name.startsWith('/anon_hugepage')) return undefined;
  if (mapping.offset + pageDown(address) - mapping.start < mapping.fileSizeBytes) return undefined;
  return { brings: 'nothing-bus', words: `the page lies past the end of the file, which has ${mapping.fileSizeBytes} bytes`, unless: '' };
}

/**
 * Which pages of the kernel's data area exist. The layout is that of lib/vdso/datastore.c and arch/x86/entry/vdso/vma.c since Linux 6.15: [vvar] is time, time of the namespace,
 * random numbers, processor's own; [vvar_vclock] is the paravirtual clock, Hyper-V's clock. pagemap shows none of them, mapped or not (VM_PFNMAP).
 */
function vvarPage(facts: AccessFacts, mapping: AccessMapping): MissingPage {
  const page = Number((pageDown(facts.address) - mapping.start) / PAGE);
  const pages = Number((mapping.end - mapping.start) / PAGE);
  const there = (words: string, unless = ''): MissingPage => ({ brings: 'kernel-page', words, unless });
  const none = (words: string, unless = ''): MissingPage => ({ brings: 'nothing-bus', words, unless });
  const sources = facts.space.clockSources;
  if (mapping.name === '[vvar]' && pages === 4 && page === 0) return there('the kernel’s page of clock data');
  if (mapping.name === '[vvar]' && pages === 4 && page === 2) return there('the kernel’s page of random-number state');
  if (mapping.name === '[vvar]' && pages === 4 && page === 3) return none('the kernel keeps nothing in this page on x86');
  if (mapping.name === '[vvar]' && pages === 4 && page === 1) {
    if (facts.space.inFirstTimeNamespace === false) return there('the kernel’s page of clock offsets of this time namespace');
    return none('this page exists only in a time namespace of one’s own', facts.space.inFirstTimeNamespace === undefined ? 'the process may be in one' : '');
  }
  if (mapping.name === '[vvar_vclock]' && pages === 2) {
    const [name, has] = page === 0 ? ['paravirtual clock', sources?.includes('kvm-clock')] : ['Hyper-V clock', sources?.some((source) => source.startsWith('hyperv'))];
    if (has === undefined) return none(`this machine has no ${name}`, 'the list of its clocks could not be read');
    return has ? there(`the page of the ${name}`) : none(`this machine has no ${name}`);
  }
  return there('a data page of the kernel', 'this kernel lays its data pages out in another way: some of them do not exist, and give SIGBUS');
}
