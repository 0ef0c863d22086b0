import { quoteCString } from '../mi-parser/c-string.ts';
import type { MiResultRecord } from '../mi-parser/mi-record.ts';

/**
 * One MI command, ready to send, and what its reply means. Only the functions of this folder make one, so that no reply goes unchecked
 * (mi-commands.test.ts looks for MI command names elsewhere).
 */
export interface MiCommand<T> {
  /** Without token and line end. */
  readonly text: string;
  /** Reads the reply; throws MalformedReply. `consoleText`: what gdb printed while it worked. */
  readonly decode: (reply: MiResultRecord, consoleText: string) => T;
  /** No answer for so long means gdb is stuck; undefined for commands that may read symbols for minutes. */
  readonly timeoutMs: number | undefined;
}

/** What a command applies to. Always given explicitly: the selection belongs to the user's console. */
export interface MiScope {
  readonly thread?: number | undefined;
  readonly frame?: number | undefined;
  /** undefined: the frame's own, or what the user has set. */
  readonly language?: 'c' | undefined;
  readonly threadGroup?: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

export interface MiCommandOptions<T> {
  readonly scope?: MiScope;
  readonly args?: readonly string[];
  /** Appended as it is: for commands that hand their whole rest of line to the command-line interpreter. */
  readonly rawTail?: string;
  readonly decode: (reply: MiResultRecord, consoleText: string) => T;
  readonly slow?: boolean;
}

export function miCommand<T>(name: string, options: MiCommandOptions<T>): MiCommand<T> {
  const { scope } = options;
  let text = name;
  if (scope?.threadGroup !== undefined) text += ` --thread-group ${scope.threadGroup}`;
  if (scope?.thread !== undefined) text += ` --thread ${scope.thread}`;
  if (scope?.frame !== undefined) text += ` --frame ${scope.frame}`;
  if (scope?.language !== undefined) text += ` --language ${scope.language}`;
  for (const arg of options.args ?? []) text += ` ${quoteArgument(arg)}`;
  if (options.rawTail !== undefined) text += ` ${oneLine(options.rawTail)}`;
  return { text, decode: options.decode, timeoutMs: options.slow === true ? undefined : DEFAULT_TIMEOUT_MS };
}

export function nothing(): void {
  // For replies whose `^done` says everything.
}

function quoteArgument(arg: string): string {
  return /^[A-Za-z0-9_./:+@%-]+$/.test(arg) ? arg : quoteCString(arg);
}

/** A line end would be the end of the command and the start of another. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, ' ');
}

/** Quotes one argument for gdb's command-line commands (libiberty's buildargv: backslash escapes any character). */
export function quoteForCli(text: string): string {
  return /^[A-Za-z0-9_./:+@%-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

/** Quotes one argument for a POSIX shell. */
export function quoteForShell(text: string): string {
  return /^[A-Za-z0-9_./:+@%=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
