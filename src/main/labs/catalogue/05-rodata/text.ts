import type { LabText } from '../../lab-definition.ts';

export const rodataText: LabText = {
  name: 'rodata',
  number: 5,
  title: 'Rodata: constants, shared by all and writable by none',
  summary: 'String literals lie in read-only pages of the file; writing to one faults; two copies of the program use the same pages.',
  intro: [
    {
      kind: 'text',
      text: 'The letters of a string literal and a `const` array never change, so they are put into a section of their own, `.rodata`, and mapped without the right to write. Mind the difference: in the line below the pointer is a variable and can be changed; what it points to can’t.',
    },
    { kind: 'code', text: 'const char *greeting = "I live in .rodata";   /* the pointer: .data; the letters: .rodata */\nconst int   primes[8] = { 2, 3, 5, 7, 11, 13, 17, 19 };', caption: 'rodata.c' },
    {
      kind: 'text',
      text: 'A cast to `char *` satisfies the compiler, but nobody asked the page table. The processor checks every access against the page’s entry; a write to a read-only page becomes a page fault, the kernel finds that the mapping does not allow it, and sends SIGSEGV with the code `SEGV_ACCERR`: the address exists, this kind of access is forbidden. The store is never carried out.',
    },
    {
      kind: 'text',
      text: 'Because nobody can change them, nobody needs a copy. The page that holds the literal is the page cache’s own page of the file. Start the program a hundred times and there is still one. A variable that has been written to is another matter: each process has its own copy of that page.',
    },
  ],
  sources: [
    { name: 'System V gABI, chapter 4, Special Sections', says: '.rodata holds read-only data that typically contribute to a non-writable segment.', url: 'https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html' },
    { name: 'C11, 6.4.5', says: 'A program that attempts to modify a string literal’s array has undefined behaviour.' },
    { name: 'sigaction(2)', says: 'SEGV_ACCERR: invalid permissions for mapped object; si_addr is the address of the fault.', url: 'https://man7.org/linux/man-pages/man2/sigaction.2.html' },
    { name: 'mmap(2)', says: 'MAP_PRIVATE: a copy-on-write mapping; changes are not visible to other processes that map the same file.', url: 'https://man7.org/linux/man-pages/man2/mmap.2.html' },
    { name: 'Linux, Documentation/admin-guide/mm/pagemap.rst', says: 'pagemap bit 61: the page is a file page or shared; bits 0–54: its frame. /proc/kpagecount: how often a frame is mapped.', url: 'https://docs.kernel.org/admin-guide/mm/pagemap.html' },
    { name: 'proc_pid_smaps(5)', says: 'Shared_Clean and Shared_Dirty: pages of the mapping that others map too; dirty ones differ from what is on the disk, as those of a file just written do.', url: 'https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html' },
  ],
  predictions: [
    {
      id: 'pointer',
      question: '`const char *greeting = "I live in .rodata";` at file scope. In which section is the variable `greeting` itself?',
      options: ['.rodata: it says const', '.data', '.text'],
      answer: 1,
      explanation: 'The const belongs to the characters. The pointer may be changed and begins with a value from the file: .data. (`const char *const` would be constant; in a position-independent program it lies in .data.rel.ro, since the loader must still write the address.)',
    },
    {
      id: 'write',
      question: 'The program writes `X` over the first letter of the literal, through a cast. What will the literal be when the debugger shows the fault?',
      options: ['“X live in .rodata”', '“I live in .rodata”', 'unreadable: the page is gone'],
      answer: 1,
      explanation: 'A fault is reported before the instruction has any effect. The program counter still points at the store, and memory is as it was.',
    },
    {
      id: 'frames',
      question: 'Two copies of the program run. How many pages of physical memory hold the letters of this literal?',
      options: ['one', 'two', 'three: one of the file, and one for each process'],
      answer: 0,
      explanation: 'Both page tables point to the same frame: the page cache’s page of the file. The number of the frame is the proof, where the kernel tells it.',
    },
  ],
  steps: [
    { id: 'literal', text: 'Go to the literal: a mapping of the program’s file that nobody may write to (r--p; with some linkers r-xp), section `.rodata`.', action: { kind: 'go', view: 'map', label: 'Show the literal', place: { printed: 'literal' } } },
    { id: 'bytes', text: 'Look at its bytes, and at the file’s bytes beside them: equal.', action: { kind: 'go', view: 'memory', label: 'Show the bytes', place: { printed: 'literal' } } },
    { id: 'page', text: 'Look at the page: it belongs to the file, and others map it too. Ask the inspector what a write would do.', action: { kind: 'go', view: 'pages', label: 'Show the page', place: { printed: 'literal' } } },
    { id: 'counter', text: 'Compare the page of the variable `counter`: the process’s own copy.', action: { kind: 'go', view: 'pages', label: 'Show the variable’s page', place: { printed: 'counter' } } },
    { id: 'before', text: 'Go on to the place before the write.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'fault', text: 'Now let it write.', action: { kind: 'run', command: 'continue', label: 'Continue into the fault' } },
    { id: 'explain', text: 'Read the card of the fault: what was tried, where, and which rule forbade it.', action: { kind: 'go', view: 'explain', label: 'Show the explanation', place: { printed: 'literal' } } },
  ],
};
