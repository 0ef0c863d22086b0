import { cProgram, type LabDefinition } from '../../lab-definition.ts';
import { callsThatEnter, clockWithoutEntering, kernelLibrary } from './door-checks.ts';
import { gapFault, kernelHalfFault, nothingAbove } from './fault-checks.ts';
import { kernelHalfText } from './text.ts';

export const kernelHalfLab: LabDefinition = {
  ...kernelHalfText,
  programs: [cProgram('kernel_half.c')],
  stages: [{ id: 'begin', tag: 'begin' }, { id: 'gap', tag: 'gap' }, { id: 'door', tag: 'door' }, { id: 'clock', tag: 'clock' }, { id: 'end', tag: 'end' }],
  checks: [
    {
      id: 'nothing-above', stage: 'begin', title: 'Nothing of the program is mapped above its own half, but perhaps [vsyscall]', run: nothingAbove,
      why: 'mmap hands out addresses below 0x7fff_ffff_f000 only (unless asked for more with five-level paging). What the kernel maps for itself is not in /proc/PID/maps.',
    },
    {
      id: 'kernel-library', stage: 'begin', title: 'The kernel has mapped code of its own into the program: [vdso], with [vvar] for its data', run: kernelLibrary,
      why: 'It is the kernel’s answer to calls that are too frequent for the door: an ELF library that comes from no file, and read-only data that the kernel keeps up to date.',
    },
    {
      id: 'kernel-half', stage: 'begin', title: 'Reading the kernel’s half: SIGSEGV, SEGV_MAPERR, and the address', run: kernelHalfFault,
      why: 'The address is canonical, so the processor translates it, and raises a page fault because user mode may not use what it finds. A page fault knows its address.',
    },
    {
      id: 'gap', stage: 'gap', title: 'Reading a non-canonical address: SIGSEGV, SI_KERNEL, and address 0', run: gapFault,
      why: 'Refused before translation, by a general protection fault, which carries no address. Only the instruction’s operand tells what was tried.',
    },
    {
      id: 'door', stage: 'door', title: 'Each getppid enters the kernel once, through the syscall instruction', run: callsThatEnter,
      why: 'The parent’s number is the kernel’s to know. syscall switches to supervisor mode at the one entry point that the kernel has set up; nothing else of the upper half can be reached.',
    },
    {
      id: 'no-door', stage: 'clock', title: 'clock_gettime does not enter it: it runs in the [vdso]', run: clockWithoutEntering,
      why: 'The code that reads the clock, and the data it needs, are mapped into the program. The coarse clock is used here since it is answered so on every machine; the precise ones need a processor clock that may be read from user mode.',
    },
  ],
};
