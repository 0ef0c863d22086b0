/** Shorter runs of printable bytes are more often numbers. */
const SHORTEST = 4;

/**
 * Printable text at the start of `bytes`, up to a NUL; `cut` when the bytes end before one. UTF-8, no control characters but tab and line ends. Undefined when it is not likely text.
 * `shortest`: fewer bytes than this are not called text.
 */
export function printableText(bytes: Uint8Array, shortest = SHORTEST): { readonly text: string; readonly cut: boolean } | undefined {
  const end = bytes.indexOf(0);
  const body = end < 0 ? bytes : bytes.subarray(0, end);
  if (body.length < shortest) return undefined;
  const text = decodeUtf8(body, end < 0);
  return text === undefined || !PRINTABLE.test(text) ? undefined : { text, cut: end < 0 };
}

const PRINTABLE = /^(?:[^\p{Cc}\p{Cn}\p{Co}\p{Cs}]|[\t\n\r])*$/u;

/** As C writes it: quotes, escapes, and three dots where it is cut. */
export function quoteText({ text, cut }: { readonly text: string; readonly cut: boolean }): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  return `"${escaped}${cut ? '…' : ''}"`;
}

/**
 * UTF-8 by hand: shared code has no platform. Overlong forms, surrogates and values past U+10FFFF are refused (RFC 3629); with `cut` a character that is not complete at the end is left out.
 * Undefined when the bytes are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array, cut: boolean): string | undefined {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const one = utf8At(bytes, at);
    if (one === undefined) return cut && isBeginning(bytes, at) ? text : undefined;
    text += String.fromCodePoint(one.codePoint);
    at += one.lengthBytes;
  }
  return text;
}

/** The UTF-8 character that begins at an offset; undefined when none does, or not all of it is there. */
export function utf8At(bytes: Uint8Array, at: number): { readonly codePoint: number; readonly lengthBytes: number } | undefined {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { codePoint: first, lengthBytes: 1 };
  const length = utf8Length(first);
  if (length === 0 || at + length > bytes.length) return undefined;
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return undefined;
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  const smallest = [0, 0, 0x80, 0x800, 0x1_0000][length] ?? 0;
  if (codePoint < smallest || codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return undefined;
  return { codePoint, lengthBytes: length };
}

function utf8Length(first: number): number {
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

function isBeginning(bytes: Uint8Array, at: number): boolean {
  const length = utf8Length(bytes[at] ?? 0);
  if (length === 0 || at + length <= bytes.length) return false;
  for (let i = at + 1; i < bytes.length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}
