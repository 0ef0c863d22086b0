/**
 * C strings as gdb writes and reads them in MI.
 *
 * gdb writes: printable bytes as they are, `\"` `\\`, `\a \b \e \f \n \r \t \v`, and three octal digits for any other byte, so one UTF-8 character may be
 * several octal escapes. Bytes that are no UTF-8 become U+FFFD.
 */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const BACKSLASH = 92;
const simpleEscapes = new Map<number, string>([
  [97, '\u0007'], [98, '\b'], [101, '\u001b'], [102, '\f'], [110, '\n'], [114, '\r'], [116, '\t'], [118, '\v'],
]);

/**
 * Decodes the inside of a C string, `text[start, end)`. With `rawBytes` each character of `text` is one byte of the line (used for lines that are not valid
 * UTF-8 as a whole); otherwise `text` has been decoded already and only octal escapes still stand for bytes.
 */
export function decodeCString(text: string, start: number, end: number, rawBytes: boolean): string {
  let out = '';
  let runStart = start;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code !== BACKSLASH && !(rawBytes && code >= 0x80)) {
      at++;
      continue;
    }
    out += text.slice(runStart, at);
    const bytes: number[] = [];
    at = takeBytes(text, at, end, rawBytes, bytes);
    if (bytes.length > 0) {
      out += utf8.decode(Uint8Array.from(bytes));
    } else {
      const escaped = text.charCodeAt(at + 1);
      out += simpleEscapes.get(escaped) ?? text.slice(at + 1, Math.min(at + 2, end));
      at += 2;
    }
    runStart = Math.min(at, end);
  }
  return out + text.slice(runStart, end);
}

/** Collects adjoining octal escapes and, with `rawBytes`, high bytes: together they may be one character. Returns where they end. */
function takeBytes(text: string, from: number, end: number, rawBytes: boolean, bytes: number[]): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      let value = 0;
      let digits = 0;
      while (digits < 3 && at + 1 + digits < end) {
        const digit = text.charCodeAt(at + 1 + digits) - 48;
        if (digit < 0 || digit > 7) break;
        value = value * 8 + digit;
        digits++;
      }
      if (digits === 0) break;
      bytes.push(value & 0xff);
      at += 1 + digits;
    } else if (rawBytes && code >= 0x80) {
      bytes.push(code);
      at++;
    } else {
      break;
    }
  }
  return at;
}

/** A C string that gdb's MI and this parser read back as `text`. Control characters become three octal digits; everything else stays UTF-8. */
export function quoteCString(text: string): string {
  return `"${text.replaceAll(/["\\\u0000-\u001f\u007f]/g, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  })}"`;
}
