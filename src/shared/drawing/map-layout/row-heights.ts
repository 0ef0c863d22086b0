import { PAGE_SIZE_BYTES } from '../../address/page.ts';
import type { RegionColumns } from '../../model/region-table.ts';
import { isUnmappedKind, REGION_KINDS, type RegionKind } from '../../model/region.ts';
import { Scratch } from './scratch.ts';

/** A block shorter than this holds no text. From the visual tokens: 13 px. */
export const READABLE_PX = 13;

/** The same for a gap, which has one line without a tag. */
const READABLE_GAP_PX = 11.4;

/** Height a row would like to have where there is room, by kind; the others go by their size. Kinds in which something is drawn (rsp, frames, growth) ask for more. */
const FIXED_PX: Partial<Record<RegionKind, number>> = { kernel: 22, 'non-canonical': 25, null: 15.5, stack: 56, 'stack-room': 23, heap: 48 };

/** The least that such a kind needs for what is drawn in it. */
const TIGHT_PX: Partial<Record<RegionKind, number>> = { stack: 38, 'stack-room': 18, heap: 32, gap: READABLE_GAP_PX };

/** Kinds the reader always looks for: they keep their height while the crowd is compressed. */
const FEATURED: ReadonlySet<RegionKind> = new Set<RegionKind>(['kernel', 'non-canonical', 'null', 'stack', 'stack-room', 'heap', 'vdso', 'vvar', 'vsyscall']);

export interface RowWishes {
  /** Wished height in px at zoom 1, where there is room. */
  readonly wishedPx: Float64Array;
  /** Least height at which the row still shows all it has to say; at most the wish. */
  readonly tightPx: Float64Array;
  /** 0 to 1: logarithm of the size, quantised, so that a heap that grows by a page moves nothing. Monotone in the size among rows of one sort (mapped, unmapped). */
  readonly weight: Float64Array;
  /** 1 where the kind is featured. */
  readonly featured: Uint8Array;
  /** 1 where nothing is mapped. */
  readonly unmapped: Uint8Array;
}

/** 4 KiB weighs nothing; 1 TiB of mapping, or 64 TiB of nothing, weighs 1. */
export const MAPPED_FULL_LOG2 = 40;
export const GAP_FULL_LOG2 = 46;

/** Steps per doubling of the size. */
const WEIGHT_STEPS = 2;

/** By kind, as columns. */
const fixedOf = Float64Array.from(REGION_KINDS, (kind) => FIXED_PX[kind] ?? 0);
const tightOf = Float64Array.from(REGION_KINDS, (kind) => TIGHT_PX[kind] ?? READABLE_PX + 0.4);
const featuredOf = Uint8Array.from(REGION_KINDS, (kind) => (FEATURED.has(kind) ? 1 : 0));
const unmappedOf = Uint8Array.from(REGION_KINDS, (kind) => (isUnmappedKind(kind) ? 1 : 0));

const scratch = new Scratch();

/** The wishes are good until the next call. */
export function rowWishes(columns: RegionColumns): RowWishes {
  const rows = columns.length;
  const wishedPx = scratch.floats(0, rows);
  const tightPx = scratch.floats(1, rows);
  const weight = scratch.floats(2, rows);
  const featured = scratch.bytes(0, rows);
  const unmapped = scratch.bytes(1, rows);
  const { kind: kinds, startPage, startOffset, endPage, endOffset } = columns;
  for (let row = 0; row < rows; row++) {
    const kind = kinds[row] ?? 0;
    const isUnmapped = unmappedOf[kind] ?? 0;
    const pages = (endPage[row] ?? 0) - (startPage[row] ?? 0);
    // Never past the end of the table of weights: such a read would make this loop, the dearest of a layout, many times as slow.
    const w = pages < FEW_PAGES && ((startOffset[row] ?? 0) | (endOffset[row] ?? 0)) === 0
      ? ((isUnmapped === 1 ? GAP_WEIGHTS : MAPPED_WEIGHTS)[pages | 0] ?? 0)
      : sizeWeight(rowSizeBytes(columns, row), isUnmapped === 1 ? GAP_FULL_LOG2 : MAPPED_FULL_LOG2);
    weight[row] = w;
    unmapped[row] = isUnmapped;
    featured[row] = featuredOf[kind] ?? 0;
    const fixed = fixedOf[kind] ?? 0;
    tightPx[row] = tightOf[kind] ?? READABLE_PX;
    wishedPx[row] = fixed > 0 ? fixed : isUnmapped === 1 ? 12 + 11 * w : 14.6 + 26 * w;
  }
  return { wishedPx, tightPx, weight, featured, unmapped };
}

/** Weights of whole pages, for the two ways of weighing: nearly all rows of a large map are small, and a logarithm for each is the dearest thing in laying it out. */
const FEW_PAGES = 2048;
const fewPages = (full: number): Float64Array => Float64Array.from({ length: FEW_PAGES }, (_, pages) => (pages === 0 ? 0 : sizeWeight(pages * PAGE_SIZE_BYTES, full)));
const MAPPED_WEIGHTS = fewPages(MAPPED_FULL_LOG2);
const GAP_WEIGHTS = fewPages(GAP_FULL_LOG2);

/** Size of a row as a double; exact for whole pages, which is enough for a logarithm in every case. */
export function rowSizeBytes(columns: RegionColumns, row: number): number {
  const pages = (columns.endPage[row] ?? 0) - (columns.startPage[row] ?? 0);
  return pages * PAGE_SIZE_BYTES + (columns.endOffset[row] ?? 0) - (columns.startOffset[row] ?? 0);
}

export function sizeWeight(sizeBytes: number, fullAtLog2: number): number {
  const log = Math.floor(Math.log2(sizeBytes) * WEIGHT_STEPS) / WEIGHT_STEPS;
  return Math.min(1, Math.max(0, (log - 12) / (fullAtLog2 - 12)));
}
