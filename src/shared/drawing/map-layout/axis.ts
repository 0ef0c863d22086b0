import { pageStart, type PageNumber, PAGE_SIZE_BYTES } from '../../address/page.ts';
import { SPACE_END } from '../../address/address.ts';
import type { RegionColumns } from '../../model/region-table.ts';
import type { SchematicLayout } from './schematic.ts';

/**
 * Where addresses lie on the paper, before the camera: segments on each of which px are linear in bytes. Schematic scale has a segment per row, true scale one for all. "Up" grows with the address.
 */
export interface MapAxis {
  readonly scale: 'schematic' | 'true';
  readonly segments: number;
  /** Edge i of segments + 1: the first address of segment i, or 2^64. */
  edgeAddress(i: number): bigint;
  /** The same edge in px above address 0, at zoom 1. */
  edgeUpPx(i: number): number;
  segmentOf(address: bigint): number;
  /** Whole content at zoom 1. */
  readonly contentPx: number;
  /** Zoom of the home view, and the least zoom there is. */
  readonly fitZoom: number;
  readonly minZoom: number;
  placeRows(camera: CameraPosition): PlacedRows;
}

/** What placing needs of a camera: the point (address + fraction of a byte) that lies at `atPx`, px below the top of the panel. */
export interface CameraPosition {
  readonly address: bigint;
  readonly fraction: number;
  readonly atPx: number;
  readonly zoom: number;
}

/** Rows on the screen. Row i covers y from edgeY(i + 1), its top, to edgeY(i), its bottom: drawing and hit-testing both ask here. */
export interface PlacedRows {
  readonly rows: number;
  edgeY(i: number): number;
  /** Row whose box holds `y`, or -1 beyond both ends. Bisection. */
  rowAt(y: number): number;
}

export function schematicAxis(columns: RegionColumns, layout: SchematicLayout): MapAxis {
  const { rows, upPx } = layout;
  const edgeAddress = rowEdgeAddress(columns);
  const segmentOf = (address: bigint): number => Math.max(0, Math.min(rows - 1, lastRowFrom(columns, address)));
  return {
    scale: 'schematic',
    segments: rows,
    edgeAddress,
    edgeUpPx: (i) => upPx[i] ?? layout.contentPx,
    segmentOf,
    contentPx: layout.contentPx,
    fitZoom: layout.fitZoom,
    minZoom: layout.fitZoom,
    placeRows({ address, fraction, atPx, zoom }) {
      const at = segmentOf(address);
      const low = edgeAddress(at);
      const high = edgeAddress(at + 1);
      const upLow = upPx[at] ?? 0;
      const upHigh = upPx[at + 1] ?? 0;
      const pxPerByte = ((upHigh - upLow) * zoom) / Number(high - low);
      // Distances are taken from the camera's own row outward: near the camera nothing large is subtracted from anything large.
      const yLow = atPx + (Number(address - low) + fraction) * pxPerByte;
      const yHigh = atPx - (Number(high - address) - fraction) * pxPerByte;
      return placed(rows, (i) => (i <= at ? yLow + (upLow - (upPx[i] ?? 0)) * zoom : yHigh - ((upPx[i] ?? 0) - upHigh) * zoom));
    },
  };
}

/** True scale: at zoom 1 the user half, up to `userEnd`, fills the panel; zoomed out the whole space does. */
export function trueAxis(columns: RegionColumns, panelPx: number, userEnd: bigint): MapAxis {
  const contentPx = (panelPx * Number(SPACE_END)) / Number(userEnd);
  const pxPerByteAt1 = contentPx / Number(SPACE_END);
  const edgeAddress = (i: number): bigint => (i === 0 ? 0n : SPACE_END);
  const { length: rows, startPage, startOffset, endPage, endOffset } = columns;
  return {
    scale: 'true',
    segments: 1,
    edgeAddress,
    edgeUpPx: (i) => (i === 0 ? 0 : contentPx),
    segmentOf: () => 0,
    contentPx,
    fitZoom: 1,
    minZoom: panelPx / contentPx,
    placeRows({ address, fraction, atPx, zoom }) {
      const pxPerByte = pxPerByteAt1 * zoom;
      const page = Number(address >> 12n);
      const offset = Number(address & 0xfffn) + fraction;
      return placed(rows, (i) => {
        const last = i >= rows;
        const edgePage = (last ? endPage[rows - 1] : startPage[i]) ?? 0;
        const edgeOffset = (last ? endOffset[rows - 1] : startOffset[i]) ?? 0;
        // Page numbers are exact in a double, and so is their difference.
        return atPx - ((edgePage - page) * PAGE_SIZE_BYTES + (edgeOffset - offset)) * pxPerByte;
      });
    },
  };
}

/** Between two placements, for the change of scale: 0 is `from`, 1 is `to`. Order is kept at every step, since both keep it. */
export function blendPlacements(from: PlacedRows, to: PlacedRows, t: number): PlacedRows {
  return placed(Math.min(from.rows, to.rows), (i) => bound(from.edgeY(i)) * (1 - t) + bound(to.edgeY(i)) * t);
}

/** What is beyond the panel need not fly in from light-years away. */
function bound(y: number): number {
  return Math.max(-20_000, Math.min(20_000, y));
}

function placed(rows: number, edgeY: (i: number) => number): PlacedRows {
  return {
    rows,
    edgeY,
    rowAt(y) {
      // Edges fall as the index rises: find the last row whose bottom is below y.
      let low = 0;
      let high = rows - 1;
      while (low <= high) {
        const middle = (low + high) >>> 1;
        if (edgeY(middle) > y) low = middle + 1;
        else high = middle - 1;
      }
      return high >= 0 && y >= edgeY(high + 1) ? high : -1;
    },
  };
}

function rowEdgeAddress(columns: RegionColumns): (i: number) => bigint {
  const { length: rows, startPage, startOffset, endPage, endOffset } = columns;
  return (i) => {
    const last = i >= rows;
    const page = (last ? endPage[rows - 1] : startPage[i]) ?? 0;
    return pageStart(page as PageNumber) + BigInt((last ? endOffset[rows - 1] : startOffset[i]) ?? 0);
  };
}

/** Last row that starts at or below the address. */
function lastRowFrom(columns: RegionColumns, address: bigint): number {
  const page = Number(address >> 12n);
  const offset = Number(address & 0xfffn);
  const { length, startPage, startOffset } = columns;
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const start = startPage[middle] ?? Infinity;
    if (start < page || (start === page && (startOffset[middle] ?? 0) <= offset)) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}
