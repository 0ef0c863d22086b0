import { cProgram, type LabDefinition } from '../../lab-definition.ts';
import { forkChecks } from './fork-checks.ts';
import { libcPieces, mappingKinds, samePages, sharedWrite, privateWrite, anonymousPages } from './mapping-checks.ts';
import { mappedText } from './text.ts';

export const mappedLab: LabDefinition = {
  ...mappedText,
  programs: [cProgram('mapped.c')],
  stages: [{ id: 'mapped', tag: 'mapped' }, { id: 'written', tag: 'written' }, { id: 'forked', tag: 'forked' }],
  checks: [
    {
      id: 'libc-pieces', stage: 'mapped', title: 'libc.so.6 is several mappings of one file, each with its own permissions', run: libcPieces,
      why: 'A mapping has one set of permissions. The library’s program headers ask for several: read-only headers and tables, executable code, constants, and writable data.',
    },
    {
      id: 'four-kinds', stage: 'mapped', title: 'The four mappings differ in s or p, and in having a file or none', run: mappingKinds,
      why: 'The last permission letter is MAP_SHARED or MAP_PRIVATE; path, inode and offset say what a page is filled from.',
    },
    {
      id: 'same-pages', stage: 'mapped', title: 'Until somebody writes, both mappings of the file show the file’s own page', run: samePages,
      why: 'Reading needs no copy: the page cache holds the file’s page once, and both mappings refer to it.',
    },
    {
      id: 'shared-write', stage: 'written', title: 'A write to the shared mapping is in the file', run: sharedWrite,
      why: 'The shared mapping’s page is the file’s page in the page cache, the same that read(2) copies from. When it reaches the disk is another matter: msync(2) waits for that.',
    },
    {
      id: 'private-write', stage: 'written', title: 'A write to the private mapping is not: the page is now this process’s own', run: privateWrite,
      why: 'The first write to a page of a private mapping copies it to a new, anonymous page. pagemap then says so: bit 61 is clear.',
    },
    {
      id: 'anonymous-pages', stage: 'written', title: 'Of four anonymous pages only the one that was written to has memory', run: anonymousPages,
      why: 'mmap promises addresses, not memory. A page is provided when it is first touched, and filled with zeros so that nobody sees what was in it before.',
    },
    ...forkChecks,
  ],
};
