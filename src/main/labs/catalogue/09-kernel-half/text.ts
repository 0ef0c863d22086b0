import type { LabText } from '../../lab-definition.ts';

export const kernelHalfText: LabText = {
  name: 'kernel-half',
  number: 9,
  title: 'The kernel half and the gap below it',
  summary: 'Reading where the kernel lives, reading where no address can be, and the only door between the two sides.',
  intro: [
    {
      kind: 'text',
      text: 'An x86-64 pointer has 64 bits, but with four levels of page tables the processor translates only 48 of them. The upper 16 must repeat bit 47; an address that does so is called canonical. That leaves two halves, one at the bottom for programs, one at the top for the kernel, and a gap between them in which no address can be.',
    },
    {
      kind: 'table',
      head: ['addresses', 'what they are'],
      rows: [
        ['0xffff_8000_0000_0000 to the top', 'the kernel’s half: canonical, for supervisor mode only'],
        ['0x0000_8000_0000_0000 to 0xffff_7fff_ffff_ffff', 'not canonical: no address at all'],
        ['0 to 0x0000_7fff_ffff_ffff', 'the program’s half'],
      ],
    },
    {
      kind: 'text',
      text: 'Both accesses end in SIGSEGV, but not for the same reason. An address of the kernel’s half is a good address that this program may not use: the processor begins to translate it, raises a page fault (#PF) and notes the address in its register CR2, and the kernel passes the address on. A non-canonical one is refused before any translation by a general protection fault (#GP), which comes without an address: the signal says 0 and code `SI_KERNEL`, and only the instruction’s operand tells what was wrong.',
    },
    {
      kind: 'text',
      text: 'With five levels of page tables 57 bits are translated and the gap is smaller; therefore the program tries `0x8000_0000_0000_0000`, which is non-canonical either way.',
    },
    {
      kind: 'text',
      text: 'What is left is the `syscall` instruction. It enters the kernel at the one place that the kernel has chosen, and the kernel decides what happens. For a question as frequent as “what time is it” that is too slow, so the kernel maps code and data of its own into every program: `[vdso]` holds a small shared library, `[vvar]` the data that it reads. `clock_gettime` is answered there, without entering the kernel.',
    },
  ],
  sources: [
    { name: 'Linux Documentation/arch/x86/x86_64/mm.rst', says: 'The virtual memory map with four and with five levels of page tables: user half, the hole of non-canonical addresses, kernel half.', url: 'https://docs.kernel.org/arch/x86/x86_64/mm.html' },
    { name: 'Intel SDM vol. 1, 3.3.7.1', says: 'Canonical addressing: an address whose upper bits do not repeat the highest translated one is not canonical, and a reference to it raises a general-protection exception (#GP), or #SS on the stack.' },
    { name: 'sigaction(2)', says: 'si_code SEGV_MAPERR: address not mapped to an object. SI_KERNEL: sent by the kernel. si_addr is the address of the fault.', url: 'https://man7.org/linux/man-pages/man2/sigaction.2.html' },
    { name: 'Linux arch/x86/mm/fault.c and arch/x86/kernel/traps.c', says: 'A page fault at a kernel address from user mode becomes SIGSEGV with SEGV_MAPERR and the address; a general protection fault becomes SIGSEGV forced with SI_KERNEL and no address.', url: 'https://github.com/torvalds/linux/tree/master/arch/x86' },
    { name: 'syscall(2)', says: 'On x86-64 the instruction is syscall, the number goes into rax.', url: 'https://man7.org/linux/man-pages/man2/syscall.2.html' },
    { name: 'vdso(7)', says: 'The kernel maps a small shared library into every process, for calls that are frequent enough to be slow as system calls; on x86-64 it exports __vdso_clock_gettime. AT_SYSINFO_EHDR tells where.', url: 'https://man7.org/linux/man-pages/man7/vdso.7.html' },
  ],
  predictions: [
    {
      id: 'kernel-signal',
      question: 'The program reads a byte at 0xffff_8000_0000_0000, in the kernel’s half. What does it get?',
      options: ['The kernel’s byte: reading does no harm', 'SIGSEGV with the address', 'SIGBUS: there is no such address', 'SIGSEGV without the address'],
      answer: 1,
      explanation: 'The address is canonical, so it is translated; the page fault knows it. The code is SEGV_MAPERR, as for any unmapped address: the kernel does not tell a program what it has mapped up there.',
    },
    {
      id: 'gap-signal',
      question: 'And at 0x8000_0000_0000_0000, which is not canonical?',
      options: ['The same: SIGSEGV with the address', 'SIGSEGV with address 0 and code SI_KERNEL', 'SIGILL: the instruction is invalid'],
      answer: 1,
      explanation: 'The processor refuses before it translates: a general protection fault, and that one carries no address. Who sees address 0 in a crash report should not think of NULL before having looked at the code.',
    },
    {
      id: 'doors',
      question: 'The program calls `getppid` five times and `clock_gettime` five times. How often does it enter the kernel?',
      options: ['Ten times', 'Five times', 'Never: both are library functions'],
      answer: 1,
      explanation: '`getppid` makes a system call each time. `clock_gettime` runs in the `[vdso]` and reads what the kernel keeps up to date in `[vvar]`.',
    },
    {
      id: 'rows-above',
      question: 'How many rows of /proc/PID/maps lie in the kernel’s half?',
      options: ['None but perhaps [vsyscall]', 'As many as the kernel has regions', 'One for all of the kernel'],
      answer: 0,
      explanation: 'maps lists what belongs to the program. The kernel’s own mappings are not among it, though they lie in the same page tables. `[vsyscall]` is one page at a fixed address up there, kept for very old programs, and on many systems `--xp` or gone.',
    },
  ],
  steps: [
    { id: 'map', text: 'The map shows the whole 64-bit space: the kernel’s half on top, the gap, and below it all that is the program’s.', action: { kind: 'go', view: 'map', place: { expression: 'kernel_half' }, label: 'Show the kernel half' } },
    { id: 'first', text: 'Let the program run into its first fault.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'explain', text: 'Read the explanation: which address, and from where it is known.', action: { kind: 'go', view: 'explain', label: 'Explanation' } },
    { id: 'registers', text: 'The instruction reads through rax. Compare rax with the address in the signal.', action: { kind: 'go', view: 'registers', label: 'Registers' } },
    { id: 'second', text: 'Continue twice: the program’s handler catches the signal, the program stops once before its next attempt, and then tries the gap. Now the signal’s address is 0, and only rax tells what was tried.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'to-door', text: 'Continue to the line before the calls.', action: { kind: 'run', command: 'continue', label: 'Continue' } },
    { id: 'catch', text: 'Let gdb stop at every system call, then continue a few times: `getppid` stops, going in and coming out. Once the clock’s turn has come, nothing stops until the program ends its loop.', action: { kind: 'type', terminal: 'gdb', text: 'catch syscall', label: 'catch syscall' } },
    { id: 'vdso', text: 'Go to the `[vdso]`: it begins with the bytes of an ELF file that lies on no disk. The symbols in it are the calls that need no door.', action: { kind: 'go', view: 'memory', place: { printed: 'vdso' }, label: 'Go to [vdso]' } },
  ],
};
