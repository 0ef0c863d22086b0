import type { ExplainedSignal } from '../../model/explanation.ts';

/** si_code of a signal that the kernel raised without a number of its own (asm-generic/siginfo.h). */
export const SI_KERNEL = 0x80;
export const SEGV_MAPERR = 1;
export const SEGV_ACCERR = 2;
export const SEGV_PKUERR = 4;
export const BUS_ADRALN = 1;
export const BUS_ADRERR = 2;
export const FPE_INTDIV = 1;
export const FPE_FLTDIV = 3;
export const TRAP_BRKPT = 1;

export const SIGNAL_NUMBERS: Readonly<Record<ExplainedSignal, number>> = { SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGSEGV: 11 };

type Names = Readonly<Record<number, readonly [name: string, meaning: string]>>;

/** Codes of one signal (sigaction(2), asm-generic/siginfo.h). */
const OWN: Readonly<Record<ExplainedSignal, Names>> = {
  SIGSEGV: {
    1: ['SEGV_MAPERR', 'nothing is mapped there'], 2: ['SEGV_ACCERR', 'the mapping does not allow it'], 3: ['SEGV_BNDERR', 'a bound check failed'],
    4: ['SEGV_PKUERR', 'the protection key does not allow it'], 10: ['SEGV_CPERR', 'the shadow stack disagrees'],
  },
  SIGBUS: {
    1: ['BUS_ADRALN', 'the address is not aligned'], 2: ['BUS_ADRERR', 'there is no memory behind the mapping'], 3: ['BUS_OBJERR', 'the device reported an error'],
    4: ['BUS_MCEERR_AR', 'the memory is broken'], 5: ['BUS_MCEERR_AO', 'memory broke, not yet used'],
  },
  SIGILL: {
    1: ['ILL_ILLOPC', 'no such opcode'], 2: ['ILL_ILLOPN', 'no such instruction or operand'], 3: ['ILL_ILLADR', 'no such addressing mode'], 4: ['ILL_ILLTRP', 'no such trap'],
    5: ['ILL_PRVOPC', 'privileged opcode'], 6: ['ILL_PRVREG', 'privileged register'],
  },
  SIGFPE: {
    1: ['FPE_INTDIV', 'integer division'], 2: ['FPE_INTOVF', 'integer overflow'], 3: ['FPE_FLTDIV', 'floating-point division by zero'], 4: ['FPE_FLTOVF', 'floating-point overflow'],
    5: ['FPE_FLTUND', 'floating-point underflow'], 6: ['FPE_FLTRES', 'floating-point result is not exact'], 7: ['FPE_FLTINV', 'invalid floating-point operation'],
  },
  SIGTRAP: { 1: ['TRAP_BRKPT', 'breakpoint'], 2: ['TRAP_TRACE', 'single step'], 3: ['TRAP_BRANCH', 'branch taken'], 4: ['TRAP_HWBKPT', 'hardware breakpoint or watchpoint'] },
  SIGABRT: {},
};

/** Codes of any signal. Those of 0 and below say that a process sent it (sigaction(2)). */
const COMMON: Names = {
  [SI_KERNEL]: ['SI_KERNEL', 'raised by the kernel, which was not told more'], 0: ['SI_USER', 'sent with kill'], [-1]: ['SI_QUEUE', 'sent with sigqueue'], [-2]: ['SI_TIMER', 'a timer ended'],
  [-3]: ['SI_MESGQ', 'a message queue changed'], [-4]: ['SI_ASYNCIO', 'asynchronous input or output ended'], [-5]: ['SI_SIGIO', 'input or output is possible'],
  [-6]: ['SI_TKILL', 'sent with tgkill, as raise and abort do'],
};

export function codeOf(signal: ExplainedSignal, number: number): { readonly name: string; readonly number: number; readonly meaning: string } {
  const [name, meaning] = (number > 0 && number !== SI_KERNEL ? OWN[signal][number] : COMMON[number]) ?? [`si_code ${number}`, 'not documented'];
  return { name, number, meaning };
}
