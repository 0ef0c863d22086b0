import { parseAddress, toAddress, type Address } from '../../address/address.ts';
import { VmatlasError } from '../../model/errors.ts';
import { MAX_PATTERN_BYTES, type SearchPattern } from '../../model/search.ts';
import { floatBounds, parseInteger } from './number-bounds.ts';

export const SEARCH_TYPES = [
  'hex', 'text', 'utf16', 'regex', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f16', 'f32', 'f64', 'pointer',
] as const;
/** How the text of a pattern is to be read. */
export type SearchType = (typeof SEARCH_TYPES)[number];

const ALIASES: Readonly<Record<string, SearchType>> = {
  bytes: 'hex', string: 'text', utf8: 'text', 'utf-8': 'text', ascii: 'text', 'utf-16': 'utf16', utf16le: 'utf16', 're': 'regex', int8: 'i8', uint8: 'u8', byte: 'u8', int16: 'i16',
  uint16: 'u16', int32: 'i32', int: 'i32', uint32: 'u32', int64: 'i64', uint64: 'u64', long: 'i64', half: 'f16', float16: 'f16', float: 'f32', float32: 'f32', double: 'f64',
  float64: 'f64', ptr: 'pointer',
};

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  readonly bigEndian?: boolean;
}

/** A type by its name or a usual other name (`int`, `double`, `ptr`); undefined for none. */
export function searchTypeOf(name: string): SearchType | undefined {
  const wanted = name.toLowerCase();
  return SEARCH_TYPES.find((type) => type === wanted) ?? ALIASES[wanted];
}

/** The reading of a pattern given without a type: pairs of hex digits (two pairs at least) or `?` are bytes, `/…/` is an expression, everything else is text. */
export function guessSearchType(text: string): SearchType {
  if (/^\/.+\/i?$/s.test(text)) return 'regex';
  return /^(?:0x)?[0-9a-f?]{2}(?:[\s_]*[0-9a-f?]{2})+$/i.test(text.trim()) && /[0-9a-f]/i.test(text) ? 'hex' : 'text';
}

/** What a text means as a pattern. Throws `invalid-argument` with what is wrong. */
export function parsePattern(text: string, type: SearchType, options: PatternOptions = {}): SearchPattern {
  const { ignoreCase = false, bigEndian = false } = options;
  switch (type) {
    case 'hex': return parseHexPattern(text);
    case 'text': return textPattern({ type: 'text', text: unquoted(text), encoding: 'utf-8', ignoreCase });
    case 'utf16': return textPattern({ type: 'text', text: unquoted(text), encoding: bigEndian ? 'utf-16be' : 'utf-16le', ignoreCase });
    case 'regex': return regexPattern(text, ignoreCase);
    case 'pointer': return parsePointer(text);
    case 'f16': case 'f32': case 'f64': {
      const widthBits = Number(type.slice(1)) as 16 | 32 | 64;
      return { type: 'float', widthBits, bigEndian, ...floatBounds(text, widthBits) };
    }
    default: {
      const widthBits = Number(type.slice(1)) as 8 | 16 | 32 | 64;
      return integerPattern(text, widthBits, type.startsWith('i'), bigEndian);
    }
  }
}

/** A pointer to anywhere in [start, end). */
export function pointerPattern(start: Address, end: Address): SearchPattern {
  if (end <= start) throw wrong('the range that pointers are to lead to is empty');
  return { type: 'pointer', start, end };
}

/** `de ad ?? ef`, `4?`, `deadbeef`: two digits a byte, `?` for any digit. */
function parseHexPattern(text: string): SearchPattern {
  const digits = text.trim().replace(/^0x/i, '').replaceAll(/[\s_,]/g, '');
  if (digits === '') throw wrong('there are no bytes in it');
  const bad = /[^0-9a-fA-F?]/.exec(digits)?.[0];
  if (bad !== undefined) throw wrong(`"${bad}" is no hex digit`, 'Write two hex digits a byte, ? for any digit: de ad ?? e?');
  if (digits.length % 2 === 1) throw wrong('the last byte has one digit only', 'Write two hex digits a byte, ? for any digit: de ad ?? e?');
  const length = digits.length / 2;
  if (length > MAX_PATTERN_BYTES) throw wrong(`it is longer than ${MAX_PATTERN_BYTES} bytes`);
  const bytes = new Uint8Array(length);
  const mask = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const [high, low] = [digits[2 * i] ?? '', digits[2 * i + 1] ?? ''];
    mask[i] = (high === '?' ? 0 : 0xf0) | (low === '?' ? 0 : 0x0f);
    bytes[i] = Number.parseInt(`${high === '?' ? '0' : high}${low === '?' ? '0' : low}`, 16);
  }
  if (mask.every((bits) => bits === 0)) throw wrong('every byte of it is a wildcard', 'Give at least one hex digit.');
  return { type: 'bytes', bytes, mask };
}

