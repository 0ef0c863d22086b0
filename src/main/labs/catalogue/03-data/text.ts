import type { LabText } from '../../lab-definition.ts';

export const dataText: LabText = {
  name: 'data',
  number: 3,
  title: 'Data: values from the file',
  summary: '42 is 2a 00 00 00 in the file and in memory; changing it live leaves the file alone.',
  intro: [
    {
      kind: 'text',
      text:
        '`int answer = 42;` outside all functions is a variable with a first value. It must come from somewhere: the compiler writes the four bytes `2a 00 00 00` into the section `.data`, and they lie in the file. `2a` is 42 in hex; x86-64 is little-endian, so the lowest byte comes first.',
    },
    {
      kind: 'text',
      text:
        'When the program starts, nothing is copied. The kernel maps that part of the file, writable and private (`rw-p`). The first write to one of its pages makes the kernel copy the page, for this process alone. What is written goes to the copy; the file, and every other process of the same program, keep what they had.',
    },
    { kind: 'code', caption: 'An int of 42, byte by byte, at rising addresses', text: '2a 00 00 00\n│  └──┴──┴── 0 · 256 + 0 · 65 536 + 0 · 16 777 216\n└── 42 · 1' },
    {
      kind: 'text',
      text:
        'In Rust a plain `static ANSWER: i32 = 42` cannot change and goes to `.rodata`. What can change, an atomic or a `static mut`, goes to `.data` as in C.',
    },
  ],
  sources: [
    { name: 'elf(5)', says: '.data holds initialised data that contribute to the program’s memory image: SHT_PROGBITS with SHF_ALLOC and SHF_WRITE.', url: 'https://man7.org/linux/man-pages/man5/elf.5.html' },
    { name: 'mmap(2)', says: 'MAP_PRIVATE: a private copy-on-write mapping; updates are not carried through to the file.', url: 'https://man7.org/linux/man-pages/man2/mmap.2.html' },
    { name: 'System V gABI, ELF header, data encoding', says: 'ELFDATA2LSB, which x86-64 uses: two’s complement with the least significant byte at the lowest address.', url: 'https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html' },
    { name: 'Kernel documentation, admin-guide/mm/pagemap', says: 'Bit 61: the page is a file page or shared-anonymous. A private copy is neither.', url: 'https://docs.kernel.org/admin-guide/mm/pagemap.html' },
  ],
  predictions: [
    {
      id: 'bytes', question: 'Which four bytes are `int answer = 42` in memory, at rising addresses?', options: ['`00 00 00 2a`', '`2a 00 00 00`', '`34 32 00 00`'], answer: 1,
      explanation: 'Little-endian: the least significant byte has the lowest address. (`34 32` is the text “42” in ASCII.)',
    },
    {
      id: 'file', question: 'You change `answer` in the memory of the running program. What becomes of the file?', options: ['it changes too: the memory is a mapping of the file', 'it stays as it is', 'the kernel forbids the change'], answer: 1,
      explanation: 'The mapping is private: the `p` in `rw-p`. The page is copied at the first write.',
    },
    {
      id: 'next', question: 'And what does the next process that starts the same program see?', options: ['42', 'your value, until the memory is freed'], answer: 0,
      explanation: 'It begins with the file’s bytes, as this one did.',
    },
  ],
  steps: [
    { id: 'memory', text: 'Look at `answer` in memory.', action: { label: 'answer in memory', kind: 'go', view: 'memory', place: { printed: 'address of answer' } } },
    { id: 'section', text: 'Find `.data` among the sections: PROGBITS, so it has bytes in the file.', action: { label: 'The sections', kind: 'go', view: 'sections' } },
    { id: 'edit', text: 'Change `2a` to another byte in the memory view, and compare with the file there: the file’s byte is shown beside.', action: { label: 'answer in memory', kind: 'go', view: 'memory', place: { printed: 'address of answer' } } },
    { id: 'go', text: 'Continue: the program adds 1 and prints what it finds.', action: { label: 'Continue', kind: 'run', command: 'continue' } },
    { id: 'page', text: 'The page is now a private copy.', action: { label: 'The page of answer', kind: 'go', view: 'pages', place: { printed: 'address of answer' } } },
  ],
};
