import { bytesOf, floatBytes, floatOf, floatText, unsignedOf } from './numbers.ts';
import { utf8At } from './printable.ts';

/** One way to read the bytes at a place: for the data inspector. */
export interface Reading {
  readonly id: string;
  readonly title: string;
  readonly sizeBytes: number;
  /** Text of the value; '' when the bytes mean nothing so read. */
  read(bytes: Uint8Array, bigEndian: boolean): string;
  /** Bytes of a value the user typed; undefined when it is no such value. */
  write(text: string, bigEndian: boolean): Uint8Array | undefined;
}

function integer(bits: 8 | 16 | 32 | 64, signed: boolean): Reading {
  const sizeBytes = bits / 8;
  return {
    id: `${signed ? 'i' : 'u'}${bits}`, title: `${signed ? 'i' : 'u'}${bits}`, sizeBytes,
    read: (bytes, bigEndian) => (signed ? BigInt.asIntN(bits, unsignedOf(bytes, bigEndian)) : unsignedOf(bytes, bigEndian)).toString(),
    write(text, bigEndian) {
      const value = parseInteger(text);
      if (value === undefined || value < (signed ? -(1n << BigInt(bits - 1)) : 0n) || value >= 1n << BigInt(signed ? bits - 1 : bits)) return undefined;
      return bytesOf(value, sizeBytes, bigEndian);
    },
  };
}

function float(bits: 16 | 32 | 64): Reading {
  const sizeBytes = (bits / 8) as 2 | 4 | 8;
  return {
    id: `f${bits}`, title: `f${bits}`, sizeBytes,
    read: (bytes, bigEndian) => floatText(floatOf(bytes, bigEndian) ?? Number.NaN, sizeBytes),
    write(text, bigEndian) {
      const word = text.trim().toLowerCase();
      const special = { nan: Number.NaN, inf: Infinity, '+inf': Infinity, '-inf': -Infinity }[word];
      if (special === undefined && !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(word)) return undefined;
      return floatBytes(special ?? Number(word), sizeBytes, bigEndian);
    },
  };
}

/** Seconds from 1970 as `2026-07-23 12:00:00 UTC`, within the years 1 to 9999. */
function instant(id: string, title: string, sizeBytes: 4 | 8, unitsPerSecond: bigint): Reading {
  return {
    id, title, sizeBytes,
    read(bytes, bigEndian) {
      const value = BigInt.asIntN(sizeBytes * 8, unsignedOf(bytes, bigEndian));
      const ms = (value * 1000n) / unitsPerSecond;
      if (ms < -62_135_596_800_000n || ms > 253_402_300_799_999n) return '';
      return new Date(Number(ms)).toISOString().replace('T', ' ').replace(/\.000Z$|Z$/, '').concat(' UTC');
    },
    write(text, bigEndian) {
      const ms = Date.parse(`${text.trim().replace(/ ?(?:UTC|Z)$/, '').replace(' ', 'T')}Z`);
      if (Number.isNaN(ms)) return undefined;
      const value = (BigInt(ms) * unitsPerSecond) / 1000n;
      return sizeBytes === 4 && (value < -(1n << 31n) || value >= 1n << 31n) ? undefined : bytesOf(value, sizeBytes, bigEndian);
    },
  };
}

