/** What the name column of maps says about a mapping. */
export type NameMeaning =
  | { readonly what: 'anonymous' | 'heap' | 'stack' | 'vdso' | 'vvar' | 'vsyscall' }
  /** `[stack:TID]` of kernels before 4.5. */
  | { readonly what: 'thread-stack'; readonly tid: number }
  | { readonly what: 'anon-named' | 'shm' | 'device' | 'file' | 'huge-anonymous' | 'zero'; readonly label: string };

const DELETED = ' (deleted)';

/** Removes a ` (deleted)` that the kernel may have added. A real file may be called so too: who can compare inodes should. */
export function withoutDeletedMark(name: string): string {
  return name.endsWith(DELETED) ? name.slice(0, -DELETED.length) : name;
}

/** Last component of a path; the whole text when there is no slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/**
 * Reads a name as fs/proc/task_mmu.c of the kernel writes it: '' for plain anonymous memory, `[…]` for what the kernel itself knows, `/SYSV…`, `/memfd:…`, `/dev/zero` for
 * shared memory on the kernel's internal tmpfs, a word with a colon (`anon_inode:[io_uring]`, `socket:[…]`, `/dmabuf:`) for what is neither file nor memory, else a path.
 * `genuine`: a trailing ` (deleted)` is known to be part of the file's real name.
 */
export function meaningOfName(name: string, genuine = false): NameMeaning {
  if (name === '') return { what: 'anonymous' };
  if (name.startsWith('[')) return meaningOfBracket(name);
  const plain = genuine ? name : withoutDeletedMark(name);
  if (!name.startsWith('/')) return { what: 'device', label: deviceLabel(plain) };
  const sysv = /^\/SYSV([0-9a-f]{8})$/.exec(plain);
  if (sysv?.[1] !== undefined) return { what: 'shm', label: sysv[1] === '00000000' ? 'System V shm (private)' : `System V shm 0x${Number.parseInt(sysv[1], 16).toString(16)}` };
  if (plain.startsWith('/memfd:')) return { what: 'shm', label: `memfd ${plain.slice('/memfd:'.length)}`.trimEnd() };
  if (plain.startsWith('/dev/shm/')) return { what: 'shm', label: `shm ${plain.slice('/dev/shm/'.length)}` };
  if (plain === '/dev/zero') return name === plain ? { what: 'zero', label: '/dev/zero' } : { what: 'shm', label: 'shared anonymous' };
  if (plain === '/anon_hugepage') return { what: 'huge-anonymous', label: 'anonymous, huge pages' };
  if (plain === '/[aio]') return { what: 'device', label: 'AIO ring' };
  if (plain.startsWith('/dmabuf:') || plain.startsWith('/drm ') || plain === '/i915') return { what: 'device', label: plain.slice(1) };
  if (plain.startsWith('/dev/') && !plain.startsWith('/dev/hugepages/')) return { what: 'device', label: plain.slice('/dev/'.length) };
  return { what: 'file', label: baseName(plain) };
}

function meaningOfBracket(name: string): NameMeaning {
  switch (name) {
    case '[heap]': return { what: 'heap' };
    case '[stack]': return { what: 'stack' };
    case '[vdso]': return { what: 'vdso' };
    case '[vsyscall]': return { what: 'vsyscall' };
    default:
  }
  if (name === '[vvar]' || name.startsWith('[vvar_')) return { what: 'vvar' };
  const thread = /^\[stack:(\d+)\]$/.exec(name);
  if (thread) return { what: 'thread-stack', tid: Number(thread[1]) };
  const given = /^\[anon(?:_shmem)?:(.*)\]$/.exec(name);
  return { what: 'anon-named', label: given?.[1]?.trim() || name };
}

function deviceLabel(name: string): string {
  return /^anon_inode:\[?([^\]]*)\]?$/.exec(name)?.[1] ?? name;
}
