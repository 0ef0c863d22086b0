/**
 * Splits a line into arguments as a POSIX shell does with quotes and backslashes (XCU 2.2), without expanding anything: `a "b c" d\ e` → a, `b c`, `d e`.
 * Undefined when a quote is not closed.
 */
export function splitArgs(line: string): string[] | undefined {
  const args: string[] = [];
  let current: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (quote === "'") {
      if (character === "'") quote = undefined;
      else current += character;
    } else if (character === '\\' && (quote === undefined || '"\\$`'.includes(line.charAt(i + 1)))) {
      i++;
      if (i >= line.length) return undefined;
      current = (current ?? '') + line.charAt(i);
    } else if (quote === '"') {
      if (character === '"') quote = undefined;
      else current += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      current ??= '';
    } else if (/\s/.test(character)) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else {
      current = (current ?? '') + character;
    }
  }
  if (quote !== undefined) return undefined;
  if (current !== undefined) args.push(current);
  return args;
}

/** The inverse, for showing and editing a remembered command line. */
export function joinArgs(args: readonly string[]): string {
  return args.map((arg) => (arg !== '' && /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}
