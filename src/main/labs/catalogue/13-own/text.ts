import type { LabText } from '../../lab-definition.ts';

export const ownText: LabText = {
  name: 'own',
  number: 13,
  title: 'Your own program',
  summary: 'The checklist of lab 1, made for any program with debug information.',
  intro: [
    {
      kind: 'text',
      text:
        'Choose a program that was compiled with `-g`. It is started under gdb and stopped in `main`. vmatlas looks through its debug information for a function, an initialised and an uninitialised global and a local, and through `.rodata` for a text, and checks of each that it lies where it belongs.',
    },
    {
      kind: 'text',
      text: 'For a heap block the program is run on until it asks `malloc` or `calloc` for one; then it is started again. What a program does not have is left out, and said.',
    },
  ],
  sources: [
    { name: 'DWARF 5, 3.3 and 4.1', says: 'Functions are DW_TAG_subprogram with DW_AT_low_pc; variables are DW_TAG_variable with DW_AT_location.', url: 'https://dwarfstd.org/dwarf5std.html' },
    { name: 'proc_pid_maps(5)', says: 'The columns of /proc/PID/maps.', url: 'https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html' },
    { name: 'malloc(3)', says: 'Memory comes from the heap, whose size is set with sbrk; blocks of MMAP_THRESHOLD (128 kB) and more from mmap.', url: 'https://man7.org/linux/man-pages/man3/malloc.3.html' },
  ],
  predictions: [
    {
      id: 'heap', question: 'Does your program have a heap when `main` begins?', options: ['yes, it always has', 'only if something has asked for memory before `main`'], answer: 1,
      explanation: 'The kernel makes the `[heap]` mapping when the program break is first moved, and that is `malloc`’s business. C++’s runtime asks before `main`; a C program may never do.',
    },
  ],
  steps: [
    { id: 'map', text: 'Find your program at the lower end of the map.', action: { label: 'The map at rip', kind: 'go', view: 'map', place: { expression: '$rip' } } },
    { id: 'stack', text: 'See the frame of `main` and what it holds.', action: { label: 'The stack', kind: 'go', view: 'stack', place: { expression: '$rsp' } } },
    { id: 'sections', text: 'See which sections it has, and how large they are.', action: { label: 'The sections', kind: 'go', view: 'sections' } },
  ],
};
