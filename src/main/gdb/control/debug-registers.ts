import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Breakpoints } from '../breakpoints.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { breakDelete } from '../mi-commands/breakpoint-commands.ts';
import { gdbSet, gdbShow } from '../mi-commands/setup-commands.ts';

/**
 * Makes a breakpoint that needs a debug register and has gdb put it in now. By itself gdb does that when the program goes on, and a program that has four already then does not
 * go on at all. Rejects with `no-debug-register`; nothing is left behind.
 */
export async function insertedAtOnce<T>(connection: MiConnection, breakpoints: Breakpoints, stopped: boolean, insert: () => Promise<T>): Promise<T> {
  const before = new Set((await breakpoints.list()).map(({ number }) => number));
  // In a running program gdb puts them in at once anyway.
  const usual = stopped ? await connection.run(gdbShow('breakpoint always-inserted')) : undefined;
  try {
    const set = usual === undefined ? undefined : connection.run(gdbSet('breakpoint always-inserted', 'on'));
    const made = insert();
    const restored = usual === undefined ? undefined : made.then(nothing, nothing).then(() => connection.run(gdbSet('breakpoint always-inserted', usual)));
    const [answer] = await Promise.all([made, set, restored]);
    return answer;
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'no-debug-register') await takeBack(connection, breakpoints, before);
    throw error;
  }
}

/** gdb keeps a breakpoint that it could not put in. */
async function takeBack(connection: MiConnection, breakpoints: Breakpoints, before: ReadonlySet<string>): Promise<void> {
  const left = (await breakpoints.list()).filter(({ number }) => !before.has(number));
  await Promise.all(left.map(({ number }) => connection.run(breakDelete(number))));
  await breakpoints.list();
}

function nothing(): void {
  // Restored either way.
}
