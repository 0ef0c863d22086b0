import type { Address } from '../../../shared/address/address.ts';
import { formatAddress } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';
import { CELL_VALID, readUnsigned, type PageCells } from '../../kernels/hex-cells.ts';
import { guessValue, type GuessedValue } from '../../kernels/hex-values.ts';
import type { HexUnit } from './hex-model.ts';

export interface RowSymbol {
  readonly symbol: SymbolRef;
  /** Columns of this row that belong to it: first, and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly begins: boolean;
  readonly value: GuessedValue;
}

/** A symbol is read this far to guess its value: enough for a short text. */
const PEEK_BYTES = 32;

/** Data symbols that own bytes of a row, with what their bytes say. Functions colour nothing: their bytes are instructions. */
export function rowSymbols(unit: HexUnit, start: Address, byteCount: number, regions: RegionTable | undefined): RowSymbol[] {
  const end = start + BigInt(byteCount);
  const found: RowSymbol[] = [];
  for (const symbol of unit.symbols) {
    const size = symbol.sizeBytes;
    const symbolEnd = symbol.address + (size > 0n ? size : 1n);
    if (symbol.address >= end) break;
    if (symbolEnd <= start || symbol.type === 'tls') continue;
    const begins = symbol.address >= start;
    if (symbol.type === 'function' || symbol.type === 'ifunc') {
      if (begins) found.push({ symbol, from: 0, to: 0, begins, value: { tint: 'rec', text: '' } });
      continue;
    }
    const from = begins ? Number(symbol.address - start) : 0;
    const to = symbolEnd < end ? Number(symbolEnd - start) : byteCount;
    found.push({ symbol, from, to: size === 0n ? from : to, begins, value: symbolValue(unit, symbol, regions) });
  }
  return found;
}

function symbolValue(unit: HexUnit, symbol: SymbolRef, regions: RegionTable | undefined): GuessedValue {
  const base = pageStart(unit.page);
  const offset = Number(symbol.address - base);
  const size = Number(symbol.sizeBytes);
  if (unit.cells === undefined || offset < 0) return { tint: 'rec', text: '' };
  const bytes: number[] = [];
  for (let i = 0; i < Math.min(size, PEEK_BYTES) && unit.cells.states[offset + i] === CELL_VALID; i++) bytes.push(unit.cells.values[offset + i] ?? 0);
  return guessValue(Uint8Array.from(bytes), size, (value) => pointsInto(value, regions));
}

/** Words for what a pointer-sized value points into; undefined when it points into no mapping. */
export function pointsInto(value: bigint, regions: RegionTable | undefined): string | undefined {
  const region = value < 0x1000n || value >> 64n !== 0n ? undefined : regions?.regionAt(value as Address);
  if (region === undefined || isUnmappedKind(region.kind)) return undefined;
  return `${formatAddress(value as Address)}, ${region.label}`;
}

/** The aligned pointer that begins at or covers a page offset, when its value lies in a mapping. */
export function pointerAt(cells: PageCells, offset: number, regions: RegionTable | undefined): Address | undefined {
  const value = readUnsigned(cells, offset - (offset % 8), 8);
  if (value === undefined || regions === undefined || value < 0x1000n) return undefined;
  const row = regions.indexAt(value as Address);
  return row >= 0 && !isUnmappedKind(regions.kindAt(row)) ? (value as Address) : undefined;
}

/** Smallest symbol over a column: the innermost name wins. */
export function symbolOverColumn(symbols: readonly RowSymbol[], column: number): RowSymbol | undefined {
  let best: RowSymbol | undefined;
  for (const candidate of symbols) {
    if (column >= candidate.from && column < candidate.to && (best === undefined || candidate.symbol.sizeBytes <= best.symbol.sizeBytes)) best = candidate;
  }
  return best;
}

