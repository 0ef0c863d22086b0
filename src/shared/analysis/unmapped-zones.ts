import { KERNEL_START_48, KERNEL_START_57, USER_END_47, USER_END_56, type Address } from '../address/address.ts';
import { PAGE_COUNT_OF_SPACE, pageOf, pageStart, type PageNumber } from '../address/page.ts';
import type { MappingColumns } from '../model/mapping-columns.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../model/region-table.ts';
import type { UnmappedKind } from '../model/region.ts';
import { stackRow } from './overlays.ts';
import type { Rule } from './rules.ts';
import type { SpaceFacts } from './space-facts.ts';

/** What the unmapped bytes of a stretch of the space are. Zones are ascending, gapless, and cover the whole space; mappings lie over them. */
export interface UnmappedZone {
  readonly startPage: number;
  readonly endPage: number;
  readonly kind: UnmappedKind;
  readonly part: string;
  readonly label: string;
  readonly rule: Rule;
}

/** stack_guard_gap of the kernel (mm/mmap.c); its boot parameter is seldom used and nowhere to be read. */
export const STACK_GUARD_GAP_PAGES = 256;

/**
 *     0        mmap_min_addr      gap end   room start   [stack]        user end         kernel start        2^64
 *     |  null  |       gap        | stack gap |  room    |  ...  |  gap  | non-canonical  |      kernel      |
 */
export function unmappedZones(mappings: MappingColumns, facts: SpaceFacts): { readonly zones: readonly UnmappedZone[]; readonly stackLimit: Address | undefined } {
  const userEnd = pageOf(facts.fiveLevelPaging ? USER_END_56 : USER_END_47);
  const kernelStart = pageOf(facts.fiveLevelPaging ? KERNEL_START_57 : KERNEL_START_48);
  const nullEnd = Math.min(Number((facts.mmapMinAddr + 0xfffn) >> 12n), userEnd);
  const room = stackRoom(mappings, facts, nullEnd);

  const zones: UnmappedZone[] = [];
  let at = 0;
  const push = (endPage: number, kind: UnmappedKind, part: string, label: string, rule: Rule): void => {
    if (endPage <= at) return;
    zones.push({ startPage: at, endPage, kind, part, label, rule });
    at = endPage;
  };
  push(nullEnd, 'null', '', 'null guard', 'null');
  if (room) {
    push(room.gapStartPage, 'gap', '', 'unmapped', 'gap');
    push(room.startPage, 'gap', 'stack guard gap', 'stack guard gap', 'stack-gap');
    push(room.endPage, 'stack-room', '', 'room to grow', 'stack-room');
  }
  push(userEnd, 'gap', '', 'unmapped', 'gap');
  push(kernelStart, 'non-canonical', '', 'non-canonical', 'non-canonical');
  push(PAGE_COUNT_OF_SPACE, 'kernel', '', 'kernel half', 'kernel');
  return { zones, stackLimit: room && pageStart(room.startPage as PageNumber) };
}

/** Pages the main stack may still grow into, and where its guard gap begins below them. */
function stackRoom(mappings: MappingColumns, facts: SpaceFacts, nullEnd: number): { gapStartPage: number; startPage: number; endPage: number } | undefined {
  const stack = stackRow(mappings);
  if (stack < 0 || facts.stackLimitBytes === undefined) return undefined;
  // Pieces of the stack with changed permissions lie below the named one; growth happens at the lowest of them.
  let lowest = stack;
  while (lowest > 0 && mappings.endPage[lowest - 1] === mappings.startPage[lowest] && mappings.name[lowest - 1] === 0) lowest--;
  const endPage = mappings.startPage[lowest] ?? 0;
  const topPage = mappings.endPage[stack] ?? 0;
  const limitPages = facts.stackLimitBytes === 'unlimited' ? topPage : Number(facts.stackLimitBytes >> 12n);
  const byLimit = Math.max(topPage - limitPages, 0);
  const below = lowest - 1;
  const belowEnd = below < 0 ? 0 : (mappings.endPage[below] ?? 0);
  const accessible = below >= 0 && !!((mappings.perms[below] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC));
  const byNeighbour = accessible ? belowEnd + STACK_GUARD_GAP_PAGES : belowEnd;
  const startPage = Math.min(Math.max(byLimit, byNeighbour, nullEnd), endPage);
  // A lowest page that is nearer than the gap to its neighbour cannot grow at all.
  return { gapStartPage: Math.max(startPage - STACK_GUARD_GAP_PAGES, belowEnd, nullEnd), startPage, endPage };
}

