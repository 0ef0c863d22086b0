import type { SignalHandling } from '../../../shared/model/run-control.ts';
import { miCommand, nothing } from './mi-command.ts';
import type { MiCommand, MiScope } from './mi-command.ts';
import { listOf, MalformedReply, optionalText, textOf, textsIn, tuplesIn } from './read-reply.ts';

/** The signal table; MI has no command for it. A line: `SIGINT        Yes\tYes\tNo\t\tInterrupt`. */
export function signalTable(name?: string): MiCommand<readonly SignalHandling[]> {
  return miCommand('-interpreter-exec', { args: ['console', name === undefined ? 'info signals' : `info signals ${name}`], decode: (_, consoleText) => readSignals(consoleText) });
}

export function readSignals(consoleText: string): readonly SignalHandling[] {
  const rows = [...consoleText.matchAll(/^(SIG\S+|EXC_\S+)\s+(Yes|No)\t(Yes|No)\t(Yes|No)\t+(.*)$/gm)].map(([, name = '', stop, print, pass, meaning = '']) =>
    ({ name, meaning: meaning.trim(), stop: stop === 'Yes', print: print === 'Yes', pass: pass === 'Yes' }));
  if (rows.length === 0) throw new MalformedReply(`info signals printed ${consoleText.slice(0, 200)}`);
  return rows;
}

/** `name` was checked: it is a word that gdb's own table has. */
export function handleSignal(name: string, actions: readonly string[]): MiCommand<readonly SignalHandling[]> {
  return miCommand('-interpreter-exec', { args: ['console', ['handle', name, ...actions].join(' ')], decode: (_, consoleText) => readSignals(consoleText) });
}

/** `async`, `reverse` … of the target as it is now. */
export function listTargetFeatures(): MiCommand<readonly string[]> {
  return miCommand('-list-target-features', { decode: (reply) => textsIn(listOf(reply.results, 'features')) });
}

export function recordFull(): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', 'record full'], decode: nothing });
}

export function recordStop(): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', 'record stop'], decode: nothing });
}

/** How the current inferior is recorded: `Active record target: record-full`, or `No recording is currently active.` */
export function recordInfo(): MiCommand<'full' | 'btrace' | undefined> {
  return miCommand('-interpreter-exec', {
    args: ['console', 'info record'],
    decode: (_, consoleText) => (/record-full/.test(consoleText) ? 'full' : /record-btrace/.test(consoleText) ? 'btrace' : undefined),
  });
}

/** Processes that gdb holds, by thread group. */
export function threadGroups(): MiCommand<readonly { readonly group: string; readonly pid: number }[]> {
  return miCommand('-list-thread-groups', {
    decode: (reply) => tuplesIn(listOf(reply.results, 'groups')).flatMap((tuple) => {
      const pid = Number(optionalText(tuple, 'pid') ?? '');
      return pid > 0 ? [{ group: textOf(tuple, 'id'), pid }] : [];
    }),
  });
}

/**
 * Makes gdb forget the stack and code it has read. It keeps them from one command to the next while the program is stopped (gdb manual, "Caching Target Data"), and hears nothing of what
 * others write into `/proc/PID/mem`.
 */
export function forgetMemory(): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', 'maintenance flush dcache'], decode: nothing });
}

/**
 * Makes gdb work out frames anew. To gdb any assignment means that they may be others (value_assign), and it puts the selected frame back; `maintenance flush register-cache` would select the
 * innermost. A register that is assigned the value it has is not written (regcache::raw_write); in an outer frame $rsp could not be assigned.
 */
export function forgetFrames(thread: number): MiCommand<void> {
  return miCommand('-data-evaluate-expression', { scope: { thread, frame: 0, language: 'c' }, args: ['$rsp = $rsp'], decode: nothing });
}

/** Assigns a register's part, in C whatever the frame's language. */
export function assignRegister(target: string, value: string, scope: MiScope): MiCommand<string> {
  return miCommand('-data-evaluate-expression', { scope: { ...scope, language: 'c' }, args: [`${target} = ${value}`], decode: (reply) => textOf(reply.results, 'value') });
}
