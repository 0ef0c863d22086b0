import type { TerminalHub } from '../../session/terminal-hub.ts';
import { within } from '../within.ts';

/** The line is on its way once the program stops behind the call that printed it; the terminal only has to be read. */
const PRINT_LIMIT_MS = 10_000;

/**
 * What a process printed. Programs of labs print `name: value`, one a line, and first of all a line with `pid N`: the terminal keeps what earlier processes of the same session
 * printed, and by this line the process's own begins.
 */
export function linesOf(text: string, pid: number): readonly string[] {
  const lines = text.replaceAll('\r', '').split('\n');
  const begin = lines.findLastIndex((line) => new RegExp(String.raw`\bpid\b\W*${pid}\b`, 'i').test(line));
  return begin < 0 ? [] : lines.slice(begin);
}

/** The newest whole line `name: value`. */
export function findPrinted(lines: readonly string[], name: string): { readonly line: string; readonly value: string } | undefined {
  // The last piece has no newline behind it yet.
  for (const line of lines.slice(0, -1).toReversed()) {
    const at = line.indexOf(':');
    if (at >= 0 && line.slice(0, at).trim() === name) return { line, value: line.slice(at + 1).trim() };
  }
  return undefined;
}

/** Waits until a line of a process has come through its terminal. Rejects with `gdb-timeout` when it does not come. */
export async function awaitPrinted(hub: TerminalHub, pid: number, name: string, signal: AbortSignal, limitMs = PRINT_LIMIT_MS): Promise<{ readonly line: string; readonly value: string }> {
  let unsubscribe: () => void = () => undefined;
  const found = new Promise<{ readonly line: string; readonly value: string }>((resolve) => {
    const look = (): void => {
      const printed = findPrinted(linesOf(decode(hub.printed()), pid), name);
      if (printed) resolve(printed);
    };
    unsubscribe = hub.onPrinted(look);
    look();
  });
  try {
    return await within(found, limitMs, `The program printed no line “${name}: …”`, signal);
  } finally {
    unsubscribe();
  }
}

export function printedLines(hub: TerminalHub, pid: number): readonly string[] {
  return linesOf(decode(hub.printed()), pid);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
