import type { ErrorCode } from '../../../shared/model/errors.ts';

export const EXIT_DONE = 0;
/** What was asked for is not so: an address is unmapped, a byte unreadable, a name unknown. */
export const EXIT_NOT_SO = 1;
export const EXIT_USAGE = 2;
/** The target can't be opened, or was lost. */
export const EXIT_NO_TARGET = 3;

const NO_TARGET: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'no-such-process', 'process-exited', 'process-is-zombie', 'process-is-kernel-thread', 'already-traced', 'permission-denied', 'not-64-bit', 'executable-missing',
  'launch-failed', 'attach-refused', 'target-lost', 'gdb-missing', 'gdb-too-old', 'gdb-start-failed', 'gdb-ended', 'connection-lost',
  'compiler-missing', 'compile-failed', 'no-debug-information',
]);

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'usage' || code === 'invalid-argument' || code === 'unknown-lab') return EXIT_USAGE;
  return NO_TARGET.has(code) ? EXIT_NO_TARGET : EXIT_NOT_SO;
}

/** For the end of every --help. */
export const EXIT_CODE_HELP = `Exit status:
  0  done
  1  the thing asked for is not so: an address is unmapped, a byte unreadable, a name unknown
  2  usage
  3  the target can't be opened, or was lost
Errors go to stderr as one sentence; with --json as {"error":{"code","message","evidence","remedy"}}.`;
