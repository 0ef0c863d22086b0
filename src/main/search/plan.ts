import type { AddressRange } from '../../shared/address/range.ts';
import { intersectRanges } from '../../shared/address/range.ts';
import { isUnmappedKind } from '../../shared/model/region.ts';
import { PERM_READ, PERM_SHARED, type RegionTable } from '../../shared/model/region-table.ts';
import type { SearchScope } from '../../shared/model/search.ts';
import { SEGMENT_BACKED, SEGMENT_TRY, type Segments } from './segments.ts';

/** A mapping without any access and larger than this is reserved address space; its page table is not walked. 64 MiB. */
const RESERVED_BYTES = 64n * 1024n * 1024n;
/** Positions above are not exact as a Number. */
const POSITION_LIMIT = 1n << 53n;
/** Work handed out at once: small enough that a cancel is heeded soon and two workers end together, large enough that handing out costs nothing. */
const LEAST_JOB_BYTES = 16 * 1024 * 1024;
/** For a terabyte of reserved space, of which hardly a page is there. */
const MOST_JOB_BYTES = 256 * 1024 * 1024;
const USUAL_JOBS = 2048;

export interface SearchPlan {
  readonly segments: Segments;
  /** Bytes in the segments. */
  readonly bytes: number;
  /** Bytes of mappings in the scope that are left out, because the process itself may not read them. */
  readonly noAccessBytes: bigint;
  /** Bytes of mappings in the scope at addresses that /proc/PID/mem does not serve, such as [vsyscall]. */
  readonly unreachableBytes: bigint;
}

/**
 * Which bytes a scope means in the map of one moment. `readable` leaves out every mapping without read permission; a scope that names kinds or ranges takes what it names, since the
 * bytes under a PROT_NONE mapping can be read by us all the same, but for reserved space of more than 64 MiB.
 */
export function planSearch(regions: RegionTable, scope: SearchScope): SearchPlan {
  const pieces: { start: bigint; end: bigint; flags: number }[] = [];
  let noAccessBytes = 0n;
  let unreachableBytes = 0n;
  const kinds = scope.kind === 'kinds' ? new Set(scope.kinds) : undefined;
  const ranges = scope.kind === 'ranges' ? mergeRanges(scope.ranges) : undefined;
  for (let row = 0; row < regions.length; row++) {
    const kind = regions.kindAt(row);
    if (isUnmappedKind(kind) || (kinds && !kinds.has(kind))) continue;
    const whole: AddressRange = { start: regions.startAt(row), end: regions.endAt(row) };
    const perms = regions.columns.perms[row] ?? 0;
    const readable = (perms & PERM_READ) !== 0;
    const leftOut = !readable && (scope.kind === 'readable' || whole.end - whole.start > RESERVED_BYTES);
    const backed = (regions.columns.inode[row] ?? 0) !== 0 || (perms & PERM_SHARED) !== 0;
    for (const range of ranges ?? [whole]) {
      const part = intersectRanges(whole, range);
      if (!part) continue;
      if (leftOut) noAccessBytes += part.end - part.start;
      else if (part.end > POSITION_LIMIT) unreachableBytes += part.end - part.start;
      else pieces.push({ ...part, flags: (backed ? SEGMENT_BACKED : 0) | (kind === 'vvar' ? SEGMENT_TRY : 0) });
    }
  }
  return { ...pack(pieces), noAccessBytes, unreachableBytes };
}

/** Ascending, without overlap: a byte is searched once, however often it is named. */
function mergeRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of ranges.filter(({ start, end }) => start < end).toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) merged[merged.length - 1] = { start: last.start, end: range.end > last.end ? range.end : last.end };
    else merged.push(range);
  }
  return merged;
}

/** Columns in shared memory: every worker reads the same ones. Neighbours that say the same become one. */
function pack(pieces: readonly { readonly start: bigint; readonly end: bigint; readonly flags: number }[]): { segments: Segments; bytes: number } {
  const joined: { start: number; end: number; flags: number }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && last.end === Number(piece.start) && last.flags === piece.flags) last.end = Number(piece.end);
    else joined.push({ start: Number(piece.start), end: Number(piece.end), flags: piece.flags });
  }
  const columns = (): Float64Array => new Float64Array(new SharedArrayBuffer(joined.length * 8));
  const segments = { start: columns(), end: columns(), flags: new Uint8Array(new SharedArrayBuffer(joined.length)) };
  let bytes = 0;
  for (const [i, { start, end, flags }] of joined.entries()) {
    segments.start[i] = start;
    segments.end[i] = end;
    segments.flags[i] = flags;
    bytes += end - start;
  }
  return { segments, bytes };
}

/** A stretch of addresses; what of it lies in segments is searched. */
export interface JobRange {
  readonly start: number;
  readonly end: number;
  /** Bytes in segments. */
  readonly bytes: number;
}

/** Cuts the segments into jobs, ascending, at multiples of 64 KiB where a segment has to be cut. Many small segments share a job. */
export function* cutJobs(segments: Segments, bytes: number): Generator<JobRange> {
  const size = Math.min(MOST_JOB_BYTES, Math.max(LEAST_JOB_BYTES, Math.ceil(bytes / USUAL_JOBS / 65_536) * 65_536));
  let open: { start: number; end: number; bytes: number } | undefined;
  for (let i = 0; i < segments.start.length; i++) {
    const end = segments.end[i] ?? 0;
    for (let at = segments.start[i] ?? 0; at < end; ) {
      open ??= { start: at, end: at, bytes: 0 };
      const room = at + size - open.bytes;
      const stop = end <= room ? end : Math.max(at + 1, room - (room % 65_536));
      open.bytes += stop - at;
      open.end = stop;
      at = stop;
      if (open.bytes >= size - 65_536) {
        yield open;
        open = undefined;
      }
    }
  }
  if (open) yield open;
}
