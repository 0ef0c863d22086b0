import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import type { BreakpointRequest } from '../../target/debugger.ts';
import { miCommand, nothing } from './mi-command.ts';
import type { MiCommand } from './mi-command.ts';
import { readBreakpoint } from './read-debug.ts';
import { listOf, tupleOf, tuplesIn } from './read-reply.ts';

/** Rejects when the location is unknown: no pending breakpoints behind the user's back. */
export function breakInsert(request: BreakpointRequest): MiCommand<BreakpointInfo> {
  const args: string[] = [];
  if (request.temporary) args.push('-t');
  if (request.hardware) args.push('-h');
  if (request.condition !== undefined) args.push('-c', request.condition);
  return miCommand('-break-insert', { args: [...args, request.location], decode: (reply) => readBreakpoint(tupleOf(reply.results, 'bkpt')), slow: true });
}

export function breakDelete(number: string): MiCommand<void> {
  return miCommand('-break-delete', { args: [number], decode: nothing });
}

export function breakEnable(number: string, enabled: boolean): MiCommand<void> {
  return miCommand(enabled ? '-break-enable' : '-break-disable', { args: [number], decode: nothing });
}

export function breakList(): MiCommand<readonly BreakpointInfo[]> {
  return miCommand('-break-list', {
    decode: (reply) => tuplesIn(listOf(tupleOf(reply.results, 'BreakpointTable'), 'body')).map(readBreakpoint),
  });
}
