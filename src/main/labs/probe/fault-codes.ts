/** Names of si_code for the signals of faults (sigaction(2); include/uapi/asm-generic/siginfo.h). */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  SIGSEGV: ['', 'SEGV_MAPERR', 'SEGV_ACCERR', 'SEGV_BNDERR', 'SEGV_PKUERR'],
  SIGBUS: ['', 'BUS_ADRALN', 'BUS_ADRERR', 'BUS_OBJERR'],
  SIGFPE: ['', 'FPE_INTDIV', 'FPE_INTOVF', 'FPE_FLTDIV'],
  SIGILL: ['', 'ILL_ILLOPC', 'ILL_ILLOPN', 'ILL_ILLADR', 'ILL_ILLTRP', 'ILL_PRVOPC'],
};

/** For all signals: who sent it. */
const SENDERS = new Map([[0x80, 'SI_KERNEL'], [0, 'SI_USER'], [-6, 'SI_TKILL']]);

export function codeName(signal: string, code: number): string {
  return (NAMES[signal]?.[code] || SENDERS.get(code)) ?? String(code);
}
