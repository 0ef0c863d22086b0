import { CELL_NOT_PRESENT, CELL_UNMAPPED, CELL_UNREADABLE, CELL_VALID } from '../../model/byte-cell.ts';
import type { PageBytes, SymbolColumns } from './insides.ts';

/** Two characters for a byte: its digits, `··` not read because its page is not present, `!!` the kernel refuses, spaces while the answer is on its way. No state shows digits that were not read. */
export function byteText(bytes: PageBytes | undefined, offset: number): string {
  switch (bytes?.states[offset]) {
    case CELL_VALID: return (bytes.values[offset] ?? 0).toString(16).padStart(2, '0');
    case CELL_NOT_PRESENT: return '··';
    case CELL_UNREADABLE: return '!!';
    case CELL_UNMAPPED: return '--';
    default: return '  ';
  }
}

export function characterOf(value: number): string {
  return value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.';
}

/** The symbols that begin in a row, with the value of the first where it is a number of 1, 2, 4 or 8 bytes: `initialized_global = 42, hits`. */
export function rowNote(symbols: SymbolColumns | undefined, bytes: PageBytes | undefined, start: bigint, count: number): string {
  if (!symbols) return '';
  const from = Number(start - symbols.base);
  const parts: string[] = [];
  for (let i = firstFrom(symbols, from); i < symbols.length && (symbols.from[i] ?? 0) < from + count; i++) {
    const at = symbols.from[i] ?? 0;
    const value = symbolValue(bytes, Number((start + BigInt(at - from)) & 0xfffn), (symbols.to[i] ?? 0) - at);
    const name = symbols.names[i] ?? '';
    parts.push(value === undefined ? name : `${name} = ${value}`);
  }
  return parts.join(', ');
}

/** Signed value, little-endian; undefined unless it is as wide as a number and every byte was read. */
function symbolValue(bytes: PageBytes | undefined, offset: number, sizeBytes: number): string | undefined {
  if (!bytes || ![1, 2, 4, 8].includes(sizeBytes) || offset + sizeBytes > 4096) return undefined;
  let value = 0n;
  for (let i = sizeBytes - 1; i >= 0; i--) {
    if (bytes.states[offset + i] !== CELL_VALID) return undefined;
    value = (value << 8n) | BigInt(bytes.values[offset + i] ?? 0);
  }
  // A word of eight bytes that is an address is told as one.
  return sizeBytes === 8 && value > 0xffffn ? `0x${value.toString(16)}` : String(BigInt.asIntN(sizeBytes * 8, value));
}

/** First symbol that begins at or after an offset. */
export function firstFrom(symbols: SymbolColumns, offset: number): number {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((symbols.from[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
