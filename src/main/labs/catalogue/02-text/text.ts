import type { LabText } from '../../lab-definition.ts';

export const textText: LabText = {
  name: 'text',
  number: 2,
  title: 'Text: instructions are bytes',
  summary: 'A program writes over its own main; the processor refuses before a byte has changed.',
  intro: [
    {
      kind: 'text',
      text:
        'The compiler turned your functions into instructions, and instructions are bytes in the section `.text`. The kernel maps them from the file with the permissions `r-xp`: the processor may read and execute them, and nobody may write.',
    },
    {
      kind: 'text',
      text:
        'The program takes the address of `main` as a pointer to a number. Reading through it works. Then it stores `0x90909090` there, which would be four `nop` instructions.',
    },
    {
      kind: 'text',
      text:
        'Who refuses? Each page’s entry in the page table has a bit that allows writing and one that forbids executing (NX). For a store into a page without the write bit the processor raises a page fault before anything is written; the kernel finds that the mapping does not allow writing either, and sends `SIGSEGV` with the code `SEGV_ACCERR`: there is a mapping, and it does not permit this. The saved `rip` points at the store itself, which has not been done.',
    },
    {
      kind: 'text',
      text:
        'That no memory is writable and executable at once (W^X) is a custom, not a law of the processor: its bits allow all combinations. Linkers make separate segments, the kernel and the loader map them as asked, and a just-in-time compiler can ask for something else.',
    },
    {
      kind: 'text',
      text:
        'A debugger gets past the permissions: through `/proc/PID/mem` or ptrace the kernel itself writes, into a private copy of the page. That is how a breakpoint puts its byte `cc` into text. The file never changes.',
    },
  ],
  sources: [
    { name: 'Intel SDM vol. 3, Paging: Access Rights, Page-Fault Exceptions', says: 'Access rights are those of the paging entries: R/W, U/S, XD. A violation raises a page-fault exception.', url: 'https://www.intel.com/sdm' },
    { name: 'Intel SDM vol. 3, Exception Classifications', says: 'A fault is reported with the saved rip at the instruction that faulted, so that it can be executed again.', url: 'https://www.intel.com/sdm' },
    { name: 'sigaction(2)', says: 'SEGV_ACCERR: invalid permissions for mapped object. SEGV_MAPERR: address not mapped to object. si_addr is the address of the fault.', url: 'https://man7.org/linux/man-pages/man2/sigaction.2.html' },
    { name: 'elf(5)', says: '.text holds the instructions, of type SHT_PROGBITS with SHF_ALLOC and SHF_EXECINSTR.', url: 'https://man7.org/linux/man-pages/man5/elf.5.html' },
    { name: 'proc_pid_mem(5), ptrace(2)', says: 'Memory of another process can be written through the kernel; private pages are copied (FOLL_FORCE in the kernel’s mm/gup.c).', url: 'https://man7.org/linux/man-pages/man5/proc_pid_mem.5.html' },
  ],
  predictions: [
    {
      id: 'what', question: 'The program stores four `nop` instructions over the beginning of `main`. What do you think happens?',
      options: ['the bytes change, and nothing else: that part has been executed already', 'the bytes change, then comes a signal', 'a signal comes, and no byte has changed'], answer: 2,
      explanation: 'The permission is checked as part of the store. It faults before anything is written.',
    },
    {
      id: 'rip', question: 'Where will `rip` be when the program is stopped?', options: ['at the store', 'behind the store', 'at address 0'], answer: 0,
      explanation: 'A page fault is a fault in the processor’s narrow sense: it leaves `rip` at the instruction, which could be tried again, say after the kernel has brought the page. This time it sends a signal instead.',
    },
    {
      id: 'code', question: 'Which code will the signal carry?', options: ['`SEGV_MAPERR`: nothing is mapped there', '`SEGV_ACCERR`: it is mapped, but not for this'], answer: 1,
      explanation: 'The address is in the middle of a mapping. Only its permissions are in the way.',
    },
  ],
  steps: [
    { id: 'bytes', text: 'Look at the first bytes of `main` in memory. They are what gdb shows as instructions.', action: { label: 'main in memory', kind: 'go', view: 'memory', place: { printed: 'main' } } },
    { id: 'disassemble', text: 'The same as instructions.', action: { label: 'The source and its instructions', kind: 'go', view: 'source', place: { expression: '$rip' } } },
    { id: 'pages', text: 'Ask what a write there would do, before it is done.', action: { label: 'The page of main', kind: 'go', view: 'pages', place: { printed: 'main' } } },
    { id: 'go', text: 'Continue. The program tries it.', action: { label: 'Continue', kind: 'run', command: 'continue' } },
    { id: 'why', text: 'See what was tried, where, and which rule forbade it.', action: { label: 'Why it stopped', kind: 'go', view: 'explain' } },
    { id: 'rip', text: '`rip` stands at the store, and the bytes of `main` are what they were.', action: { label: 'main in memory', kind: 'go', view: 'memory', place: { printed: 'main' } } },
  ],
};
