import type { LabText } from '../../lab-definition.ts';

export const aslrText: LabText = {
  name: 'aslr',
  number: 11,
  title: 'ASLR and PIE',
  summary: 'Two runs side by side: what moved, by how much, what cannot move, and how to hold everything still.',
  intro: [
    {
      kind: 'text',
      text: 'An attacker who knows where things are needs one bug; one who does not needs a second bug to find out. So the kernel places the parts of each new program at random: the stack, the area where `mmap` puts libraries and mappings, the `[vdso]`, the heap, and the program itself if it allows that. This is address space layout randomisation.',
    },
    {
      kind: 'text',
      text: 'A program allows it when it is position independent (PIE): its ELF type is `DYN`, its code refers to its own data by distance and not by address, and the few addresses it must store are relocated by the loader. A program linked with `-no-pie` has type `EXEC` and addresses baked in. It is mapped where its program headers say, in every run.',
    },
    {
      kind: 'table',
      head: ['part', 'placed by', 'moves in steps of'],
      rows: [
        ['program (PIE): text, rodata, data, bss', 'one random load bias', 'pages'],
        ['libraries, mmap, [vdso]', 'random tops of their areas', 'pages'],
        ['heap', 'random distance above the bss', 'pages'],
        ['stack', 'random top, and up to 8 KiB more for rsp', '16 bytes'],
      ],
    },
    {
      kind: 'text',
      text: 'What is mapped moves by whole pages, because a page is the smallest thing that a page table can place. So the lowest 12 bits of an address, its place within the page, are the same in every run. Only the stack pointer is moved by less, and by no less than 16 bytes, the alignment that the ABI promises.',
    },
    {
      kind: 'text',
      text: 'The choice is made while a program is started. It can be switched off for a process and all that it will start: `personality(ADDR_NO_RANDOMIZE)`, which is what `setarch -R` and a debugger’s “disable randomization” do. Switched off, every run gets the same addresses.',
    },
  ],
  sources: [
    { name: 'Linux Documentation/admin-guide/sysctl/kernel.rst, randomize_va_space', says: '0: off. 1: mmap base, stack and vdso are random, which makes PIE programs and libraries random. 2: the heap too.', url: 'https://docs.kernel.org/admin-guide/sysctl/kernel.html' },
    { name: 'personality(2)', says: 'ADDR_NO_RANDOMIZE disables address-space-layout randomization; execve keeps the persona.', url: 'https://man7.org/linux/man-pages/man2/personality.2.html' },
    { name: 'Linux arch/x86/kernel/process.c, arch_align_stack', says: 'The initial stack pointer is lowered by up to 8 KiB at random, then aligned to 16 bytes.', url: 'https://github.com/torvalds/linux/blob/master/arch/x86/kernel/process.c' },
    { name: 'System V gABI, chapters 4 and 5', says: 'e_type ET_EXEC and ET_DYN; for the latter all segments move by one load bias, their distances kept.', url: 'https://gabi.xinuos.com/' },
    { name: 'elf(5)', says: 'p_vaddr of a PT_LOAD segment is where it goes in memory; p_align its alignment.', url: 'https://man7.org/linux/man-pages/man5/elf.5.html' },
  ],
  predictions: [
    {
      id: 'low-bits',
      question: 'Two runs of the same program print the address of `main`. What do the two have in common?',
      options: ['Nothing', 'The last three hex digits', 'Everything but the last three hex digits', 'Everything'],
      answer: 1,
      explanation: 'Three hex digits are 12 bits: the place within a page of 4096 bytes. Mappings move by whole pages.',
    },
    {
      id: 'together',
      question: 'In the second run `.data` moved by some distance. By how much did `.text` of the same program move?',
      options: ['By the same distance', 'By some other random distance', 'Not at all'],
      answer: 0,
      explanation: 'All segments of one ELF file move by one load bias. Code finds its data at a fixed distance from rip; were the two placed separately, it could not.',
    },
    {
      id: 'no-pie',
      question: 'The same source linked with -no-pie, run twice. What still moves?',
      options: ['Nothing', 'Stack and libraries, but not the program', 'Everything'],
      answer: 1,
      explanation: 'The program’s addresses are fixed in its file. Stack, libraries and mappings are the kernel’s and the loader’s to place, and they go on being random.',
    },
    {
      id: 'off',
      question: 'With randomisation off, what differs between two runs with the same arguments and environment?',
      options: ['Nothing of the addresses', 'Only the stack', 'Only the heap'],
      answer: 0,
      explanation: 'Without random numbers the kernel computes the same place each time. A longer environment would still push the stack down: it lies on it.',
    },
  ],
  steps: [
    { id: 'look', text: 'The program has printed where it keeps things in this run. Note the address of `text`.', action: { kind: 'go', view: 'program', label: 'Program’s output' } },
    { id: 'map', text: 'The map of this run. Keep in mind where the program’s block begins.', action: { kind: 'go', view: 'map', place: { printed: 'text' }, label: 'Show text on the map' } },
    { id: 'again', text: 'Start it again and compare: other addresses, the same last three digits.', action: { kind: 'run', command: 'restart', label: 'Restart' } },
    { id: 'off', text: 'Tell gdb to start it without randomisation. It asks for that in the new process, before the program begins.', action: { kind: 'type', terminal: 'gdb', text: 'set disable-randomization on', label: 'set disable-randomization on' } },
    { id: 'start', text: 'With that setting, begin the program from the console, twice; gdb asks whether you mean it: answer y. It stops in main, and gdb prints where `argv` lies, on the stack: the same address each time, like all others on the map. Restart and Verify ask for randomisation again.', action: { kind: 'type', terminal: 'gdb', text: 'start', label: 'start' } },
    { id: 'pages', text: 'The pages view says which of it is switched on for this process, and why.', action: { kind: 'go', view: 'pages', place: { printed: 'stack' }, label: 'Pages of the stack' } },
  ],
};
