/** What a program prints before it ends itself, read from its terminal. Each looks for the last such message. */

export interface PanicWords {
  readonly thread: string;
  /** `src/main.rs:4:5`. */
  readonly place: string;
  readonly text: string;
}

/** `thread 'main' (1234) panicked at src/main.rs:4:5:` and the message behind it (library/std, panicking.rs). */
export function panicIn(output: string): PanicWords | undefined {
  const match = [...output.replaceAll('\r\n', '\n').matchAll(/thread '([^']*)'(?: \(\d+\))? panicked at (\S[^\n]*?:\d+:\d+):\n([\s\S]*?)(?=\nnote: |\nstack backtrace:|\nthread '|\n?$)/g)].at(-1);
  return match && { thread: match[1] ?? '', place: match[2] ?? '', text: match[3] ?? '' };
}

/** `terminate called after throwing an instance of 'T'` and `  what():  text` (libstdc++, vterminate.cc). */
export function terminateIn(output: string): { readonly type: string; readonly text: string | undefined } | undefined {
  const match = [...output.replaceAll('\r\n', '\n').matchAll(/terminate called after throwing an instance of '([^\n]*)'(?:\n {2}what\(\): {2}([^\n]*))?/g)].at(-1);
  return match && { type: match[1] ?? '', text: match[2] };
}
