import type { LabText } from '../../lab-definition.ts';

export const copyOnWriteText: LabText = {
  name: 'copy-on-write',
  number: 12,
  title: 'Copy-on-write',
  summary: 'Four pages, two processes, one write: watch a single page split in two.',
  intro: [
    {
      kind: 'text',
      text: 'After `fork` two processes have the same memory, and each may change its own. Copying everything would be slow, and mostly in vain, since many children call `exec` at once. So the kernel copies page tables, not pages: both processes point to the same frames of memory, and both page tables forbid writing to them.',
    },
    {
      kind: 'text',
      text: 'The mapping still says `rw-`: the program may write. The page table says no for now. So the first write faults, the kernel sees that the mapping allows it, copies that one page into a new frame, lets this process’s page table point to it, and has the instruction run again. The program notices nothing. All other pages stay shared.',
    },
    {
      kind: 'code',
      text: 'before      parent ──┐            after a write to page 1     parent ───► frame B: w\n                     ├─► frame A: b                                child  ───► frame A: b\n            child  ──┘',
      caption: 'One page, before and after',
    },
    {
      kind: 'text',
      text: 'How to see it: `/proc/PID/pagemap` has a word for each page. Bit 56 says whether the page is mapped only once, and everybody may read it. The frame’s number stands in the same word, but the kernel shows it only to a privileged reader. Where it does, two processes can be compared frame by frame, and `/proc/kpagecount` says how many page-table entries map each of them.',
    },
    {
      kind: 'text',
      text: 'The program fills four pages with the letter b, forks, and then writes one w into the second page. The child does nothing but wait.',
    },
  ],
  sources: [
    { name: 'fork(2)', says: 'Under Linux, fork is implemented using copy-on-write pages: the only penalty is the time and memory to duplicate the page tables and to create the child’s task structure.', url: 'https://man7.org/linux/man-pages/man2/fork.2.html' },
    { name: 'Linux Documentation/admin-guide/mm/pagemap.rst', says: 'Bits 0 to 54: frame number of a present page, zero for unprivileged readers. Bit 56: exclusively mapped. Bit 61: page of a file or shared anonymous. Bit 63: present. kpagecount: how often a frame is mapped.', url: 'https://docs.kernel.org/admin-guide/mm/pagemap.html' },
    { name: 'Linux Documentation/filesystems/proc.rst, smaps', says: 'Shared_Dirty and Private_Dirty count pages mapped by several and by one; Pss divides each page by the number of processes that share it.', url: 'https://docs.kernel.org/filesystems/proc.html' },
    { name: 'madvise(2)', says: 'MADV_NOHUGEPAGE keeps huge pages out of a range: here a page is to be 4096 bytes.', url: 'https://man7.org/linux/man-pages/man2/madvise.2.html' },
  ],
  predictions: [
    {
      id: 'fork-copies',
      question: 'The program has written to four pages and forks. How many of them does fork copy?',
      options: ['None', 'One', 'All four'],
      answer: 0,
      explanation: 'Only page tables are copied. Both processes point to the same four frames afterwards.',
    },
    {
      id: 'write-copies',
      question: 'Then the parent writes one byte into the second page. How much is copied?',
      options: ['One byte', 'One page of 4096 bytes', 'All four pages'],
      answer: 1,
      explanation: 'The page table works in pages, so a page is the least that can be split off, and also the most: the three others were not written to.',
    },
    {
      id: 'address',
      question: 'Now the parent has w and the child has b. What about the address of that byte?',
      options: ['The parent’s moved', 'The child’s moved', 'It is the same in both'],
      answer: 2,
      explanation: 'Virtual addresses do not change; each process has its own page table, and they now translate that address to different frames.',
    },
    {
      id: 'maps',
      question: 'Does /proc/PID/maps show that the pages may not be written to just now?',
      options: ['Yes: r--p until the first write', 'No: rw-p all the time'],
      answer: 1,
      explanation: 'maps shows what the mapping allows. That the page-table entries are read-only for the time being is the kernel’s own bookkeeping.',
    },
  ],
  steps: [
    { id: 'alone', text: 'Before the fork: four anonymous pages, present (column 63), mapped by this process alone (column 56). Equal neighbours are folded into one row.', action: { kind: 'go', view: 'pages', place: { printed: 'pages' }, label: 'Show the pages' } },
    { id: 'forked', text: 'Run on to the line after the fork. Column 56 of the four pages is now 0: somebody else maps them too, and a write would be a copy-on-write.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'child', text: 'The program printed the child’s process id. Observe that process as well: the same address shows the same letters, and, to a privileged reader, the same frames.', action: { kind: 'go', view: 'program', label: 'Program’s output' } },
    { id: 'write', text: 'Step over the write. One page, the second, is exclusive again, and has another frame number where it is shown; the three others are as before.', action: { kind: 'run', command: 'step-over', label: 'Step over the write' } },
    { id: 'bytes', text: 'Here there is a w at the start of that page. In the child it is still b.', action: { kind: 'go', view: 'memory', place: { printed: 'written' }, label: 'Go to written' } },
  ],
};
