import { PERM_SHARED } from '../../model/region-table.ts';

/** Whose memory lies behind a mapping. */
export type Backing = 'anonymous' | 'shared-memory' | 'file' | 'kernel';

/**
 * Told from the mapping's own line. Shared anonymous memory shows as a deleted /dev/zero of the kernel's own tmpfs (mm/shmem.c, shmem_zero_setup), shmget as /SYSV, memfd as
 * /memfd:, POSIX shared memory as a file in /dev/shm. A private mapping of /dev/zero is plain anonymous memory (drivers/char/mem.c, mmap_zero).
 */
export function backingOf(name: string, perms: number, inode: number): Backing {
  if (name.startsWith('[vvar') || name === '[vdso]' || name === '[vsyscall]') return 'kernel';
  if (perms & PERM_SHARED) return inode === 0 || SHARED_MEMORY.test(name) ? 'shared-memory' : 'file';
  return inode === 0 || name === '/dev/zero' ? 'anonymous' : 'file';
}

const SHARED_MEMORY = /^(?:\/dev\/zero|\/SYSV|\/memfd:|\/dev\/shm\/|\[anon_shmem:)/;
