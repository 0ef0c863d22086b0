import { toAddress, type Address } from '../../../shared/address/address.ts';
import { pairAt, SYMBOL_BINDINGS, SYMBOL_KINDS, type ModuleFacts, type SymbolColumns } from '../../../shared/model/module-tables.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';

/** The symbols of some modules, as they have come so far. Rows are made when they are shown. */
export interface SymbolChunk {
  readonly module: ModuleFacts;
  readonly columns: SymbolColumns;
  /** Names of the module's sections by number. */
  readonly sections: ReadonlyMap<number, string>;
  /** Names as they are searched: lower case, readable and linker's form. */
  readonly searched: readonly string[];
}

export interface SymbolRow {
  readonly module: ModuleFacts;
  readonly name: string;
  /** Readable name, or the linker's where it is that already. */
  readonly shown: string;
  readonly kind: SymbolRef['type'];
  readonly binding: SymbolRef['binding'];
  readonly size: bigint;
  readonly section: string;
  readonly address: Address;
}

export type SymbolSort = 'address' | 'name' | 'size' | 'kind' | 'section';

export interface SymbolFilter {
  /** Every word must occur in the name. */
  readonly text: string;
  /** '' for all. */
  readonly section: string;
  readonly kind: 'all' | 'data' | 'functions';
  readonly sort: SymbolSort;
  readonly descending: boolean;
}

export function makeChunk(module: ModuleFacts, columns: SymbolColumns, sections: ReadonlyMap<number, string>): SymbolChunk {
  const searched = columns.names.map((name, i) => `${columns.demangled[i] ?? ''} ${name}`.toLowerCase());
  return { module, columns, sections, searched };
}

export function rowAt({ module, columns, sections }: SymbolChunk, index: number): SymbolRow {
  const name = columns.names[index] ?? '';
  return {
    module, name, shown: columns.demangled[index] || name, kind: SYMBOL_KINDS[columns.kind[index] ?? 4] ?? 'other', binding: SYMBOL_BINDINGS[columns.binding[index] ?? 0] ?? 'local',
    size: pairAt(columns.size, index), section: sections.get(columns.section[index] ?? 0) ?? '', address: toAddress(pairAt(columns.address, index)),
  };
}

/** Rows as pairs chunk << 16 | index, in the order of the filter. A chunk has at most 65536 rows. */
export function pickSymbols(chunks: readonly SymbolChunk[], filter: SymbolFilter): Float64Array {
  const words = filter.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const picked: number[] = [];
  for (const [chunk, { columns, sections, searched }] of chunks.entries()) {
    const wanted = filter.section === '' ? undefined : new Set([...sections].filter(([, name]) => name === filter.section).map(([index]) => index));
    for (let i = 0; i < columns.length; i++) {
      if (wanted && !wanted.has(columns.section[i] ?? 0)) continue;
      const kind = SYMBOL_KINDS[columns.kind[i] ?? 4] ?? 'other';
      if (filter.kind === 'data' && kind !== 'object' && kind !== 'tls') continue;
      if (filter.kind === 'functions' && kind !== 'function' && kind !== 'ifunc') continue;
      const text = searched[i] ?? '';
      if (words.every((word) => text.includes(word))) picked.push(chunk * 65_536 + i);
    }
  }
  const rows = Float64Array.from(picked);
  const key = sortKey(chunks, filter.sort);
  const sign = filter.descending ? -1 : 1;
  // Made once per row: a comparison runs some million times.
  const keys = new Map<number, number | string>(picked.map((row) => [row, key(row)]));
  return rows.sort((a, b) => {
    const [x, y] = [keys.get(a) ?? 0, keys.get(b) ?? 0];
    return x < y ? -sign : x > y ? sign : a - b;
  });
}

/** Addresses and sizes as Numbers: exact for every user address. */
function sortKey(chunks: readonly SymbolChunk[], sort: SymbolSort): (row: number) => number | string {
  const pair = (pairs: Uint32Array, index: number): number => (pairs[index * 2 + 1] ?? 0) * 2 ** 32 + (pairs[index * 2] ?? 0);
  return (row) => {
    const chunk = chunks[Math.floor(row / 65_536)];
    const index = row % 65_536;
    if (!chunk) return 0;
    const { columns, sections } = chunk;
    switch (sort) {
      case 'address': return pair(columns.address, index);
      case 'size': return pair(columns.size, index);
      case 'kind': return columns.kind[index] ?? 0;
      case 'section': return sections.get(columns.section[index] ?? 0) ?? '';
      case 'name': return columns.demangled[index] || (columns.names[index] ?? '');
    }
  };
}
