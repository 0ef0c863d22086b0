import { toAddress } from '../../address/address.ts';
import type { AccessPrediction, FaultCode, FaultSignal, KernelAccess, UserAccess } from '../../model/access.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../model/region-table.ts';
import { pageWord, type AccessFacts, type AccessMapping } from './access-facts.ts';
import { filePageWords, isVvar, missingPage } from './missing-page.ts';
import { predictUnmapped } from './unmapped-access.ts';

type Access = 'read' | 'write' | 'execute';

/**
 * What a read, a write and a fetch at one byte would do, from facts alone: nothing is touched. The rules are those of arch/x86/mm/fault.c (do_user_addr_fault,
 * access_error, bad_area), mm/memory.c (handle_mm_fault), mm/gup.c (check_vma_flags) and the #GP path of arch/x86/kernel/traps.c, Linux 6.x.
 */
export function predictAccess(facts: AccessFacts): AccessPrediction {
  const read = predictUser(facts, 'read');
  const write = predictUser(facts, 'write');
  return {
    address: facts.address,
    read,
    write,
    execute: predictUser(facts, 'execute'),
    kernelRead: forKernel(facts, read),
    kernelWrite: forKernel(facts, write),
    otherProcessRead: otherProcess(facts, read),
    writeAfterFork: write.outcome === 'fault' ? undefined : afterFork(facts, write),
  };
}

function predictUser(facts: AccessFacts, access: Access): UserAccess {
  const { mapping, address } = facts;
  const fault = (signal: FaultSignal, code: FaultCode, reason: string, unless = ''): UserAccess => ({ outcome: 'fault', signal, code, faultAddress: address, reason, unless });
  const fine = (outcome: UserAccess['outcome'], reason: string, unless = ''): UserAccess => ({ outcome, signal: undefined, code: undefined, faultAddress: undefined, reason, unless });
  if (!mapping || mapping.name === '[vsyscall]') return predictUnmapped(facts, access);
  const has = (bit: number): boolean => (mapping.perms & bit) !== 0;
  const word = pageWord(facts.word);
  const allowed = { read: has(PERM_READ | PERM_WRITE | PERM_EXEC), write: has(PERM_WRITE), execute: has(PERM_EXEC) }[access];

  const key = access === 'execute' ? undefined : keyRefusal(facts, mapping, access);
  if (key && allowed) return fault('SIGSEGV', 'SEGV_PKUERR', key.reason, key.unless);
  if (!has(PERM_READ | PERM_WRITE | PERM_EXEC)) return fault('SIGSEGV', 'SEGV_ACCERR', 'the mapping allows no access at all (---)');
  if (access === 'write' && !allowed) return fault('SIGSEGV', 'SEGV_ACCERR', 'the mapping has no w');
  if (access === 'write' && mapping.vmFlags?.includes('ss')) return fault('SIGSEGV', 'SEGV_ACCERR', 'a shadow stack takes no ordinary writes');

  if (word.present) {
    if (!allowed) return fault('SIGSEGV', 'SEGV_ACCERR', 'the mapping has no x');
    return access === 'write' ? writePresent(facts, mapping, fine) : fine('ok', presentWords(facts, mapping, access));
  }
  if (!word.known && !isVvar(mapping)) {
    if (!allowed) return fault('SIGSEGV', 'SEGV_ACCERR', 'the mapping has no x', 'the page table could not be read: an absent page can fault before that');
    return fine('ok', 'the mapping allows it', 'the page table could not be read: the page may be absent, a guard, or past the file’s end');
  }
  // Absent: the kernel brings the page first, whatever the access, and only the second try finds that it may not be executed.
  const missing = missingPage(facts, mapping);
  if (missing.brings === 'nothing-guard') return fault('SIGSEGV', 'SEGV_MAPERR', missing.words, missing.unless);
  if (missing.brings === 'nothing-bus') return fault('SIGBUS', 'BUS_ADRERR', missing.words, missing.unless);
  if (!allowed) return fault('SIGSEGV', 'SEGV_ACCERR', 'the mapping has no x (the page is brought in before the kernel finds that out)', missing.unless);
  const readable = access === 'read' && !has(PERM_READ) ? `; ${unreadableWords(mapping)}` : '';
  switch (missing.brings) {
    case 'zeros':
      return fine('demand-zero', `${access === 'read' && missing.words === 'a page of zeros' ? 'the shared page of zeros is mapped' : `the kernel gives ${missing.words}`}${readable}`, missing.unless);
    case 'swap': return fine('swap-in', `${missing.words}${readable}`, missing.unless);
    case 'kernel-page': return fine(mapping.name === '[vdso]' ? 'page-in' : 'ok', missing.words, missing.unless);
    case 'shared-memory': return fine('demand-zero', missing.words, missing.unless);
    case 'file':
      if (access === 'write' && !has(PERM_SHARED)) return fine('copy-on-write', `the page is read ${missing.words} and copied for this process at once`, missing.unless);
      return fine('page-in', `the page is brought ${missing.words}${readable}`, missing.unless);
  }
}

type Fine = (outcome: UserAccess['outcome'], reason: string, unless?: string) => UserAccess;

