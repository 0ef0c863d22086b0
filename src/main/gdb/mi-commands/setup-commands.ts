import { miCommand, nothing, quoteForCli } from './mi-command.ts';
import type { MiCommand } from './mi-command.ts';
import { listOf, textOf, textsIn } from './read-reply.ts';

/** gdb's own version text; it prints it on the console stream. */
export function gdbVersion(): MiCommand<string> {
  return miCommand('-gdb-version', { decode: (_, consoleText) => consoleText });
}

/** `python`, `breakpoint-notifications`, `data-read-memory-bytes` … */
export function listFeatures(): MiCommand<readonly string[]> {
  return miCommand('-list-features', { decode: (reply) => textsIn(listOf(reply.results, 'features')) });
}

/** A setting by name, such as `disable-randomization`. `value` goes to the command-line interpreter as it is. */
export function gdbSet(setting: string, value: string): MiCommand<void> {
  return miCommand('-gdb-set', { rawTail: `${setting} ${value}`, decode: nothing });
}

export function gdbShow(setting: string): MiCommand<string> {
  return miCommand('-gdb-show', { rawTail: setting, decode: (reply) => textOf(reply.results, 'value') });
}

/** How gdb treats SIGSTOP: stop and tell, but never hand it to the program. Our interrupts are SIGSTOPs. */
export function keepSigstopFromProgram(): MiCommand<void> {
  return consoleCommand('handle SIGSTOP stop print nopass');
}

/** Makes gdb forget a variable of the program's environment. */
export function unsetEnvironment(name: string): MiCommand<void> {
  return consoleCommand(`unset environment ${name}`);
}

export function setEnvironment(name: string, value: string): MiCommand<void> {
  return gdbSet('environment', `${name}=${value}`);
}

/** Executable and symbols from one file; '' forgets both. */
export function fileExecAndSymbols(path: string): MiCommand<void> {
  return miCommand('-file-exec-and-symbols', { rawTail: quoteForCli(path), decode: nothing, slow: true });
}

/** A second, empty inferior. Its name is `i2` or the like. */
export function addInferior(): MiCommand<string> {
  return miCommand('-add-inferior', { decode: (reply) => textOf(reply.results, 'inferior') });
}

/** The inferior that commands without a scope apply to, such as `i1`. */
export function currentInferior(): MiCommand<string> {
  return miCommand('-data-evaluate-expression', { args: ['$_inferior'], decode: (reply) => `i${textOf(reply.results, 'value')}` });
}

/** A scoped command leaves its inferior the current one; this sets it back, without the words that `inferior` would print in the console. */
export function selectInferior(group: string): MiCommand<void> {
  return miCommand('-data-evaluate-expression', { scope: { threadGroup: group }, args: ['0'], decode: nothing });
}

export function removeInferior(group: string): MiCommand<void> {
  return miCommand('-remove-inferior', { args: [group], decode: nothing });
}

/**
 * Reads a library's symbols into an inferior that never runs. `target:` keeps gdb from resolving symbolic links in the name: what it has read is shared only between equal names, and at
 * an attach it uses the loader's name as it is.
 */
export function addSymbolFile(group: string, path: string): MiCommand<void> {
  return miCommand('-interpreter-exec', { scope: { threadGroup: group }, args: ['console', `add-symbol-file ${quoteForCli(`target:${path}`)}`], decode: nothing, slow: true });
}

/** Reads symbols of loaded libraries, by the names that the loader has for them. */
export function readLibrarySymbols(paths: readonly string[]): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', `sharedlibrary ${paths.map(exactly).join(String.raw`\|`)}`], decode: nothing, slow: true });
}

/** A regular expression, of the kind that gdb's commands take (regex(7), obsolete basic ones), for one string. */
function exactly(text: string): string {
  return `^${text.replaceAll(/[.[\]*^$\\]/g, (character) => `\\${character}`)}$`;
}

/** Makes gdb read the debug information of the unit that has this place, `main` or `*0x…`. */
export function readUnitOf(place: string, group: string | undefined): MiCommand<void> {
  return miCommand('-interpreter-exec', { scope: { threadGroup: group }, args: ['console', `info line ${place}`], decode: nothing, slow: true });
}

export function gdbExit(): MiCommand<void> {
  return miCommand('-gdb-exit', { decode: nothing });
}

/** A command of gdb's command line whose printed text nobody needs. */
function consoleCommand(command: string): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', command], decode: nothing });
}
