import { toAddress, type Address } from '../address/address.ts';
import { pageStart, type PageNumber } from '../address/page.ts';
import { REGION_KINDS, type ModuleRef, type Region, type RegionKind } from './region.ts';

/**
 * The regions of one generation as columns, ascending and without overlap.
 *
 *   start of row i = startPage[i] * 4096 + startOffset[i]       (page numbers are exact in a double for all 2^64 bytes)
 *
 * Columns, because a browser renderer has a thousand regions and a stress target sixty thousand: they cross the wire as a few byte strings and are searched without making
 * an object or a bigint per row. `rowAt` makes a Region when one is to be shown.
 */
export interface RegionColumns {
  readonly length: number;
  readonly startPage: Float64Array;
  readonly startOffset: Uint16Array;
  /** Exclusive end, in the same two parts. */
  readonly endPage: Float64Array;
  readonly endOffset: Uint16Array;
  /** Index in REGION_KINDS. */
  readonly kind: Uint8Array;
  /** Bits 1 r, 2 w, 4 x, 8 shared, 16 mapped (0 where nothing is mapped). */
  readonly perms: Uint8Array;
  /** File offset of the row's start: page part and byte part. */
  readonly offsetPage: Float64Array;
  readonly offsetByte: Uint16Array;
  /** Device as major << 20 | minor. */
  readonly dev: Uint32Array;
  readonly inode: Float64Array;
  /** Indices in `strings`; 0 is ''. */
  readonly path: Uint32Array;
  readonly part: Uint32Array;
  readonly label: Uint32Array;
  /** Index in `modules`, plus 1; 0 for none. */
  readonly module: Uint32Array;
  /** Thread id, 0 for none. */
  readonly tid: Uint32Array;
  readonly strings: readonly string[];
  readonly modules: readonly ModuleRef[];
}

export const PERM_READ = 1;
export const PERM_WRITE = 2;
export const PERM_EXEC = 4;
export const PERM_SHARED = 8;
export const PERM_MAPPED = 16;

export function permsText(bits: number): string {
  if ((bits & PERM_MAPPED) === 0) return '';
  return `${bits & PERM_READ ? 'r' : '-'}${bits & PERM_WRITE ? 'w' : '-'}${bits & PERM_EXEC ? 'x' : '-'}${bits & PERM_SHARED ? 's' : 'p'}`;
}

/** Reads regions out of columns. Cheap to make; holds no copies. */
export class RegionTable {
  readonly columns: RegionColumns;

  constructor(columns: RegionColumns) {
    this.columns = columns;
  }

  get length(): number {
    return this.columns.length;
  }

  startAt(row: number): Address {
    return joinAddress(this.columns.startPage[row], this.columns.startOffset[row]);
  }

  endAt(row: number): Address {
    return joinAddress(this.columns.endPage[row], this.columns.endOffset[row]);
  }

  kindAt(row: number): RegionKind {
    return REGION_KINDS[this.columns.kind[row] ?? -1] ?? rowError(row);
  }

  labelAt(row: number): string {
    return this.columns.strings[this.columns.label[row] ?? -1] ?? rowError(row);
  }

  rowAt(row: number): Region {
    const c = this.columns;
    const dev = c.dev[row] ?? rowError(row);
    const perms = permsText(c.perms[row] ?? 0);
    const module = c.module[row] ?? 0;
    return {
      start: this.startAt(row),
      end: this.endAt(row),
      kind: this.kindAt(row),
      perms,
      offset: joinAddress(c.offsetPage[row], c.offsetByte[row]),
      dev: perms === '' ? '' : `${hex2(dev >>> 20)}:${hex2(dev & 0xfffff)}`,
      inode: BigInt(c.inode[row] ?? 0),
      path: c.strings[c.path[row] ?? 0] ?? '',
      module: module === 0 ? undefined : c.modules[module - 1],
      part: c.strings[c.part[row] ?? 0] ?? '',
      label: this.labelAt(row),
      tid: (c.tid[row] ?? 0) === 0 ? undefined : c.tid[row],
    };
  }

  /** Row that holds `address`, or -1. O(log n). */
  indexAt(address: Address): number {
    const page = Number(address >> 12n);
    const offset = Number(address & 0xfffn);
    const { startPage, startOffset, endPage, endOffset } = this.columns;
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = startPage[middle] ?? Infinity;
      if (start < page || (start === page && (startOffset[middle] ?? 0) <= offset)) low = middle + 1;
      else high = middle - 1;
    }
    if (high < 0) return -1;
    const end = endPage[high] ?? 0;
    return page < end || (page === end && offset < (endOffset[high] ?? 0)) ? high : -1;
  }

  regionAt(address: Address): Region | undefined {
    const row = this.indexAt(address);
    return row < 0 ? undefined : this.rowAt(row);
  }

  *[Symbol.iterator](): IterableIterator<Region> {
    for (let row = 0; row < this.length; row++) yield this.rowAt(row);
  }
}

function joinAddress(page: number | undefined, offset: number | undefined): Address {
  if (page === undefined || offset === undefined) throw new RangeError('no such region row');
  return toAddress(pageStart(page as PageNumber) + BigInt(offset));
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function rowError(row: number): never {
  throw new RangeError(`no region row ${row}`);
}
