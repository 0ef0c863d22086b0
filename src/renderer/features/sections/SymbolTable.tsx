import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState } from 'react';
import { addBytes, formatAddress } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { guessValue } from '../../kernels/hex-values.ts';
import type { MemoryCache } from '../../state/memory-cache.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useMemoryVersion } from '../../widgets/use-memory-version.ts';
import { VirtualRows } from '../../widgets/VirtualRows.tsx';
import { rowAt, type SymbolChunk, type SymbolRow, type SymbolSort } from './symbol-rows.ts';

const ROW_PX = 22;
/** A symbol's value is told from this many bytes at most. */
const PEEK_BYTES = 32;
const COLUMNS: readonly { readonly sort: SymbolSort; readonly title: string; readonly number?: boolean; readonly firstDescending?: boolean }[] = [
  { sort: 'name', title: 'Symbol' }, { sort: 'kind', title: 'Kind' }, { sort: 'size', title: 'Size', number: true, firstDescending: true }, { sort: 'section', title: 'Section' },
  { sort: 'address', title: 'Address' },
];

interface Props {
  readonly chunks: readonly SymbolChunk[];
  /** Rows as pickSymbols orders them. */
  readonly rows: Float64Array;
  readonly sort: SymbolSort;
  readonly descending: boolean;
  readonly onSort: (sort: SymbolSort, descending: boolean) => void;
  readonly loading: boolean;
}

/** Every symbol, with what its bytes say now. Choosing one moves the cursor. */
export function SymbolTable({ chunks, rows, sort, descending, onSort, loading }: Props) {
  const { cursor } = useApp();
  const [selected, setSelected] = useState(-1);
  useMemoryVersion();
  const row = (index: number): SymbolRow | undefined => {
    const packed = rows[index];
    const chunk = packed === undefined ? undefined : chunks[Math.floor(packed / 65_536)];
    return chunk === undefined || packed === undefined ? undefined : rowAt(chunk, packed % 65_536);
  };
  const go = (index: number): void => {
    setSelected(index);
    const symbol = row(index);
    if (symbol !== undefined) cursor.goTo(symbol.address, 'sections');
  };
  return (
    <VirtualRows
      id="symbol" label="Symbols" className="sym-table" count={rows.length} rowHeightPx={ROW_PX} selected={Math.min(selected, rows.length - 1)} onSelect={go} onOpen={go}
      empty={<div className="empty"><b>{loading ? 'Reading symbols…' : 'No symbol'}</b></div>}
      head={
        <div className="sym-row sec-head">
          {COLUMNS.map((column) => (
            <button
              key={column.sort} type="button" className={column.number ? 'n' : ''} aria-pressed={sort === column.sort} title={`Sort by ${column.title.toLowerCase()}`}
              onClick={() => onSort(column.sort, sort === column.sort ? !descending : column.firstDescending ?? false)}
            >
              {column.title}{sort === column.sort ? descending ? <ArrowDown className="ico xs" aria-label="descending" /> : <ArrowUp className="ico xs" aria-label="ascending" /> : null}
            </button>
          ))}
          <span>Value now</span>
        </div>
      }
    >
      {(index) => {
        const symbol = row(index);
        return symbol === undefined ? null : <Row symbol={symbol} />;
      }}
    </VirtualRows>
  );
}

function Row({ symbol }: { readonly symbol: SymbolRow }) {
  const { memory } = useApp();
  const regions = useSession((view) => view.regions);
  const value = valueOf(symbol, memory, regions);
  return (
    <span className="sym-row mono" title={`${symbol.shown}${symbol.shown === symbol.name ? '' : `\n${symbol.name}`}\n${symbol.binding} ${symbol.kind}, ${symbol.size} bytes, in ${symbol.module.path}`}>
      <span className="ellipsis sym-name">{symbol.shown}</span>
      <span className="f2">{symbol.binding === 'local' ? symbol.kind : `${symbol.binding} ${symbol.kind === 'function' ? 'func' : symbol.kind}`}</span>
      <span className="n">{symbol.size === 0n ? '' : String(symbol.size)}</span>
      <span className="f2 ellipsis">{symbol.section}</span>
      <span className={symbol.kind === 'tls' ? 'f3' : 'sec-address'}>{symbol.kind === 'tls' ? 'each thread its own' : formatAddress(symbol.address)}</span>
      <span className="ellipsis sym-value">{value}</span>
    </span>
  );
}

/** What a data symbol holds, from the page cache: a page that is not there is asked for, never faulted in. */
function valueOf(symbol: SymbolRow, memory: MemoryCache, regions: RegionTable | undefined): string {
  if (symbol.kind !== 'object' || symbol.size === 0n) return '';
  const region = regions?.regionAt(symbol.address);
  if (region === undefined || isUnmappedKind(region.kind)) return '';
  memory.pageAt(pageOf(symbol.address));
  const wanted = symbol.size < BigInt(PEEK_BYTES) ? Number(symbol.size) : PEEK_BYTES;
  const bytes: number[] = [];
  for (let i = 0; i < wanted; i++) {
    const byte = memory.byteAt(addBytes(symbol.address, i));
    if (byte === undefined) break;
    bytes.push(byte);
  }
  if (bytes.length === 0) return '';
  const { text } = guessValue(Uint8Array.from(bytes), Number(symbol.size), (value) => {
    const target = value > 0xfffn && value >> 64n === 0n ? regions?.regionAt(addBytes(symbol.address, value - symbol.address)) : undefined;
    return target === undefined || isUnmappedKind(target.kind) ? undefined : `0x${value.toString(16)} ${target.label}`;
  });
  // A record or table: its first bytes say more than nothing.
  return text === '' ? `${bytes.slice(0, 8).map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}${symbol.size > 8n ? ' …' : ''}` : text;
}
