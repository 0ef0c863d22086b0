import { Buffer } from 'node:buffer';

/**
 * C strings as gdb writes and reads them in MI.
 *
 * gdb writes: printable bytes as they are, `\"` `\\`, `\a \b \e \f \n \r \t \v`, and three octal digits for any other byte, so one UTF-8 character may be
 * several octal escapes. Bytes that are no UTF-8 become U+FFFD.
 */
const BACKSLASH = 92;
const FIRST_NON_ASCII = 128;
/** The byte that each escaped character stands for: `\\n` a line feed, `\\x` an x. */
const escapedBytes = Uint8Array.from({ length: 256 }, (_, code) => code);
for (const [letter, byte] of [['a', 7], ['b', 8], ['e', 27], ['f', 12], ['n', 10], ['r', 13], ['t', 9], ['v', 11]] as const) escapedBytes[letter.charCodeAt(0)] = byte;

/** Where strings are put together; grows with the longest one, up to a limit. */
let scratch = Buffer.alloc(4096);
const MAX_KEPT_SCRATCH_BYTES = 1024 * 1024;

/** Decodes the inside of a C string, `bytes[start, end)`. Escapes become bytes first and the whole is decoded then: half a character may be raw and half of it escaped. */
export function decodeCString(bytes: Uint8Array, start: number, end: number): string {
  let out = scratch;
  if (end - start > out.length) {
    out = Buffer.alloc(2 * (end - start));
    if (out.length <= MAX_KEPT_SCRATCH_BYTES) scratch = out;
  }
  let length = 0;
  let seen = 0;
  for (let at = start; at < end; ) {
    let code = bytes[at++] ?? 0;
    if (code === BACKSLASH && at < end) {
      const escaped = bytes[at++] ?? 0;
      code = escapedBytes[escaped] ?? 0;
      let digit = escaped - 48;
      if (digit >= 0 && digit <= 7) {
        code = digit;
        for (const lastDigit = Math.min(at + 2, end); at < lastDigit; at++) {
          digit = (bytes[at] ?? 0) - 48;
          if (digit < 0 || digit > 7) break;
          code = code * 8 + digit;
        }
      }
    }
    out[length++] = code;
    seen |= code;
  }
  return out.toString((seen & 0xff) >= FIRST_NON_ASCII ? 'utf8' : 'latin1', 0, length);
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
