import { toAddress } from '../../address/address.ts';
import type { UserAccess } from '../../model/access.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../../model/region-table.ts';
import { formatSize } from '../../address/size.ts';
import type { AccessFacts, AccessMapping } from './access-facts.ts';

const VSYSCALL_START = 0xffff_ffff_ff60_0000n;
/** gettimeofday, time and getcpu (arch/x86/entry/vsyscall/vsyscall_64.c, addr_to_vsyscall_nr). */
const VSYSCALL_ENTRIES = new Map([[0n, 'gettimeofday'], [0x400n, 'time'], [0x800n, 'getcpu']]);

/** Accesses where no ordinary mapping is: outside the user half, in a gap, in the stack's room, in the vsyscall page. */
export function predictUnmapped(facts: AccessFacts, access: 'read' | 'write' | 'execute'): UserAccess {
  const { address, space, mapping, above } = facts;
  const mapError = (reason: string, unless = ''): UserAccess => ({ outcome: 'fault', signal: 'SIGSEGV', code: 'SEGV_MAPERR', faultAddress: address, reason, unless });
  const userBits = space.fiveLevelPaging ? 56n : 47n;
  const userEnd = 1n << userBits;
  const kernelStart = (1n << 64n) - userEnd;
  if (address >= userEnd && address < kernelStart) {
    return {
      outcome: 'fault', signal: 'SIGSEGV', code: 'SI_KERNEL', faultAddress: toAddress(0n),
      reason: `not canonical: bits 63 to ${userBits} differ, and the processor refuses it (#GP) without telling the kernel the address`,
      unless: access === 'execute' ? '' : 'through rsp or rbp the processor raises #SS instead, which is SIGBUS with SI_KERNEL',
    };
  }
  if (address >= VSYSCALL_START && address < VSYSCALL_START + 4096n) return vsyscall(facts, mapping, access, mapError);
  if (address >= kernelStart) return mapError('the kernel’s half: its pages are not for the program');
  if (address >= userEnd - 4096n) return mapError('the last page of the user half is never mapped');
  const grows = above && growsDown(above);
  if (above && grows === true) return growth(facts, above, access, mapError);
  if (address < space.mmapMinAddr) return mapError('nothing may be mapped this low (vm.mmap_min_addr): a null pointer, or one with a small offset');
  return mapError('nothing is mapped here', grows === undefined ? 'the mapping above could be one that grows down (MAP_GROWSDOWN), which smaps would tell' : '');
}

function vsyscall(facts: AccessFacts, mapping: AccessMapping | undefined, access: 'read' | 'write' | 'execute', mapError: (reason: string) => UserAccess): UserAccess {
  if (!mapping) return mapError('this kernel has no vsyscall page (vsyscall=none)');
  if (access === 'read' && mapping.perms & PERM_READ) return { outcome: 'ok', signal: undefined, code: undefined, faultAddress: undefined, reason: 'the old vsyscall page may be read (vsyscall=emulate)', unless: '' };
  if (access !== 'execute') return mapError('the vsyscall page lies in the kernel’s half');
  const entry = VSYSCALL_ENTRIES.get(facts.address & 0xfffn);
  if (entry) {
    return { outcome: 'emulated', signal: undefined, code: undefined, faultAddress: undefined, reason: `the kernel carries out ${entry} and returns to the caller`, unless: 'bad arguments fault as in the system call' };
  }
  return {
    outcome: 'fault', signal: 'SIGSEGV', code: 'SI_KERNEL', faultAddress: toAddress(0n),
    reason: 'only the three entry points of the vsyscall page are emulated (offsets 0, 0x400, 0x800)', unless: '',
  };
}

/** VM_GROWSDOWN: VmFlags `gd`, or the kernel's own name for the main stack; undefined when only smaps could tell. */
function growsDown(mapping: AccessMapping): boolean | undefined {
  if (mapping.name === '[stack]') return true;
  if (mapping.vmFlags) return mapping.vmFlags.includes('gd');
  return mapping.inode === 0n && mapping.name === '' ? undefined : false;
}

/** expand_downwards and acct_stack_growth of mm/vma.c, mm/mmap.c. */
function growth(facts: AccessFacts, stack: AccessMapping, access: 'read' | 'write' | 'execute', mapError: (reason: string, unless?: string) => UserAccess): UserAccess {
  const { address, space, below } = facts;
  const page = address & ~0xfffn;
  const size = stack.end - page;
  if (page < space.mmapMinAddr) return mapError('the stack may not grow below vm.mmap_min_addr');
  const accessible = below !== undefined && (below.perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) !== 0 && growsDown(below) !== true;
  if (accessible && page - below.end < space.stackGuardGapBytes) {
    return mapError(`the stack keeps a gap of ${formatSize(space.stackGuardGapBytes)} to the mapping below`);
  }
  if (typeof space.stackLimitBytes === 'bigint' && size > space.stackLimitBytes) {
    return mapError(`stack overflow: the stack would have ${formatSize(size)}, and its limit (RLIMIT_STACK) is ${formatSize(space.stackLimitBytes)}`);
  }
  const unless = space.stackLimitBytes === undefined ? 'the stack limit could not be read' : '';
  const grown = `the stack grows by ${formatSize(stack.start - page)} down to this page`;
  const keys = { read: PERM_READ | PERM_WRITE | PERM_EXEC, write: PERM_WRITE, execute: PERM_EXEC }[access];
  if (!(stack.perms & keys)) {
    return { outcome: 'fault', signal: 'SIGSEGV', code: 'SEGV_ACCERR', faultAddress: address, reason: `the stack has no ${access === 'execute' ? 'x' : 'w'} (it grows down to here all the same)`, unless };
  }
  return { outcome: 'stack-growth', signal: undefined, code: undefined, faultAddress: undefined, reason: grown, unless };
}
