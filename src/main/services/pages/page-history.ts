import type { AccessMapping, PageWord } from '../../../shared/analysis/access/access-facts.ts';
import type { PageState } from '../../../shared/model/page-state.ts';
import { PERM_WRITE } from '../../../shared/model/region-table.ts';
import type { Region } from '../../../shared/model/region.ts';

/** How a page came to be as it is, as far as mapping and page table tell: oldest first. Says nothing that they do not show. */
export function pageHistory(mapping: AccessMapping, region: Region, state: PageState, word: PageWord): string[] {
  const steps = [mappedBy(mapping, region)];
  switch (state) {
    case 'absent': steps.push('nobody has touched it since, or it was dropped again'); break;
    case 'reserved': steps.push('no access is allowed, so nothing was ever brought in through it'); break;
    case 'file': steps.push(`somebody touched it: the file’s page in the page cache was mapped`); break;
    case 'private-copy':
      steps.push(region.kind === 'relro' ? 'ld.so wrote relocations, and the page was copied for this process' : 'a write copied the page for this process');
      if (region.kind === 'relro' && !(mapping.perms & PERM_WRITE)) steps.push('then mprotect took the write permission away');
      break;
    case 'anonymous': steps.push('the first write brought a page of zeros of its own'); break;
    case 'zero-page': steps.push('it was read and never written: the shared page of zeros is mapped'); break;
    case 'zero-or-shared': steps.push('it was read, or written before a fork'); break;
    case 'shared-memory': steps.push('somebody touched it, in this process or another'); break;
    case 'swapped': steps.push('it was used, and the kernel has moved it to swap'); break;
    case 'guard': steps.push('madvise(MADV_GUARD_INSTALL) made it a guard'); break;
    default: break;
  }
  if (word.present && !word.exclusive && (state === 'anonymous' || state === 'private-copy')) steps.push('a fork shares it with another process until one of them writes');
  return steps;
}

function mappedBy(mapping: AccessMapping, region: Region): string {
  switch (region.kind) {
    case 'stack': return 'exec made the main stack, and the kernel lets it grow';
    case 'heap': return 'brk moved the program break up';
    case 'vdso': case 'vvar': case 'vsyscall': return 'the kernel put its own pages there at exec';
    case 'thread-stack': case 'guard': return 'the threads library mapped a stack with its guard';
    case 'arena': return 'malloc mapped an arena';
    default:
  }
  // The end of .bss: p_memsz reaches behind p_filesz, and for the whole pages of that the file has nothing (binfmt_elf.c; ld.so's _dl_map_segments).
  if (region.module && mapping.inode === 0n) {
    return `${region.module.role === 'program' || region.module.role === 'loader' ? 'exec' : 'ld.so'} made anonymous memory for what its segment has beyond the file`;
  }
  if (region.module) return region.module.role === 'program' || region.module.role === 'loader' ? `exec mapped it from ${name(mapping)}` : `ld.so mapped it from ${name(mapping)}`;
  return mapping.inode === 0n ? 'mmap made anonymous memory' : `mmap mapped it from ${name(mapping)}`;
}

function name(mapping: AccessMapping): string {
  return mapping.name === '' ? 'the file' : mapping.name.slice(mapping.name.lastIndexOf('/') + 1);
}
