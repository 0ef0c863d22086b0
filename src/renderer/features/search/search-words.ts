import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import { halfToNumber } from '../../../shared/analysis/search/number-bounds.ts';
import type { SearchType } from '../../../shared/analysis/search/parse-pattern.ts';
import { skipWords } from '../../../shared/analysis/search/skip-words.ts';
import type { SearchPattern, SkippedBytes } from '../../../shared/model/search.ts';
import type { SearchView } from '../../state/search-control.ts';

/** What a place holds, read as the search read it. '' when its bytes are not known. */
export function valueWords(pattern: SearchPattern, bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (pattern.type) {
    case 'integer': {
      if (bytes.length * 8 < pattern.widthBits) return '';
      let value = 0n;
      for (let i = 0; i < pattern.widthBits / 8; i++) value = (value << 8n) | BigInt(bytes[pattern.bigEndian ? i : pattern.widthBits / 8 - 1 - i] ?? 0);
      return String(pattern.signed ? BigInt.asIntN(pattern.widthBits, value) : value);
    }
    case 'float':
      if (bytes.length * 8 < pattern.widthBits) return '';
      if (pattern.widthBits === 16) return String(Number(halfToNumber(view.getUint16(0, !pattern.bigEndian)).toPrecision(5)));
      return pattern.widthBits === 32 ? String(Number(view.getFloat32(0, !pattern.bigEndian).toPrecision(9))) : String(view.getFloat64(0, !pattern.bigEndian));
    case 'pointer': return bytes.length < 8 ? '' : `→ ${formatAddress(toAddress(view.getBigUint64(0, true)))}`;
    case 'text': return `"${printable(new TextDecoder(pattern.encoding).decode(bytes))}"`;
    case 'regex': return `"${printable(new TextDecoder('latin1').decode(bytes.subarray(0, 24)))}"`;
    case 'bytes': return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }
}

function printable(text: string): string {
  return text.replaceAll(/[\p{C}\ufffd]/gu, '·');
}

/** `1 204 places`, `no place`, with what kept the search from telling more. */
export function totalWords({ phase, total, result, cancelled }: SearchView): string {
  const count = total === 0 ? 'No place' : total === 1 ? '1 place' : `${formatCount(total)} places`;
  if (phase === 'searching') return total === 0 ? 'Searching…' : `${count} so far`;
  if (phase === 'refining') return 'Looking again…';
  if (cancelled) return `${count}, cancelled`;
  return result?.ended === 'limit' ? `${count}, and there may be more` : count;
}

/** One line for each reason why bytes were left out. */
export function skippedLines(skipped: readonly SkippedBytes[]): string[] {
  return skipped.map(({ reason, bytes }) => `${formatSize(bytes)} ${skipWords(reason)}`);
}

export function skippedTotal(skipped: readonly SkippedBytes[]): bigint {
  return skipped.reduce((sum, { bytes }) => sum + bytes, 0n);
}

export const TYPE_GROUPS: readonly { readonly title: string; readonly types: readonly { readonly type: SearchType | 'guess'; readonly title: string }[] }[] = [
  { title: 'Bytes and text', types: [{ type: 'guess', title: 'As written' }, { type: 'hex', title: 'Hex bytes' }, { type: 'text', title: 'Text' }, { type: 'utf16', title: 'UTF-16' }, { type: 'regex', title: 'Expression' }] },
  { title: 'Pointers', types: [{ type: 'pointer', title: 'Pointer' }] },
  { title: 'Integers', types: (['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'] as const).map((type) => ({ type, title: type })) },
  { title: 'Floating point', types: (['f16', 'f32', 'f64'] as const).map((type) => ({ type, title: type })) },
];

/** What may be written into the pattern field. */
export function placeholderOf(type: SearchType | 'guess'): string {
  switch (type) {
    case 'guess': return 'de ad ?? ef, some text, /expr/';
    case 'hex': return 'de ad ?? e?';
    case 'text': case 'utf16': return 'some text';
    case 'regex': return 'id=[0-9]+';
    case 'pointer': return 'symbol, address, or 0x…..0x…';
    case 'f16': case 'f32': case 'f64': return '1.5, 1.5±0.01, 1..2, any';
    default: return '42, 0x2a, 42±3, 40..50, any';
  }
}
