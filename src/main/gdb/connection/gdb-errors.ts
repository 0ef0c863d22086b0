import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ErrorCode } from '../../../shared/model/errors.ts';

interface Meaning {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
}

/** gdb's words (LC_ALL=C.UTF-8, gdb 13.1) that have a meaning of their own. */
const meanings: readonly Meaning[] = [
  { pattern: /thread is running|while the target is running|the program is running/i, code: 'target-running', message: 'The program is running; this needs it stopped.', remedy: 'Interrupt it first.' },
  {
    pattern: /Could not insert hardware|too many hardware breakpoints|No hardware breakpoint support/, code: 'no-debug-register', message: 'The processor has four debug registers, and all that are needed are not free.',
    remedy: 'Delete or disable a watchpoint or hardware breakpoint first.',
  },
  {
    pattern: /^Target \S+ does not support this command/, code: 'cannot-reverse', message: 'This target cannot run backwards.', remedy: 'Record the program first; then it can be run back to where the recording began.',
  },
  {
    pattern: /^No registers\.|not being run|No thread selected|has no registers|Invalid thread id|No frame selected|No stack\.|without a live process|Unknown thread/i,
    code: 'not-attached', message: 'There is no stopped program to ask.',
  },
  { pattern: /^Function ".*" not defined|^No symbol table is loaded|^No source file named|^No line \d+ in|^No symbol ["'].*["'] in|not defined in/i, code: 'unknown-location', message: 'gdb does not know that place.' },
];

/** The error for `^error`: gdb's own words are always in the evidence. */
export function gdbSaid(words: string, command: string, origin: Error): VmatlasError {
  const meaning = meanings.find((candidate) => candidate.pattern.test(words));
  return new VmatlasError(
    {
      code: meaning?.code ?? 'gdb-error',
      message: meaning?.message ?? `gdb says: ${words.trim().split('\n')[0] ?? ''}`,
      evidence: `${command}: ${words}`,
      ...(meaning?.remedy === undefined ? {} : { remedy: meaning.remedy }),
    },
    { cause: origin },
  );
}
