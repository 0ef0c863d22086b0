import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { breakCondition } from '../mi-commands/breakpoint-commands.ts';

/** '' takes the condition away. Rejects with `invalid-argument` and gdb's words for one that it does not understand there. */
export async function changeCondition(connection: MiConnection, number: string, condition: string): Promise<void> {
  try {
    await connection.run(breakCondition(number, condition));
  } catch (error) {
    if (!(error instanceof VmatlasError) || (error.code !== 'gdb-error' && error.code !== 'unknown-location')) throw error;
    throw new VmatlasError({
      code: 'invalid-argument', message: 'gdb does not understand this condition where the breakpoint is.', evidence: error.evidence ?? error.message,
      remedy: 'Use names that are known at the breakpoint, in the language of the program.',
    }, { cause: error });
  }
}
