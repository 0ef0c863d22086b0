import type { Address } from '../address/address.ts';
import type { MappingColumns } from '../model/mapping-columns.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../model/region-table.ts';
import { endOf, startOf, type ModuleImage } from './find-modules.ts';
import type { SpaceFacts } from './space-facts.ts';

/** A stretch about which something nearer than the mapping's own line is known. `ref` and `sub` are indices whose meaning `what` gives. */
export interface Overlay {
  readonly start: bigint;
  readonly end: bigint;
  readonly what: 'cut' | 'thread-stack' | 'thread-guard' | 'arena' | 'arena-room' | 'stack-piece' | 'stack-guard';
  /** cut: image; thread-*: thread stack; arena: arena heap. */
  readonly ref: number;
  /** cut: index in the image's cuts. thread-*: row of the stack's mapping. */
  readonly sub: number;
  readonly tid: number;
  readonly how: 'memory' | 'sp' | 'shape';
}

/** glibc keeps guards small; a larger inaccessible mapping below a stack is some allocator's reservation. */
const MAX_GUARD_PAGES = 256;
/** ARCH_STACK_DEFAULT_SIZE of glibc on x86-64, used when RLIMIT_STACK is unlimited. */
const DEFAULT_STACK_BYTES = 2n << 20n;

/** All overlays, ascending and without overlap; where two would overlap, the lower one keeps the bytes. */
export function makeOverlays(mappings: MappingColumns, images: readonly ModuleImage[], facts: SpaceFacts): Overlay[] {
  const overlays: Overlay[] = [];
  for (const [ref, image] of images.entries()) {
    for (const [sub, cut] of image.cuts.entries()) overlays.push({ start: cut.start, end: cut.end, what: 'cut', ref, sub, tid: 0, how: 'memory' });
  }
  for (const [ref, heap] of facts.arenaHeaps.entries()) {
    overlays.push({ start: heap.start, end: heap.usedEnd, what: 'arena', ref, sub: 0, tid: 0, how: 'memory' });
    if (heap.usedEnd < heap.reservedEnd) overlays.push({ start: heap.usedEnd, end: heap.reservedEnd, what: 'arena-room', ref, sub: 0, tid: 0, how: 'memory' });
  }
  addThreads(overlays, mappings, facts);
  addStackPieces(overlays, mappings, facts);
  return withoutOverlap(overlays);
}

function withoutOverlap(overlays: Overlay[]): Overlay[] {
  overlays.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const kept: Overlay[] = [];
  let end = 0n;
  for (const overlay of overlays) {
    const start = overlay.start > end ? overlay.start : end;
    if (start >= overlay.end) continue;
    kept.push(start === overlay.start ? overlay : { ...overlay, start });
    end = overlay.end;
  }
  return kept;
}

function isStackLike(mappings: MappingColumns, row: number): boolean {
  const perms = mappings.perms[row] ?? 0;
  return (perms & (PERM_READ | PERM_WRITE | PERM_SHARED)) === (PERM_READ | PERM_WRITE) && mappings.inode[row] === 0 && isPlainName(mappings, row);
}

/** Row of the guard right below a row, or -1. */
export function guardRowBelow(mappings: MappingColumns, row: number): number {
  const below = row - 1;
  if (below < 0 || mappings.endPage[below] !== mappings.startPage[row]) return -1;
  const perms = mappings.perms[below] ?? 0;
  if (perms & (PERM_READ | PERM_WRITE | PERM_EXEC | PERM_SHARED) || mappings.inode[below] !== 0) return -1;
  return (mappings.endPage[below] ?? 0) - (mappings.startPage[below] ?? 0) <= MAX_GUARD_PAGES ? below : -1;
}

/** Rows that can be thread stacks: private, anonymous, read-write, with a guard right below. */
export function stackCandidateRows(mappings: MappingColumns): number[] {
  const rows: number[] = [];
  for (let row = 1; row < mappings.length; row++) {
    // The cheap test first: few rows follow an inaccessible one.
    if ((mappings.perms[row - 1] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC)) continue;
    if (isStackLike(mappings, row) && guardRowBelow(mappings, row) >= 0) rows.push(row);
  }
  return rows;
}

/** No name, or one that the program gave it: never [heap], [stack] and the like. */
function isPlainName(mappings: MappingColumns, row: number): boolean {
  const name = mappings.names[mappings.name[row] ?? 0] ?? '';
  return name === '' || name.startsWith('[anon:');
}

function addThreads(overlays: Overlay[], mappings: MappingColumns, facts: SpaceFacts): void {
  const proven = facts.threadStacks.map((stack) => stack.stackStart);
  for (const [ref, stack] of facts.threadStacks.entries()) {
    if (stack.guardStart < stack.stackStart) overlays.push({ start: stack.guardStart, end: stack.stackStart, what: 'thread-guard', ref, sub: -1, tid: stack.tid, how: 'memory' });
    overlays.push({ start: stack.stackStart, end: stack.stackEnd, what: 'thread-stack', ref, sub: -1, tid: stack.tid, how: 'memory' });
  }
  const known = new Set(facts.threadStacks.map((stack) => stack.tid));
  const provenStarts = new Set<bigint>(proven);
  const limit = facts.stackLimitBytes === 'unlimited' ? DEFAULT_STACK_BYTES : facts.stackLimitBytes;
  for (const row of stackCandidateRows(mappings)) {
    const start = startOf(mappings, row);
    const end = endOf(mappings, row);
    if (provenStarts.has(start)) continue;
    const guard = guardRowBelow(mappings, row);
    const guardStart = startOf(mappings, guard);
    const ref = facts.threads.findIndex((thread) => !known.has(thread.tid) && thread.tid !== facts.pid && thread.sp !== undefined && thread.sp >= start && thread.sp <= end);
    const size = end - start;
    const how = ref >= 0 ? 'sp' : 'shape';
    // pthread_create counts the guard in or out of the size, by version.
    if (ref < 0 && (limit === undefined || (size !== limit && size + (start - guardStart) !== limit))) continue;
    const tid = facts.threads[ref]?.tid ?? 0;
    overlays.push({ start: guardStart, end: start, what: 'thread-guard', ref, sub: row, tid, how });
    overlays.push({ start, end, what: 'thread-stack', ref, sub: row, tid, how });
  }
}

/** Unnamed private mappings glued to [stack], inside the size it may have. */
function addStackPieces(overlays: Overlay[], mappings: MappingColumns, facts: SpaceFacts): void {
  const stack = stackRow(mappings);
  if (stack < 0) return;
  const top = endOf(mappings, stack);
  const limit = facts.stackLimitBytes;
  const lowest: Address | bigint = typeof limit === 'bigint' ? top - limit : startOf(mappings, stack);
  for (let row = stack - 1; row >= 0 && mappings.endPage[row] === mappings.startPage[row + 1]; row--) {
    const perms = mappings.perms[row] ?? 0;
    if (mappings.name[row] !== 0 || perms & PERM_SHARED || startOf(mappings, row) < lowest) break;
    const what = perms & (PERM_READ | PERM_WRITE | PERM_EXEC) ? 'stack-piece' : 'stack-guard';
    overlays.push({ start: startOf(mappings, row), end: endOf(mappings, row), what, ref: stack, sub: row, tid: 0, how: 'shape' });
  }
}

/** Row named [stack], or -1. It is near the end. */
export function stackRow(mappings: MappingColumns): number {
  for (let row = mappings.length - 1; row >= 0; row--) if (mappings.names[mappings.name[row] ?? 0] === '[stack]') return row;
  return -1;
}