function writePresent(facts: AccessFacts, mapping: AccessMapping, fine: Fine): UserAccess {
  const word = pageWord(facts.word);
  const unless = word.uffdWriteProtected ? 'userfaultfd write-protects the page: the thread waits for the monitor' : '';
  if (mapping.perms & PERM_SHARED) return fine('ok', 'present, and shared: every process that maps it sees the write', unless);
  if (word.file) return fine('copy-on-write', `still the page of ${filePageWords(mapping, facts.address)}: the write goes to a copy of this process’s own`, unless);
  if (word.exclusive) return fine('ok', mapping.inode === 0n ? 'present, this process’s own page' : 'present; copy-on-write is done already', unless);
  if (word.frame !== undefined && word.frame === facts.zeroFrame) return fine('copy-on-write', 'the shared page of zeros: the write gets a page of its own', unless);
  const known = word.frame !== undefined && facts.zeroFrame !== undefined;
  return fine('copy-on-write', known ? 'another process has the page too since a fork (or by KSM): the write gets a copy' : 'the page of zeros, or still shared since a fork: the write gets a page of its own', unless);
}

function presentWords(facts: AccessFacts, mapping: AccessMapping, access: Access): string {
  if (access === 'read' && !(mapping.perms & PERM_READ)) return `present; ${unreadableWords(mapping)}`;
  const word = pageWord(facts.word);
  if (word.frame !== undefined && word.frame === facts.zeroFrame) return 'present: the shared page of zeros';
  return 'the page is present';
}

function unreadableWords(mapping: AccessMapping): string {
  return mapping.perms & PERM_WRITE ? 'x86 cannot forbid reading what may be written' : 'x86 cannot forbid reading what may be executed, without protection keys';
}

/** PKRU (Intel SDM vol. 3, 4.6.2): bits 2k and 2k+1 forbid access and writing for key k. Every thread starts with all keys but 0 forbidden (init_pkru, arch/x86/mm/pkeys.c). */
function keyRefusal(facts: AccessFacts, mapping: AccessMapping, access: 'read' | 'write'): { reason: string; unless: string } | undefined {
  const { protectionKey, perms } = mapping;
  if (!facts.space.hasProtectionKeys) return undefined;
  const executeOnly = (perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) === PERM_EXEC;
  if (protectionKey === undefined) {
    return executeOnly && access === 'read' ? { reason: 'execute-only memory has a protection key that forbids reading', unless: 'smaps was not read: the kernel may have run out of keys' } : undefined;
  }
  if (protectionKey === 0) return undefined;
  const rights = ((facts.pkru ?? 0x5555_5554) >>> (2 * protectionKey)) & 3;
  if (!(rights & 1) && !(access === 'write' && rights & 2)) return undefined;
  return {
    reason: `protection key ${protectionKey} forbids it`,
    unless: facts.pkru === undefined && !executeOnly ? 'each thread sets its own rights (PKRU), which only a stopped thread shows' : '',
  };
}

/** copy_from_user and copy_to_user take the same page faults as the program; where the program gets a signal, they get EFAULT. */
function forKernel(facts: AccessFacts, user: UserAccess): KernelAccess {
  const high = facts.address >= toAddress((facts.space.fiveLevelPaging ? 1n << 56n : 1n << 47n) - 4096n);
  if (high) return { outcome: 'fault', errno: 'EFAULT', reason: 'not an address of the program’s half (access_ok)', unless: '' };
  if (user.outcome === 'fault' || user.outcome === 'emulated') return { outcome: 'fault', errno: 'EFAULT', reason: user.reason, unless: user.unless };
  return { outcome: user.outcome, errno: undefined, reason: user.reason, unless: user.unless };
}

/** process_vm_readv goes through get_user_pages, which looks at the mapping's own r, grows no stack, and refuses memory without page structures. */
function otherProcess(facts: AccessFacts, read: UserAccess): KernelAccess {
  const { mapping } = facts;
  const refuse = (reason: string, unless = ''): KernelAccess => ({ outcome: 'fault', errno: 'EFAULT', reason, unless });
  if (!mapping) return refuse(read.outcome === 'stack-growth' ? 'nothing is mapped yet, and only the program itself makes its stack grow' : read.reason);
  if (mapping.name === '[vsyscall]') return refuse('no memory of the process');
  if (isVvar(mapping) || mapping.vmFlags?.includes('pf') || mapping.vmFlags?.includes('io')) return refuse('the kernel lends no page without a page structure to another process (VM_PFNMAP)');
  if (mapping.name.startsWith('/secretmem')) return refuse('memfd_secret: the pages are hidden from everyone else');
  if (!(mapping.perms & PERM_READ)) return refuse('the mapping has no r');
  // Rights of protection keys are those of the running thread and do not bind another process.
  if (read.outcome === 'fault' && read.code !== 'SEGV_PKUERR') return refuse(read.reason, read.unless);
  if (read.outcome === 'fault' || read.outcome === 'emulated') return { outcome: 'ok', errno: undefined, reason: 'protection keys do not bind another process', unless: '' };
  return { outcome: read.outcome, errno: undefined, reason: read.reason, unless: read.unless };
}

/** The same write in parent or child right after fork(2). */
function afterFork(facts: AccessFacts, write: UserAccess): UserAccess {
  const { mapping } = facts;
  if (!mapping || mapping.perms & PERM_SHARED || write.outcome === 'copy-on-write') return write;
  const word = pageWord(facts.word);
  if (!word.present && !word.swapped) return write;
  if (mapping.vmFlags?.includes('dc')) return { ...write, reason: `${write.reason}; a child does not get this mapping (MADV_DONTFORK)` };
  return { ...write, outcome: 'copy-on-write', reason: 'fork lets parent and child share the page: whoever writes first gets a copy' };
}
