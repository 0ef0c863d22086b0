import type { LabText } from '../../lab-definition.ts';

export const bssText: LabText = {
  name: 'bss',
  number: 4,
  title: 'BSS: four million bytes that are not in the file',
  summary: 'A million-element array adds nothing to the file; its pages appear one by one, when they are touched.',
  intro: [
    {
      kind: 'text',
      text: 'A global variable without a value begins as zero; C says so. A million of them begin as a million zeros, and nobody needs a file to remember those. So the compiler puts them into `.bss`, a section that has an address and a size, but no bytes: its type is `NOBITS`. (The name is older than C: “block started by symbol”, an assembler directive of the 1950s.)',
    },
    { kind: 'code', text: 'int million[1000000];   /* .bss:  4,000,000 bytes of memory, 0 of the file */\nint answer = 42;        /* .data: 4 bytes of both */', caption: 'bss.c' },
    {
      kind: 'text',
      text: 'When the program starts, the kernel maps the file’s writable segment. The segment’s header gives two sizes: how much is in the file (`p_filesz`) and how much there is in memory (`p_memsz`). What memory has beyond the file is `.bss`. It begins in the middle of a page, the last one that comes from the file: the kernel overwrites the rest of that page with zeros. Everything after it is an anonymous mapping: a promise of zeros, with no page behind it until one is touched.',
    },
    {
      kind: 'table',
      head: ['you do', 'the kernel gives', 'memory used'],
      rows: [
        ['nothing', 'nothing', 'none'],
        ['read a page', 'its one page of zeros, which everybody shares', 'none'],
        ['write to a page', 'a page of your own, zeroed', '4 KiB'],
      ],
    },
  ],
  sources: [
    { name: 'System V gABI, chapter 4, Sections', says: 'SHT_NOBITS occupies no space in the file but otherwise resembles SHT_PROGBITS; .bss holds uninitialized data, which the system sets to zeros when the program begins to run.', url: 'https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html' },
    { name: 'System V gABI, chapter 5, Program Header', says: 'Where p_memsz is larger than p_filesz, the extra bytes hold 0 and follow the segment’s initialized area.', url: 'https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html' },
    { name: 'C11, 6.7.9', says: 'An object with static storage duration that is not initialized explicitly begins as zero.' },
    { name: 'Linux, fs/binfmt_elf.c', says: 'The kernel clears the rest of the last file page and maps anonymous memory for what lies beyond it.', url: 'https://elixir.bootlin.com/linux/latest/source/fs/binfmt_elf.c' },
    { name: 'Linux, Documentation/admin-guide/mm/pagemap.rst', says: 'What the bits of /proc/PID/pagemap mean: 63 present, 61 file page or shared, 56 mapped exclusively, 0–54 the frame number.', url: 'https://docs.kernel.org/admin-guide/mm/pagemap.html' },
    { name: 'Linux, mm/memory.c', says: 'A read of an absent anonymous page maps the page of zeros (do_anonymous_page), which counts as nobody’s memory (vm_normal_page).', url: 'https://elixir.bootlin.com/linux/latest/source/mm/memory.c' },
    { name: 'proc_pid_smaps(5)', says: 'Rss is how much of a mapping is in memory now.', url: 'https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html' },
  ],
  predictions: [
    {
      id: 'file-growth',
      question: 'The same program with `int million[1]` in place of `int million[1000000]`: how much smaller is its file?',
      options: ['4,000,000 bytes less', 'about 1 MB less: zeros compress well', 'the same, but for a few bytes of debug information'],
      answer: 2,
      explanation: 'The section header holds the size as a number. Only that number differs. Give one element a value that is not zero, and the whole array moves into .data and into the file.',
    },
    {
      id: 'pages-at-start',
      question: 'The program has started and has not used the array yet. How many of its 976 whole pages are in memory?',
      options: ['all of them, zeroed at load time', 'none', 'one, shared by all'],
      answer: 1,
      explanation: '“Zeroed at load time” is how it looks to the program. The kernel only notes that the range is anonymous memory; a page is made at the first touch.',
    },
    {
      id: 'read-cost',
      question: 'The program reads (only reads) one element in each of five pages. How much memory does that cost?',
      options: ['nothing: the same page of zeros is shown five times', '20 KiB, five pages', '20 bytes, five elements'],
      answer: 0,
      explanation: 'A read of an untouched anonymous page maps the kernel’s one zero page, read-only. The page table has five entries more; memory has no page more. The first write to such a page replaces it by one of the program’s own.',
    },
  ],
  steps: [
    { id: 'section', text: 'Look at `.bss` among the sections: type `NOBITS`, a size in memory, none in the file. `.data` beside it has both.', action: { kind: 'go', view: 'sections', label: 'Show the sections', place: { printed: 'million' } } },
    { id: 'map', text: 'Find the array on the map. It begins in the last page of the program’s own rw-p mapping and goes on in an unnamed one.', action: { kind: 'go', view: 'map', label: 'Show it on the map', place: { printed: 'million' } } },
    { id: 'pages-untouched', text: 'Look at its pages: no page behind any of them but the first.', action: { kind: 'go', view: 'pages', label: 'Show its pages', place: { expression: '&million[100000]' } } },
    { id: 'run-read', text: 'Let the program read from five pages.', action: { kind: 'run', command: 'continue', label: 'Continue to the reads' } },
    { id: 'page-read', text: 'Look at the first of them: present, but not its own; the same frame for all five, the page of zeros. Its neighbours are still absent.', action: { kind: 'go', view: 'pages', label: 'Show a page that was read', place: { printed: 'read_0' } } },
    { id: 'run-written', text: 'Let it write to five others.', action: { kind: 'run', command: 'continue', label: 'Continue to the writes' } },
    { id: 'page-written', text: 'Look at one of those: a page of its own.', action: { kind: 'go', view: 'pages', label: 'Show a page that was written to', place: { printed: 'written_0' } } },
    { id: 'bytes', text: 'Look at its bytes. Turn on those of the file beside them: there are none to show.', action: { kind: 'go', view: 'memory', label: 'Show the bytes', place: { printed: 'written_0' } } },
  ],
};
