import type { LabText } from '../../lab-definition.ts';

export const regionsText: LabText = {
  name: 'regions',
  number: 1,
  title: 'Every region',
  summary: 'One program puts something into text, rodata, data, bss, heap and stack; each is found in its mapping.',
  intro: [
    {
      kind: 'text',
      text:
        'A process sees one long row of addresses. The kernel fills parts of it with mappings: runs of whole pages that share one set of permissions and one origin, a file or nothing (anonymous memory). `/proc/PID/maps` lists them, one a line, and everything a program uses lies in one of them.',
    },
    {
      kind: 'text',
      text:
        'The program of this lab has a function, two globals, a string literal, a heap block and a local variable, prints the address of each, and waits. The compiler sorts what it knows beforehand into sections of the file; the linker puts sections with equal permissions into segments; `execve` maps the segments. Heap and stack are in no file: they come into being while the program runs.',
    },
    {
      kind: 'table',
      head: ['What', 'Section', 'Permissions', 'Its bytes come from', 'It lives', 'Managed by'],
      rows: [
        ['a function', '`.text`', '`r-xp`', 'the file', 'as long as the process', 'kernel: maps the file'],
        ['a string literal', '`.rodata`', '`r--p`', 'the file', 'as long as the process', 'kernel: maps the file'],
        ['an initialised global', '`.data`', '`rw-p`', 'the file, copied page by page when written to', 'as long as the process', 'kernel: maps the file privately'],
        ['an uninitialised global', '`.bss`', '`rw-p`', 'zeros; not in the file', 'as long as the process', 'kernel: anonymous memory'],
        ['a heap block', 'none', '`rw-p`', 'zeros at first, asked for with `brk` or `mmap`', 'until `free`, or until its `Box` is dropped', 'the allocator (`malloc`), over the kernel'],
        ['a local', 'none', '`rw-p`', 'zeros at first', 'until its function returns', 'compiler and `rsp`; the kernel lets the mapping grow'],
      ],
    },
    {
      kind: 'text',
      text:
        'From low to high addresses you find the program, the heap, the libraries, the stack. In which order text, rodata and data stand inside the program is the linker’s choice: GNU ld puts `.rodata` above `.text`, other linkers below. The permissions are what counts.',
    },
    {
      kind: 'text',
      text:
        'Rust has the same regions, and nothing of its own. Only the words differ: `static N: i32 = 42` cannot change, so it belongs into `.rodata`; an `AtomicI32`, or a `static mut`, can change and goes to `.data`, or to `.bss` when it begins as zero.',
    },
  ],
  sources: [
    { name: 'proc_pid_maps(5)', says: 'The columns of /proc/PID/maps: range, permissions, offset, device, inode, path; [heap] and [stack] are names that the kernel gives.', url: 'https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html' },
    { name: 'elf(5)', says: '.text holds the instructions, .rodata read-only data, .data initialised data; .bss occupies no file space and is zeroed when the program begins.', url: 'https://man7.org/linux/man-pages/man5/elf.5.html' },
    { name: 'System V gABI, chapter 4, Sections', says: 'Flags of a section: SHF_ALLOC, SHF_WRITE, SHF_EXECINSTR; type SHT_NOBITS.', url: 'https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html' },
    { name: 'glibc manual, 3.1 Process Memory Concepts', says: 'A process has text, data and stack segments; the break is the end of the data segment, and grows with the heap.', url: 'https://sourceware.org/glibc/manual/latest/html_node/Memory-Concepts.html' },
    { name: 'The Rust Reference, Static items', says: 'A static that is neither mut nor has interior mutability may be placed in read-only memory.', url: 'https://doc.rust-lang.org/reference/items/static-items.html' },
  ],
  predictions: [
    {
      id: 'highest', question: 'Which of the six addresses will be the highest?', options: ['the function', 'the heap block', 'the local', 'the uninitialised global'], answer: 2,
      explanation: 'The stack lies near the top of user space (below `0x7fff_ffff_f000` with 4-level paging), above the libraries.',
    },
    {
      id: 'literal', question: 'What permissions will the mapping with the string literal have?', options: ['`rw-p`', '`r--p`', '`r-xp`'], answer: 1,
      explanation: 'A literal may not be written to, and it is no code: only reading is allowed. Lab 5 tries what happens otherwise.',
    },
    {
      id: 'neighbours', question: 'Will the two globals lie in the same mapping?', options: ['yes, both are writable data', 'no, one comes from the file and one does not'], answer: 0,
      explanation: '`.bss` follows `.data`. A small one fits into the rest of the page in which `.data` ends; the kernel fills that rest with zeros. Only a bigger one goes on in an anonymous mapping of its own.',
    },
    {
      id: 'rust', question: 'In Rust, where would `static ANSWER: i32 = 42;` go?', options: ['`.data`, as in C', '`.rodata`'], answer: 1,
      explanation: 'It can never change, so the compiler places it in read-only memory. That is why the Rust program of this lab uses atomics.',
    },
  ],
  steps: [
    { id: 'output', text: 'The program has printed six addresses and stands before it waits for Enter.', action: { label: 'Show what it printed', kind: 'go', view: 'program' } },
    { id: 'function', text: 'Go to the function. The map shows it inside the program, in `text`.', action: { label: 'The function on the map', kind: 'go', view: 'map', place: { printed: 'function' } } },
    { id: 'literal', text: 'Go to the literal and read it in the bytes.', action: { label: 'The literal in memory', kind: 'go', view: 'memory', place: { printed: 'string literal' } } },
    { id: 'data', text: 'Go to the initialised global: `2a 00 00 00` is 42, lowest byte first.', action: { label: 'The initialised global in memory', kind: 'go', view: 'memory', place: { printed: 'initialised global' } } },
    { id: 'bss', text: 'A few bytes on is the uninitialised one. Open the inspector: the section is another, the mapping is the same.', action: { label: 'The uninitialised global in the inspector', kind: 'go', view: 'inspector', place: { printed: 'uninitialised global' } } },
    { id: 'heap', text: 'Go to the heap block. The mapping is called `[heap]` and has no file.', action: { label: 'The heap block on the map', kind: 'go', view: 'map', place: { printed: 'heap block' } } },
    { id: 'stack', text: 'Find the local among the slots of `main`’s frame.', action: { label: 'The local on the stack', kind: 'go', view: 'stack', place: { printed: 'local' } } },
    { id: 'sections', text: 'Compare the sizes of `.text`, `.rodata`, `.data` and `.bss` with what you would expect from the source.', action: { label: 'The sections', kind: 'go', view: 'sections' } },
    { id: 'gdb', text: 'gdb tells the same in its own words.', action: { label: 'Type info proc mappings', kind: 'type', terminal: 'gdb', text: 'info proc mappings' } },
  ],
};