const CONTROL = /^[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u;

function shownCharacter(codePoint: number): string {
  const text = codePoint >= 0xd800 && codePoint < 0xe000 ? '' : String.fromCodePoint(codePoint);
  return text === '' || CONTROL.test(text) ? `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}` : `'${text}' U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** One typed character, or `U+00E9`. */
function parseCharacter(text: string): number | undefined {
  const code = /^U\+([0-9a-f]{1,6})$/i.exec(text.trim())?.[1];
  if (code !== undefined) {
    const value = Number.parseInt(code, 16);
    return value <= 0x10_ffff && !(value >= 0xd800 && value < 0xe000) ? value : undefined;
  }
  const quoted = /^'(.)'/su.exec(text)?.[1] ?? text;
  const [first, ...rest] = quoted;
  return first === undefined || rest.length > 0 ? undefined : first.codePointAt(0);
}

function encodeUtf8(code: number): Uint8Array {
  if (code < 0x80) return Uint8Array.of(code);
  if (code < 0x800) return Uint8Array.of(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
  if (code < 0x1_0000) return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  return Uint8Array.of(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
}

const bool: Reading = {
  id: 'bool', title: 'bool', sizeBytes: 1,
  read: ([byte = 0]) => (byte === 0 ? 'false' : byte === 1 ? 'true' : `true (${byte})`),
  write: (text) => ({ true: Uint8Array.of(1), false: Uint8Array.of(0) })[text.trim().toLowerCase()],
};

const char: Reading = {
  id: 'char', title: 'char', sizeBytes: 1,
  read: ([byte = 0]) => (byte >= 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : byte < 0x80 ? shownCharacter(byte) : ''),
  write(text) {
    const code = parseCharacter(text);
    return code !== undefined && code < 0x80 ? Uint8Array.of(code) : undefined;
  },
};

const utf8: Reading = {
  id: 'utf8', title: 'UTF-8', sizeBytes: 1,
  read(bytes) {
    const one = utf8At(bytes, 0);
    return one === undefined ? '' : shownCharacter(one.codePoint);
  },
  write(text) {
    const code = parseCharacter(text);
    return code === undefined ? undefined : encodeUtf8(code);
  },
};

const utf16: Reading = {
  id: 'utf16', title: 'UTF-16', sizeBytes: 2,
  read(bytes, bigEndian) {
    const unit = Number(unsignedOf(bytes.subarray(0, 2), bigEndian));
    if (unit < 0xd800 || unit > 0xdfff) return shownCharacter(unit);
    const low = bytes.length >= 4 ? Number(unsignedOf(bytes.subarray(2, 4), bigEndian)) : 0;
    return unit < 0xdc00 && low >= 0xdc00 && low < 0xe000 ? shownCharacter(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)) : '';
  },
  write(text, bigEndian) {
    const code = parseCharacter(text);
    if (code === undefined) return undefined;
    if (code < 0x1_0000) return bytesOf(BigInt(code), 2, bigEndian);
    const rest = code - 0x1_0000;
    return Uint8Array.from([...bytesOf(BigInt(0xd800 + (rest >> 10)), 2, bigEndian), ...bytesOf(BigInt(0xdc00 + (rest & 0x3ff)), 2, bigEndian)]);
  },
};

const pointer: Reading = {
  id: 'pointer', title: 'pointer', sizeBytes: 8,
  read: (bytes, bigEndian) => `0x${unsignedOf(bytes, bigEndian).toString(16)}`,
  write(text, bigEndian) {
    const value = parseInteger(text.replace(/^(?!0x)(?=[0-9a-f_]+$)/i, '0x'));
    return value === undefined || value < 0n || value >= 1n << 64n ? undefined : bytesOf(value, 8, bigEndian);
  },
};

/** All readings, in the order they are shown. UTF-8 and UTF-16 look further than `sizeBytes` where there is more. */
export const READINGS: readonly Reading[] = [
  integer(8, true), integer(8, false), integer(16, true), integer(16, false), integer(32, true), integer(32, false), integer(64, true), integer(64, false),
  float(16), float(32), float(64), bool, char, utf8, utf16, pointer,
  instant('time32', 'time32 s', 4, 1n), instant('time64', 'time64 s', 8, 1n), instant('time-ms', 'time64 ms', 8, 1000n), instant('time-ns', 'time64 ns', 8, 1_000_000_000n),
];

/** Decimal, `0x`, `0b`, `0o`, with `_` or spaces between digits. */
export function parseInteger(text: string): bigint | undefined {
  const plain = text.trim().replaceAll(/[_\s\u2009]/g, '').replace('−', '-').toLowerCase();
  const match = /^(-?)(\d+|0x[0-9a-f]+|0b[01]+|0o[0-7]+)$/.exec(plain);
  if (match === null) return undefined;
  const value = BigInt(match[2] ?? '0');
  return match[1] === '-' ? -value : value;
}

/** Bytes typed as hex, `2a 00 ff` or `2a00ff`; undefined when they are not. */
export function parseHexBytes(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/0x|[\s,_]/gi, '');
  if (digits === '' || digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
