import { formatAddress } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { DEBUG_REGISTERS, DEBUG_REGISTER_BYTES } from '../../../shared/model/run-control.ts';
import type { WatchRequest } from '../../target/debugger-control.ts';
import { placeOfValue } from '../breakpoints.ts';
import type { Breakpoints } from '../breakpoints.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { breakAfter, breakDelete, breakWatch } from '../mi-commands/breakpoint-commands.ts';
import type { MiScope } from '../mi-commands/mi-command.ts';
import { rangeExpression } from '../mi-commands/read-debug.ts';
import { changeCondition } from './condition.ts';
import { insertedAtOnce } from './debug-registers.ts';

/**
 * Makes a watchpoint that the processor keeps. What does not fit into its debug registers is refused: gdb would single-step the program instead, a thousand times slower, or find
 * out only when the program is to go on.
 */
export async function insertWatchpoint(connection: MiConnection, breakpoints: Breakpoints, request: WatchRequest, stopped: boolean): Promise<BreakpointInfo> {
  const { subject, access } = request;
  // A range needs no frame; its expression is C.
  const scope: MiScope = subject.kind === 'range' ? { language: 'c' } : { thread: subject.threadId, frame: subject.frameLevel };
  const expression = subject.kind === 'range' ? rangeExpression(subject.range) : subject.expression;
  const range = subject.kind === 'range' ? subject.range : await placeOfValue(connection, expression, scope);
  if (range !== undefined) refuseTooWide(range);
  const number = await insertedAtOnce(connection, breakpoints, stopped, () => connection.run(breakWatch(expression, access, scope)).catch((error: unknown) => { throw notWatchable(expression, error); }));
  if (range !== undefined) breakpoints.rememberWatched(number, range);
  try {
    if (request.condition !== undefined) await changeCondition(connection, number, request.condition);
    if (request.ignoreCount > 0) await connection.run(breakAfter(number, request.ignoreCount));
    const made = await breakpoints.get(number);
    if (made.kind === 'watch-software') throw withoutRegister(expression);
    return made;
  } catch (error) {
    if (connection.ended === undefined) await connection.run(breakDelete(number)).catch(() => undefined);
    throw error;
  }
}

/** Debug registers that a range takes: each covers 1, 2, 4 or 8 bytes at a multiple of its own size. */
export function registersFor({ start, end }: AddressRange): number {
  let count = 0;
  for (let at: bigint = start; at < end; count++) {
    if (count > DEBUG_REGISTERS) return count;
    let size = BigInt(DEBUG_REGISTER_BYTES);
    while (at % size !== 0n || at + size > end) size /= 2n;
    at += size;
  }
  return count;
}

function refuseTooWide(range: AddressRange): void {
  const needed = registersFor(range);
  if (needed <= DEBUG_REGISTERS) return;
  const length = range.end - range.start;
  const aligned = range.start - (range.start % BigInt(DEBUG_REGISTER_BYTES));
  const most = BigInt(DEBUG_REGISTERS * DEBUG_REGISTER_BYTES);
  throw new VmatlasError({
    code: 'cannot-watch',
    message: length <= most ? 'These bytes do not begin where the processor can watch them.' : `The processor can watch at most ${most} bytes, and these are ${length}.`,
    evidence: `${formatAddress(range.start)}, ${length} bytes: more than ${DEBUG_REGISTERS} debug registers of at most ${DEBUG_REGISTER_BYTES} aligned bytes each`,
    remedy: `Watch fewer bytes, such as the ${length <= most ? DEBUG_REGISTER_BYTES : most} at ${formatAddress(aligned as typeof range.start)}.`,
  });
}

function withoutRegister(expression: string): VmatlasError {
  return new VmatlasError({
    code: 'cannot-watch',
    message: 'The processor cannot watch this value: it has no place in memory, or its place is not fixed.',
    evidence: `gdb would single-step the program to watch ${expression}`,
    remedy: `Watch its address, or type "watch ${expression}" in the gdb console to have the program single-stepped.`,
  });
}

function notWatchable(expression: string, error: unknown): unknown {
  if (!(error instanceof VmatlasError)) return error;
  const said = error.evidence ?? error.message;
  if (/cannot be implemented with read\/access watchpoint/.test(said)) {
    return new VmatlasError({
      code: 'cannot-watch', message: 'The processor cannot watch this value for reads.', evidence: said, remedy: `Watch at most ${DEBUG_REGISTERS * DEBUG_REGISTER_BYTES} bytes at a fixed address.`,
    }, { cause: error });
  }
  if (/Cannot watch constant value|no address|not an lvalue|value cannot be watched/i.test(said)) {
    return new VmatlasError({ code: 'cannot-watch', message: `${expression} never changes: there is nothing to watch.`, evidence: said, remedy: 'Name a variable, or select bytes and watch those.' }, { cause: error });
  }
  return error;
}
