import type { FrameInfo, ThreadInfo } from '../../../shared/model/debug.ts';
import { miCommand } from './mi-command.ts';
import type { MiCommand } from './mi-command.ts';
import { readFrame, readThread } from './read-debug.ts';
import { integerOf, listOf, optionalInteger, textOf, textsIn, tuplesIn } from './read-reply.ts';

export function threadInfo(): MiCommand<{ readonly threads: readonly ThreadInfo[]; readonly selected: number | undefined }> {
  return miCommand('-thread-info', {
    decode: (reply) => ({ threads: tuplesIn(listOf(reply.results, 'threads')).map(readThread), selected: optionalInteger(reply.results, 'current-thread-id') }),
  });
}

/** Frames low to high inclusive. Always bounded: an unbounded walk of a deep recursion takes gdb seconds and a gigabyte. */
export function stackListFrames(thread: number, low: number, high: number): MiCommand<readonly FrameInfo[]> {
  return miCommand('-stack-list-frames', {
    scope: { thread },
    args: ['--no-frame-filters', String(low), String(high)],
    decode: (reply) => tuplesIn(listOf(reply.results, 'stack')).map(readFrame),
  });
}

/** Register names by number; '' for numbers without a register. */
export function dataListRegisterNames(thread: number | undefined): MiCommand<readonly string[]> {
  return miCommand('-data-list-register-names', { scope: { thread }, decode: (reply) => textsIn(listOf(reply.results, 'register-names')) });
}

/** Values of the numbers asked for, in hex; registers that are unavailable in this frame are left out. */
export function dataListRegisterValues(thread: number, frame: number, numbers: readonly number[]): MiCommand<ReadonlyMap<number, string>> {
  return miCommand('-data-list-register-values', {
    scope: { thread, frame },
    args: ['--skip-unavailable', 'x', ...numbers.map(String)],
    decode: (reply) => new Map(tuplesIn(listOf(reply.results, 'register-values')).map((tuple) => [integerOf(tuple, 'number'), textOf(tuple, 'value')])),
  });
}
