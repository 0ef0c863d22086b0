import type { ResumeKind } from '../../../shared/model/debug.ts';
import { miCommand, nothing, quoteForShell } from './mi-command.ts';
import type { MiCommand } from './mi-command.ts';

/** Its `^done` comes before the stop. */
export function targetAttach(pid: number): MiCommand<void> {
  return miCommand('-target-attach', { args: [String(pid)], decode: nothing, slow: true });
}

/** `group`: one of several processes. */
export function targetDetach(group?: string): MiCommand<void> {
  return miCommand('-target-detach', { args: group === undefined ? [] : [group], decode: nothing });
}

export function kill(): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', 'kill'], decode: nothing });
}

/** Arguments of the program to run. gdb hands them to /bin/sh. */
export function execArguments(args: readonly string[]): MiCommand<void> {
  return miCommand('-exec-arguments', { rawTail: args.map((arg) => (arg === '' ? "''" : quoteForShell(arg))).join(' '), decode: nothing });
}

export function inferiorTty(name: string): MiCommand<void> {
  return miCommand('-inferior-tty-set', { args: [name], decode: nothing });
}

/** Answers `^running` once the program has been exec'ed. */
export function execRun(): MiCommand<void> {
  return miCommand('-exec-run', { decode: nothing, slow: true });
}

/** Runs to the very first instruction, in the loader. */
export function startAtFirstInstruction(): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', 'starti'], decode: nothing, slow: true });
}

const resumeCommands: Readonly<Record<ResumeKind, readonly [string, ...string[]]>> = {
  'continue': ['-exec-continue'],
  'step-over': ['-exec-next'],
  'step-into': ['-exec-step'],
  'step-out': ['-exec-finish'],
  'step-instruction': ['-exec-step-instruction'],
  'next-instruction': ['-exec-next-instruction'],
  'until': ['-exec-until'],
  'reverse-continue': ['-exec-continue', '--reverse'],
  'reverse-over': ['-exec-next', '--reverse'],
  'reverse-into': ['-exec-step', '--reverse'],
  'reverse-out': ['-exec-finish', '--reverse'],
  'reverse-step-instruction': ['-exec-step-instruction', '--reverse'],
  'reverse-next-instruction': ['-exec-next-instruction', '--reverse'],
};

/** Answers `^running`; the stop comes as an event. */
export function resume(kind: ResumeKind, thread: number | undefined): MiCommand<void> {
  // `finish` means the selected frame's; with a thread given, its innermost.
  const scope = { thread, frame: kind.endsWith('-out') && thread !== undefined ? 0 : undefined };
  const [name, ...args] = resumeCommands[kind];
  return miCommand(name, { scope, args, decode: nothing });
}

/** A reply means that gdb has dealt with every event before it. */
export function fence(): MiCommand<void> {
  return miCommand('-list-thread-groups', { decode: nothing });
}

/** SIGINT by gdb's own means, where we may not send a signal ourselves. */
export function execInterrupt(): MiCommand<void> {
  return miCommand('-exec-interrupt', { decode: nothing });
}
