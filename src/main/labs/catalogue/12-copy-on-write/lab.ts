import { cProgram, type LabDefinition } from '../../lab-definition.ts';
import { alone, childKeepsItsOwn, mapsSaysNothing, onePageSplit, sharedAfterFork } from './page-checks.ts';
import { copyOnWriteText } from './text.ts';

export const copyOnWriteLab: LabDefinition = {
  ...copyOnWriteText,
  programs: [cProgram('copy_on_write.c')],
  stages: [{ id: 'alone', tag: 'alone' }, { id: 'forked', tag: 'forked' }, { id: 'written', tag: 'written' }],
  checks: [
    {
      id: 'alone', stage: 'alone', title: 'Before the fork all four pages are this process’s alone', run: alone,
      why: 'Each was written to, so each has a frame of its own, and no other page table names it.',
    },
    {
      id: 'shared', stage: 'forked', title: 'After the fork both processes have the same four frames', run: sharedAfterFork,
      why: 'fork copied the page table and made its entries read-only in both; not one byte of the pages was copied.',
    },
    {
      id: 'maps-unchanged', stage: 'forked', title: 'maps says rw- in both processes nevertheless', run: mapsSaysNothing,
      why: 'The mapping’s permissions are what the program is allowed. That its page-table entries are read-only for now is how the kernel notices the first write.',
    },
    {
      id: 'split', stage: 'written', title: 'After one write one page has split in two, the other three are still shared', run: onePageSplit,
      why: 'The write faulted; the kernel copied that page to a new frame and let the writer’s page table point to it. The page is the unit of translation, so it is the unit of copying.',
    },
    {
      id: 'child-keeps', stage: 'written', title: 'The parent reads w, the child still b, at the same address', run: childKeepsItsOwn,
      why: 'Each process translates the address by its own page table; the child’s still leads to the frame from before.',
    },
  ],
};
