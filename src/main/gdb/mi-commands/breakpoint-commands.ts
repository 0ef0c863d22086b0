import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import type { WatchAccess } from '../../../shared/model/run-control.ts';
import type { BreakpointRequest } from '../../target/debugger.ts';
import type { CatchRequest } from '../../target/debugger-control.ts';
import { miCommand, nothing } from './mi-command.ts';
import type { MiCommand, MiScope } from './mi-command.ts';
import { readBreakpoint } from './read-debug.ts';
import { listOf, MalformedReply, optionalTuple, textOf, tupleOf, tuplesIn } from './read-reply.ts';

/** Rejects when the location is unknown: no pending breakpoints behind the user's back. */
export function breakInsert(request: BreakpointRequest): MiCommand<BreakpointInfo> {
  const args: string[] = [];
  if (request.temporary) args.push('-t');
  if (request.hardware) args.push('-h');
  if (request.condition !== undefined) args.push('-c', request.condition);
  if (request.ignoreCount !== undefined && request.ignoreCount > 0) args.push('-i', String(request.ignoreCount));
  if (request.threadId !== undefined) args.push('-p', String(request.threadId));
  return miCommand('-break-insert', { args: [...args, request.location], decode: (reply) => readBreakpoint(tupleOf(reply.results, 'bkpt')), slow: true });
}

const watchFlags: Readonly<Record<WatchAccess, readonly string[]>> = { write: [], read: ['-r'], access: ['-a'] };
const watchKeys = ['wpt', 'hw-rwpt', 'hw-awpt'] as const;

/** Answers with the number only; gdb may have made a watchpoint that single-steps. */
export function breakWatch(expression: string, access: WatchAccess, scope: MiScope): MiCommand<string> {
  return miCommand('-break-watch', {
    scope,
    args: [...watchFlags[access], expression],
    decode: (reply) => {
      const made = watchKeys.map((key) => optionalTuple(reply.results, key)).find((tuple) => tuple !== undefined);
      if (made === undefined) throw new MalformedReply('no watchpoint');
      return textOf(made, 'number');
    },
  });
}

/** MI has catch commands only for libraries and exceptions; the console's print `Catchpoint 2 (fork)`. Names were checked: they are words. */
export function catchEvent({ kind, what, temporary }: CatchRequest): MiCommand<string> {
  return miCommand('-interpreter-exec', {
    args: ['console', [temporary ? 'tcatch' : 'catch', kind, ...what].join(' ')],
    decode: (_, consoleText) => {
      const made = /[Cc]atchpoint (\d+) \(/.exec(consoleText);
      if (made?.[1] === undefined) throw new MalformedReply(`catch printed ${consoleText}`);
      return made[1];
    },
    slow: true,
  });
}

export function breakDelete(number: string): MiCommand<void> {
  return miCommand('-break-delete', { args: [number], decode: nothing });
}

export function breakEnable(number: string, enabled: boolean): MiCommand<void> {
  return miCommand(enabled ? '-break-enable' : '-break-disable', { args: [number], decode: nothing });
}

/** '' takes the condition away. gdb reads the condition to the end of the line, so it is not quoted. */
export function breakCondition(number: string, condition: string): MiCommand<void> {
  return miCommand('-break-condition', { args: [number], ...(condition === '' ? {} : { rawTail: condition }), decode: nothing });
}

export function breakAfter(number: string, count: number): MiCommand<void> {
  return miCommand('-break-after', { args: [number, String(count)], decode: nothing });
}

export function breakList(): MiCommand<readonly BreakpointInfo[]> {
  return miCommand('-break-list', {
    decode: (reply) => tuplesIn(listOf(tupleOf(reply.results, 'BreakpointTable'), 'body')).map(readBreakpoint),
  });
}
