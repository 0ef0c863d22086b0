import { formatAddress, type Address } from '../../address/address.ts';
import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_SHARED, PERM_WRITE, permsText } from '../../model/region-table.ts';

/** A mapping, or a piece of one, as mprotect(2) sees it. */
export interface Mapped {
  readonly start: Address;
  readonly end: Address;
  /** PERM_* bits. */
  readonly perms: number;
  readonly name: string;
  readonly offset: bigint;
  readonly dev: number;
  readonly inode: number;
  /** VmFlags of smaps; undefined when not read. */
  readonly vmFlags: readonly string[] | undefined;
}

export interface Piece {
  readonly start: Address;
  readonly end: Address;
  readonly perms: string;
  readonly label: string;
  readonly changed: boolean;
}

export interface Preview {
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
  readonly words: readonly string[];
  readonly refusal: string | undefined;
  readonly warnings: readonly string[];
}

/** r, w, x letters as PERM_* bits; undefined for anything else. */
export function protectionBits(letters: string): number | undefined {
  const text = letters.replaceAll('-', '');
  if (!/^r?w?x?$/.test(text)) return undefined;
  return (text.includes('r') ? PERM_READ : 0) | (text.includes('w') ? PERM_WRITE : 0) | (text.includes('x') ? PERM_EXEC : 0);
}

/**
 * What mprotect would do to the mappings: cut at the range's ends, permissions changed, equal neighbours joined as vma_merge does (mm/vma.c). `mappings` are those of the range
 * and one neighbour on each side, ascending. Joining also needs that two anonymous neighbours share their history (anon_vma), which /proc does not show: pieces of one mapping do.
 */
export function previewProtect(mappings: readonly Mapped[], start: Address, end: Address, bits: number): Preview {
  const touched = mappings.filter((mapping) => mapping.start < end && start < mapping.end);
  const before = touched.map((mapping) => piece(mapping, true));
  const pieces: (Mapped & { changed: boolean })[] = [];
  const words: string[] = [];
  for (const mapping of mappings) {
    if (mapping.end <= start || mapping.start >= end) {
      pieces.push({ ...mapping, changed: false });
      continue;
    }
    const from = mapping.start > start ? mapping.start : start;
    const to = mapping.end < end ? mapping.end : end;
    const cut = (a: Address, b: Address, perms: number, changed: boolean): void => void (a < b && pieces.push({ ...mapping, start: a, end: b, perms, changed, offset: mapping.offset + (a - mapping.start) }));
    const perms = bits | (mapping.perms & (PERM_MAPPED | PERM_SHARED));
    if (perms === mapping.perms) {
      pieces.push({ ...mapping, changed: false });
      words.push(`${label(mapping)} has these permissions already`);
      continue;
    }
    cut(mapping.start, from, mapping.perms, false);
    cut(from, to, perms, true);
    cut(to, mapping.end, mapping.perms, false);
    const parts = 1 + (mapping.start < from ? 1 : 0) + (to < mapping.end ? 1 : 0);
    if (parts > 1) words.push(`${label(mapping)} at ${formatAddress(mapping.start)} is cut in ${parts === 2 ? 'two' : 'three'}`);
  }
  const joined: (Mapped & { changed: boolean })[] = [];
  for (const next of pieces) {
    const last = joined.at(-1);
    // The kernel joins only at what it changed: two equal neighbours elsewhere had their reason to stay apart.
    if (last && (last.changed || next.changed) && canJoin(last, next)) {
      words.push(`${last.changed && !next.changed ? 'joins the mapping above' : !last.changed ? 'joins the mapping below' : 'neighbouring pieces become one mapping'}, at ${formatAddress(next.start)}`);
      joined[joined.length - 1] = { ...last, end: next.end, changed: true };
    } else joined.push(next);
  }
  const after = joined.filter((mapping) => mapping.start < (touched.at(-1)?.end ?? end) && (touched[0]?.start ?? start) < mapping.end).map((mapping) => piece(mapping, mapping.changed));
  return { before, after, words, refusal: refusal(touched, start, end, bits), warnings: warnings(touched, bits) };
}

function canJoin(a: Mapped, b: Mapped): boolean {
  return a.end === b.start && a.perms === b.perms && a.name === b.name && a.dev === b.dev && a.inode === b.inode && (a.inode === 0 || a.offset + (a.end - a.start) === b.offset);
}

function piece(mapping: Mapped, changed: boolean): Piece {
  return { start: mapping.start, end: mapping.end, perms: permsText(mapping.perms), label: label(mapping), changed };
}

function label(mapping: Mapped): string {
  return mapping.name === '' ? 'anonymous memory' : mapping.name.slice(mapping.name.lastIndexOf('/') + 1);
}

/** Errors of mprotect(2), as far as they can be told beforehand. */
function refusal(touched: readonly Mapped[], start: Address, end: Address, bits: number): string | undefined {
  let at: bigint = start;
  for (const mapping of touched) {
    if (mapping.start > at) break;
    at = mapping.end;
  }
  if (at < end) return `ENOMEM: nothing is mapped at ${formatAddress(at as Address)}; the mappings below it would be changed all the same`;
  for (const mapping of touched) {
    const { vmFlags } = mapping;
    if (vmFlags?.includes('sl')) return `EPERM: ${label(mapping)} is sealed (mseal)`;
    const may: readonly (readonly [number, string, string])[] = [[PERM_READ, 'mr', 'r'], [PERM_WRITE, 'mw', 'w'], [PERM_EXEC, 'me', 'x']];
    for (const [bit, flag, letter] of may) if (vmFlags && bits & bit && !vmFlags.includes(flag)) return `EACCES: ${label(mapping)} may not get ${letter} (no ${flag} in VmFlags)`;
    if (mapping.name === '[vsyscall]') return 'ENOMEM: [vsyscall] is no memory of the process';
  }
  return undefined;
}

function warnings(touched: readonly Mapped[], bits: number): string[] {
  const found: string[] = [];
  if (bits & PERM_WRITE && bits & PERM_EXEC) found.push('the range becomes writable and executable at once');
  for (const mapping of touched) {
    if (mapping.name === '[stack]' && (bits & (PERM_READ | PERM_WRITE)) !== (PERM_READ | PERM_WRITE)) found.push('the program cannot use its stack without r and w: it ends at the next push or call');
    if (mapping.perms & PERM_EXEC && !(bits & PERM_EXEC)) found.push(`code of ${label(mapping)} cannot run any more`);
    if (mapping.name === '[heap]' && !(bits & PERM_WRITE)) found.push('the allocator cannot use the heap without w');
  }
  return [...new Set(found)];
}