/** `"…"` may be put round a text with blanks at its ends. */
function unquoted(text: string): string {
  return /^".*"$/s.test(text) && text.length > 2 ? text.slice(1, -1) : text;
}

function textPattern(pattern: Extract<SearchPattern, { type: 'text' }>): SearchPattern {
  if (pattern.text === '') throw wrong('there is no text in it');
  // No encoding here takes more than 4 bytes a code point.
  if (pattern.text.length * 4 > MAX_PATTERN_BYTES) throw wrong(`it is longer than ${MAX_PATTERN_BYTES / 4} characters`);
  return pattern;
}

function regexPattern(text: string, ignoreCase: boolean): SearchPattern {
  const [, body, flag] = /^\/(.*)\/(i?)$/s.exec(text) ?? [undefined, text, ''];
  const source = body ?? '';
  if (source === '') throw wrong('the expression is empty');
  if (source.length > MAX_PATTERN_BYTES) throw wrong(`the expression is longer than ${MAX_PATTERN_BYTES} characters`);
  try {
    if (new RegExp(source, 's').test('')) throw wrong('the expression fits no bytes at all, which is everywhere', 'Use + instead of *.');
  } catch (error) {
    if (error instanceof VmatlasError) throw error;
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  return { type: 'regex', source, ignoreCase: ignoreCase || flag === 'i' };
}

function integerPattern(text: string, widthBits: 8 | 16 | 32 | 64, signed: boolean, bigEndian: boolean): SearchPattern {
  const least = signed ? -(1n << BigInt(widthBits - 1)) : 0n;
  const most = (1n << BigInt(signed ? widthBits - 1 : widthBits)) - 1n;
  const [low, high] = integerBounds(text.trim(), least, most);
  if (low > most || high < least) throw wrong(`${text.trim()} does not fit into ${signed ? 'a signed' : 'an unsigned'} integer of ${widthBits} bits`, `It holds ${least} to ${most}.`);
  if (low > high) throw wrong('the lower bound is above the upper one');
  return { type: 'integer', widthBits, signed, bigEndian, low: low < least ? least : low, high: high > most ? most : high };
}

/** `42`, `0x2a`, `42±3`, `42+-3`, `10..20`, `any`. */
function integerBounds(text: string, least: bigint, most: bigint): readonly [bigint, bigint] {
  if (/^(?:any|\*)$/i.test(text)) return [least, most];
  const number = (part: string): bigint => {
    const value = parseInteger(part);
    if (value === undefined) throw wrong(`"${part}" is no integer`, 'Write 42, 0x2a, 40..50, 42±3, or any.');
    return value;
  };
  const range = /^(.+)\.\.(.+)$/.exec(text);
  if (range) return [number(range[1] ?? ''), number(range[2] ?? '')];
  const about = /^(.+?)\s*(?:±|\+-|\+\/-)\s*(.+)$/.exec(text);
  if (!about) return [number(text), number(text)];
  const [value, tolerance] = [number(about[1] ?? ''), number(about[2] ?? '')];
  return [value - tolerance, value + tolerance];
}

/** `0x7ffff7dd5000` is that very address; `A..B` or `A-B` is any address from A up to, not including, B. */
function parsePointer(text: string): SearchPattern {
  const range = /^\s*(\S+?)\s*(?:\.\.|-|–)\s*(\S+)\s*$/.exec(text);
  const address = (part: string): Address => {
    const value = parseAddress(part);
    if (value === undefined) throw wrong(`"${part}" is no address`);
    return value;
  };
  if (range) return pointerPattern(address(range[1] ?? ''), address(range[2] ?? ''));
  const start = address(text.trim());
  return pointerPattern(start, toAddress(start + 1n));
}

function wrong(what: string, remedy?: string): VmatlasError {
  return new VmatlasError({ code: 'invalid-argument', message: `The pattern can’t be searched for: ${what}.`, ...(remedy === undefined ? {} : { remedy }) });
}
