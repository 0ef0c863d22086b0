import type { LabText } from '../../lab-definition.ts';

export const mappedText: LabText = {
  name: 'mapped',
  number: 8,
  title: 'Mapped regions',
  summary: 'Libraries in pieces, a file mapped twice, memory without a file, and what fork shares of it.',
  intro: [
    {
      kind: 'text',
      text: 'Between the heap and the stack lies what `mmap` has put there. Each mapping is a range of pages with one set of permissions and one answer to the question where a page comes from when it is touched: from a file at some offset, or from nothing, that is, as zeros.',
    },
    {
      kind: 'text',
      text: 'A second choice is made with each mapping: whether what is written to it is for everybody (`MAP_SHARED`) or for this process alone (`MAP_PRIVATE`). The last letter of the permissions in `/proc/PID/maps` tells it, `s` or `p`.',
    },
    {
      kind: 'table',
      head: ['mapping', 'first touch brings', 'a write goes to', 'after fork'],
      rows: [
        ['file, shared', 'the file’s page', 'the file', 'one memory'],
        ['file, private', 'the file’s page', 'a copy of this process’s own', 'each its own'],
        ['anonymous, private', 'zeros', 'a page of this process’s own', 'each its own'],
        ['anonymous, shared', 'zeros', 'a page that all of them see', 'one memory'],
      ],
    },
    {
      kind: 'text',
      text: 'A library is no more than private file mappings: the loader maps `libc.so.6` piece by piece, with the permissions that its program headers ask for. `malloc` uses private anonymous mappings for large blocks, thread stacks are such mappings too.',
    },
    {
      kind: 'text',
      text: 'The program maps one file of its own twice, shared and private, and anonymous memory twice, private and shared. It only reads the file first, then writes to all four, then forks; its child writes to all of them again.',
    },
  ],
  sources: [
    { name: 'mmap(2)', says: 'With MAP_SHARED updates are visible to other processes and carried through to the file; with MAP_PRIVATE they are neither. MAP_ANONYMOUS memory begins as zeros and has no file.', url: 'https://man7.org/linux/man-pages/man2/mmap.2.html' },
    { name: 'fork(2)', says: 'Parent and child run in separate memory spaces with the same content at the time of fork; writes and mappings made by one do not affect the other. mmap(2): mappings are kept across fork with the same attributes.', url: 'https://man7.org/linux/man-pages/man2/fork.2.html' },
    { name: 'proc_pid_maps(5)', says: 'Columns of /proc/PID/maps: address range, permissions with s or p, offset in the file, device, inode, path.', url: 'https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html' },
    { name: 'Linux Documentation/admin-guide/mm/pagemap.rst', says: 'Bit 63: the page is present. Bit 61: it is a page of a file, or shared anonymous memory.', url: 'https://docs.kernel.org/admin-guide/mm/pagemap.html' },
    { name: 'System V gABI, chapter 5, Program Loading', says: 'A PT_LOAD segment is mapped with the permissions in p_flags, from the page of the file that holds p_offset to the page of memory that holds p_vaddr.', url: 'https://gabi.xinuos.com/' },
  ],
  predictions: [
    {
      id: 'libc-rows',
      question: 'The program uses one C library. How many rows of /proc/PID/maps name it?',
      options: ['One: it is one file', 'Two: code and data', 'Four or more: one for each set of permissions in a row'],
      answer: 2,
      explanation: 'Headers and symbol tables are `r--p`, code is `r-xp`, constants `r--p` again, RELRO `r--p` (written by the loader, then locked), data `rw-p`. A mapping has one set of permissions, so each change begins a new row.',
    },
    {
      id: 'private-write',
      question: 'One byte of the private file mapping is written. What happens to the file?',
      options: ['It changes at once', 'It changes when the mapping ends', 'Nothing, ever'],
      answer: 2,
      explanation: 'The first write to a page of a private mapping makes a copy of that page, and the mapping shows the copy from then on. Copies of private mappings are never written back.',
    },
    {
      id: 'untouched',
      question: 'The program maps four pages of anonymous memory and writes to the first. How many pages of memory does that take?',
      options: ['None', 'One', 'Four'],
      answer: 1,
      explanation: 'mmap only notes that the range is valid. A page gets memory when it is first touched; the other three stay absent in the page table.',
    },
    {
      id: 'fork',
      question: 'After fork the child writes to all four mappings. Which writes does the parent see?',
      options: ['None: it is another process', 'Those to the two shared mappings', 'Only the one that goes to a file', 'All of them'],
      answer: 1,
      explanation: 'fork copies the list of mappings with their kind. Shared ones refer to the same memory in both processes, file or not; private ones look the same until one of the two writes.',
    },
  ],
  steps: [
    { id: 'libc', text: 'Look for `libc.so.6` on the map: several blocks, one file. Select each and compare permissions and file offset in the inspector.', action: { kind: 'go', view: 'map', label: 'Map' } },
    { id: 'shared-file', text: 'Go to the shared mapping of the program’s own file. Its row ends in `s`. In the memory view it is full of the letter f.', action: { kind: 'go', view: 'memory', place: { printed: 'shared_file' }, label: 'Go to shared_file' } },
    { id: 'private-file', text: 'Now the private mapping: same path, same offset, `p`. Neither has been written to, and the page table shows the file’s own page in both.', action: { kind: 'go', view: 'pages', place: { printed: 'private_file' }, label: 'Pages of private_file' } },
    { id: 'anonymous', text: 'Anonymous memory: four pages, all absent. Nobody has touched them.', action: { kind: 'go', view: 'pages', place: { printed: 'anonymous' }, label: 'Pages of anonymous' } },
    { id: 'write', text: 'Run over the four writes with “step over”, one at a time, and watch the pages: one of the private file’s pages becomes a private copy, one anonymous page appears.', action: { kind: 'run', command: 'step-over', label: 'Step over' } },
    { id: 'go-on', text: 'Continue twice: the program stops before its fork, and again after it. The child is a process of its own with the same map; it has written the letter c to everything, and waits.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'arrived', text: 'Here the shared anonymous byte is the child’s c.', action: { kind: 'go', view: 'memory', place: { printed: 'shared_anonymous' }, label: 'Go to shared_anonymous' } },
    { id: 'not-arrived', text: 'And the private one is still this process’s own A.', action: { kind: 'go', view: 'memory', place: { printed: 'anonymous' }, label: 'Go to anonymous' } },
  ],
};
