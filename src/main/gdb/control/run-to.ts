import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Breakpoints } from '../breakpoints.ts';
import { breakDelete } from '../mi-commands/breakpoint-commands.ts';
import { resume } from '../mi-commands/run-commands.ts';
import { nextOutcome, nextRun } from '../run-state/next-outcome.ts';
import type { Hold } from '../target/hold.ts';

export interface RunToParts {
  readonly hold: Hold;
  readonly breakpoints: Breakpoints;
  readonly breakpointsChanged: () => void;
  readonly goOn: (run: () => Promise<void>) => Promise<void>;
}

/**
 * Goes on until a place is reached, by a temporary breakpoint. (gdb's own `until PLACE` and `advance` also stop when the function returns.) A stop for another reason ends the
 * wish, and the breakpoint with it. Resolves when the program runs.
 */
export async function runTo(parts: RunToParts, location: string, threadId: number | undefined): Promise<void> {
  const { hold: { connection, subscribe }, breakpoints, breakpointsChanged: told } = parts;
  const { number } = await breakpoints.insert({ location, condition: undefined, temporary: true, hardware: false, threadId });
  told();
  const end = nextOutcome(subscribe);
  const tidy = async (): Promise<void> => {
    if (connection.ended !== undefined) return;
    // Reached: gdb has deleted it already.
    if ((await breakpoints.list()).some((breakpoint) => breakpoint.number === number)) await connection.run(breakDelete(number));
    await breakpoints.list();
    told();
  };
  const running = nextRun(subscribe);
  try {
    await parts.goOn(() => connection.run(resume('continue', threadId)));
  } catch (error) {
    await tidy();
    throw error;
  }
  end.then(tidy, tidy).catch((error: unknown) => {
    if (!(error instanceof VmatlasError)) throw error;
    // gdb ended, or the program: then the breakpoint is of no consequence.
  });
  await running;
}
