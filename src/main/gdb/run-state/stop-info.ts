import type { BreakpointInfo, StopInfo } from '../../../shared/model/debug.ts';
import { readFrame } from '../mi-commands/read-debug.ts';
import { optionalInteger, optionalText, optionalTuple } from '../mi-commands/read-reply.ts';
import { MiTuple } from '../mi-parser/mi-record.ts';

/** Why there may be a stop without a reason from gdb, or a SIGSTOP that is ours. */
export interface StopContext {
  readonly attaching: boolean;
  readonly interrupting: boolean;
  /** The program is recorded. */
  readonly recording?: boolean;
  /** What is known of a breakpoint by its number. */
  readonly breakpoint?: (number: string) => BreakpointInfo | undefined;
  /** Whose hits rose since the target ran. */
  readonly hit?: BreakpointInfo | undefined;
}

/** Reads `*stopped` (GDB manual, "GDB/MI Async Records") of a target that is still there. */
export function readStop(record: MiTuple, context: StopContext): StopInfo {
  const results = ofLastReason(record);
  const frame = optionalTuple(results, 'frame');
  const signalName = optionalText(results, 'signal-name');
  const why = explain(results, context);
  return {
    reason: why.reason,
    threadId: optionalInteger(results, 'thread-id') ?? 1,
    breakpoint: why.breakpoint,
    // gdb calls a stop without a signal "0".
    signal: signalName === undefined || signalName === '0' ? undefined : { name: signalName, meaning: optionalText(results, 'signal-meaning') ?? '' },
    frame: frame && readFrame(frame),
    words: why.words,
  };
}

/**
 * gdb 13.1 writes each signal that it printed and passed on the way (`handle SIGUSR1 nostop`: reason, signal-name, signal-meaning) into the record of the stop that comes after. What
 * follows the last of them is the stop's; of a C++ catchpoint, that begins with the number and not with the reason.
 */
function ofLastReason(results: MiTuple): MiTuple {
  const at = results.names.lastIndexOf('reason');
  if (at <= results.names.indexOf('reason')) return results;
  const from = results.names.lastIndexOf('signal-meaning', at) + 1;
  return new MiTuple(results.names.slice(from), results.values.slice(from));
}

interface Why {
  readonly reason: StopInfo['reason'];
  readonly breakpoint: string | undefined;
  readonly words: string;
}

const NO_HISTORY = 'Stopped at the beginning or end of the recording';
const watchKeys = ['wpt', 'hw-rwpt', 'hw-awpt'] as const;

function explain(results: MiTuple, context: StopContext): Why {
  const reason = optionalText(results, 'reason');
  const number = optionalText(results, 'bkptno') ?? optionalText(results, 'wpnum');
  const plain = (kind: StopInfo['reason'], words: string): Why => ({ reason: kind, breakpoint: number, words });
  switch (reason) {
    case undefined:
      if (context.attaching) return plain('attached', 'Stopped by attaching');
      // A signal that is caught comes without reason and number (gdb 13.1).
      if (context.hit?.kind === 'catch') return caught(context.hit.number, context.hit.original);
      if (context.interrupting) return plain('interrupted', 'Stopped on request');
      // gdb 13.1 gives no reason for "No more reverse-execution history."
      return context.recording === true ? plain('step', NO_HISTORY) : plain('other', 'Stopped');
    case 'breakpoint-hit':
      if (number !== undefined && context.breakpoint?.(number)?.kind === 'catch') return caught(number, context.breakpoint(number)?.original ?? '');
      return plain('breakpoint', `Stopped at ${optionalText(results, 'disp') === 'del' ? 'temporary breakpoint' : 'breakpoint'} ${number ?? ''}`.trimEnd());
    case 'watchpoint-trigger':
    case 'read-watchpoint-trigger':
    case 'access-watchpoint-trigger': {
      const watched = watchKeys.map((key) => optionalTuple(results, key)).find((tuple) => tuple !== undefined);
      const watchNumber = watched && optionalText(watched, 'number');
      const expression = watched && optionalText(watched, 'exp');
      return { reason: 'watchpoint', breakpoint: watchNumber, words: `Stopped by watchpoint ${watchNumber ?? ''}${expression === undefined ? '' : ` on ${expression}`}` };
    }
    case 'watchpoint-scope':
      return plain('watchpoint', `Watchpoint ${number ?? ''} went out of scope`);
    case 'function-finished':
      return plain('step', 'Returned from the function');
    case 'end-stepping-range':
      return plain('step', 'Stopped after a step');
    case 'location-reached':
      return plain('step', 'Reached the place');
    case 'signal-received':
      return explainSignal(results, context);
    case 'exec':
      return plain('exec', `Became another program: ${optionalText(results, 'new-exec') ?? ''}`);
    case 'fork':
    case 'vfork':
      return plain('catchpoint', `Stopped at catchpoint ${number ?? ''}: ${reason}, new process ${optionalText(results, 'newpid') ?? ''}`.trimEnd());
    case 'syscall-entry':
    case 'syscall-return':
      return plain('catchpoint', `Stopped at catchpoint ${number ?? ''}: ${reason === 'syscall-entry' ? 'about to call' : 'returned from'} ${optionalText(results, 'syscall-name') ?? 'the kernel'}`);
    case 'solib-event':
      return plain('catchpoint', 'Stopped at catchpoint: solib event');
    case 'no-history':
      return plain('step', NO_HISTORY);
    default:
      return plain('other', `Stopped: ${reason}`);
  }
}

function caught(number: string, what: string): Why {
  return { reason: 'catchpoint', breakpoint: number, words: `Stopped at catchpoint ${number}: ${what}` };
}

function explainSignal(results: MiTuple, context: StopContext): Why {
  const name = optionalText(results, 'signal-name') ?? '';
  // gdb 13.1 prints "Process record does not support instruction 0x… at address …" and stops with no signal.
  if (name === '0' && context.recording === true && !context.interrupting) return { reason: 'other', breakpoint: undefined, words: 'Stopped: gdb cannot record the next instruction; its console says which' };
  if (name === '0' || (name === 'SIGSTOP' && context.interrupting)) return { reason: 'interrupted', breakpoint: undefined, words: 'Stopped on request' };
  return { reason: 'signal', breakpoint: undefined, words: `Stopped by ${name}` };
}

/** Words for a `*stopped` that says the program ended; undefined for a real stop. Exit statuses are octal in MI. */
export function endingWords(record: MiTuple): string | undefined {
  const results = ofLastReason(record);
  const reason = optionalText(results, 'reason');
  if (reason === 'exited-normally') return 'exited with status 0';
  if (reason === 'exited') return `exited with status ${Number.parseInt(optionalText(results, 'exit-code') ?? '0', 8)}`;
  if (reason !== 'exited-signalled') return undefined;
  const meaning = optionalText(results, 'signal-meaning');
  return `killed by ${optionalText(results, 'signal-name') ?? 'a signal'}${meaning === undefined ? '' : ` (${meaning})`}`;
}
