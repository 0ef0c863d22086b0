import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataEvaluateExpression } from '../mi-commands/expression-commands.ts';
import type { MiScope } from '../mi-commands/mi-command.ts';
import { gdbSet, gdbShow } from '../mi-commands/setup-commands.ts';
import type { ProtectMemoryRequest } from '../../target/debugger.ts';
import { numberOf } from './evaluate-address.ts';

/** Errors of mprotect(2), include/uapi/asm-generic/errno-base.h. */
const ERRNO = new Map([[1n, 'EPERM'], [12n, 'ENOMEM'], [13n, 'EACCES'], [22n, 'EINVAL'], [38n, 'ENOSYS']]);

/**
 * Lets the stopped thread call the C library's mprotect. gdb puts its registers, signal state and stack back afterwards; the program's errno is put back too. The other threads
 * stay stopped meanwhile (scheduler-locking). Rejects with `unreadable` and the kernel's errno as evidence when the call fails, with `unsupported` when there is no such function.
 */
export async function protectMemory(connection: MiConnection, request: ProtectMemoryRequest): Promise<void> {
  const scope: MiScope = { thread: request.threadId, frame: request.threadId === undefined ? undefined : 0, language: 'c' };
  const evaluate = (expression: string): Promise<string> => connection.run(dataEvaluateExpression(expression, scope));
  const number = async (expression: string): Promise<bigint> => {
    const text = await evaluate(expression);
    const value = numberOf(text);
    if (value === undefined) throw new VmatlasError({ code: 'gdb-error', message: 'gdb’s answer to a call is not a number.', evidence: `${expression}: ${text}` });
    return BigInt.asIntN(32, value);
  };
  await withSettings(connection, { 'scheduler-locking': 'on', 'unwindonsignal': 'on' }, async () => {
    const errnoPlace = '*((int *(*)(void)) __errno_location)()';
    try {
      await evaluate('(long) &mprotect');
    } catch (error) {
      if (error instanceof VmatlasError && error.code === 'gdb-ended') throw error;
      throw new VmatlasError({ code: 'unsupported', message: 'This program has no mprotect function that gdb could call.', evidence: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
    const before = await number(errnoPlace);
    const call = `((int (*)(unsigned long, unsigned long, int)) mprotect)(0x${request.start.toString(16)}, 0x${request.lengthBytes.toString(16)}, ${request.protection})`;
    if ((await number(call)) === 0n) return;
    const errno = await number(errnoPlace);
    await evaluate(`${errnoPlace} = ${before}`);
    const name = ERRNO.get(errno) ?? `errno ${errno}`;
    throw new VmatlasError({ code: 'unreadable', message: `The kernel refuses to change these permissions (${name}).`, evidence: `mprotect: ${name}` });
  });
}

/** Settings are the user's too: whatever happens, they are put back. */
async function withSettings(connection: MiConnection, settings: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void> {
  const before: [string, string][] = [];
  try {
    for (const [setting, value] of Object.entries(settings)) {
      // One command after the other is how gdb works.
      // oxlint-disable-next-line no-await-in-loop
      before.push([setting, await connection.run(gdbShow(setting))]);
      // oxlint-disable-next-line no-await-in-loop
      await connection.run(gdbSet(setting, value));
    }
    await work();
  } finally {
    // oxlint-disable-next-line no-await-in-loop
    for (const [setting, value] of before) await connection.run(gdbSet(setting, value));
  }
}
