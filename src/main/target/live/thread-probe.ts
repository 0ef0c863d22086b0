import { formatPlainAddress, toAddress } from '../../../shared/address/address.ts';
import { endOf, startOf } from '../../../shared/analysis/find-modules.ts';
import { stackCandidateRows } from '../../../shared/analysis/overlays.ts';
import type { ThreadPosition, ThreadStackFacts } from '../../../shared/analysis/space-facts.ts';
import { mappingRowOfPage, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { PERM_MAPPED, PERM_READ, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { PAGEMAP_GUARD, PAGEMAP_PRESENT } from '../../procfs/pagemap.ts';
import { pageFlags, readIfPresent, readPage } from './present-pages.ts';
import type { ProcessFiles } from './process-files.ts';

/**
 * glibc puts the thread control block at the upper end of each thread's stack:
 *
 *     | guard |            stack  (grows down)            | TLS | struct pthread |
 *     block                                                     fs              block + size
 *
 * struct pthread begins with tcbhead_t, whose words at +0x0 and +0x10 point to itself (sysdeps/x86_64/nptl/tls.h). Its thread id is at +0x2d0 in every glibc since 2.4; where
 * stackblock, stackblock_size and guardsize stand differs by version, so they are found as three neighbouring words that fit the mapping.
 */
const TCB_ALIGN = 64;
const PTHREAD_BYTES = 0x900;
const TID_OFFSET = 0x2d0;
const BLOCK_SEARCH_FROM = 0x300;
/** Present pages looked at in one mapping: the control block is on the top page of a stack that has its mapping to itself. */
const MAX_PAGES_READ = 64;
/** pagemap words read at once; a stack is seldom larger than 8 MiB. */
const MAX_PAGES_SEEN = 4096;

/** `tids`: thread id as the program knows it (in its own PID namespace) to the id here. Only threads in the map are looked for. */
export function findThreadStacks(
  files: ProcessFiles, mappings: MappingColumns, tids: ReadonlyMap<number, number>, positions: readonly ThreadPosition[],
): ThreadStackFacts[] {
  const found = new Map<number, ThreadStackFacts>();
  const wanted = new Map(tids);
  const take = (stacks: readonly ThreadStackFacts[]): void => {
    for (const stack of stacks) {
      found.set(stack.tid, stack);
      for (const [inner, outer] of wanted) if (outer === stack.tid) wanted.delete(inner);
    }
  };
  // A blocked thread's stack pointer names its mapping at once, whatever its guard is made of.
  for (const { sp } of positions) {
    if (wanted.size === 0) break;
    if (sp === undefined) continue;
    const row = mappingRowOfPage(mappings, Number(sp >> 12n));
    if (row >= 0 && isAnonymousReadWrite(mappings, row)) take(scanUp(files, mappings, row, Number(sp >> 12n), wanted));
  }
  if (wanted.size > 0) {
    for (const row of stackCandidateRows(mappings)) {
      if (wanted.size === 0) break;
      const start = startOf(mappings, row);
      if ([...found.values()].some((stack) => stack.stackStart === start)) continue;
      take(scanDown(files, mappings, row, wanted));
    }
  }
  return [...found.values()].toSorted((a, b) => (a.guardStart < b.guardStart ? -1 : 1));
}

/** Is a stack found earlier still in its mapping? */
export function stackStillThere(mappings: MappingColumns, stack: ThreadStackFacts): boolean {
  const row = mappingRowOfPage(mappings, Number(stack.stackStart >> 12n));
  return row >= 0 && isAnonymousReadWrite(mappings, row) && endOf(mappings, row) >= stack.stackEnd;
}

function isAnonymousReadWrite(mappings: MappingColumns, row: number): boolean {
  const name = mappings.names[mappings.name[row] ?? 0] ?? '';
  return mappings.perms[row] === (PERM_MAPPED | PERM_READ | PERM_WRITE) && mappings.inode[row] === 0 && (name === '' || name.startsWith('[anon:'));
}

function scanUp(files: ProcessFiles, mappings: MappingColumns, row: number, fromPage: number, wanted: ReadonlyMap<number, number>): ThreadStackFacts[] {
  const count = Math.min((mappings.endPage[row] ?? 0) - fromPage, MAX_PAGES_SEEN);
  const flags = pageFlags(files, fromPage, count);
  let budget = MAX_PAGES_READ;
  for (let i = 0; i < count && budget > 0; i++) {
    if (((flags[i] ?? 0) & PAGEMAP_PRESENT) === 0) continue;
    budget--;
    const stacks = stacksOnPage(files, mappings, row, fromPage + i, wanted);
    if (stacks.length > 0) return stacks;
  }
  return [];
}

function scanDown(files: ProcessFiles, mappings: MappingColumns, row: number, wanted: ReadonlyMap<number, number>): ThreadStackFacts[] {
  const endPage = mappings.endPage[row] ?? 0;
  const count = Math.min(endPage - (mappings.startPage[row] ?? 0), MAX_PAGES_SEEN);
  const flags = pageFlags(files, endPage - count, count);
  let budget = MAX_PAGES_READ;
  for (let i = count - 1; i >= 0 && budget > 0; i--) {
    if (((flags[i] ?? 0) & PAGEMAP_PRESENT) === 0) continue;
    budget--;
    const stacks = stacksOnPage(files, mappings, row, endPage - count + i, wanted);
    if (stacks.length > 0) return stacks;
  }
  return [];
}

function stacksOnPage(files: ProcessFiles, mappings: MappingColumns, row: number, page: number, wanted: ReadonlyMap<number, number>): ThreadStackFacts[] {
  const view = readPage(files, page);
  if (!view) return [];
  const base = BigInt(page) << 12n;
  const stacks: ThreadStackFacts[] = [];
  for (let offset = 0; offset + 24 <= view.byteLength; offset += TCB_ALIGN) {
    const address = base + BigInt(offset);
    if (view.getBigUint64(offset, true) !== address || view.getBigUint64(offset + 16, true) !== address) continue;
    const stack = stackOfControlBlock(files, mappings, row, address, wanted);
    if (stack) stacks.push(stack);
  }
  return stacks;
}

function stackOfControlBlock(
  files: ProcessFiles, mappings: MappingColumns, row: number, address: bigint, wanted: ReadonlyMap<number, number>,
): ThreadStackFacts | undefined {
  const room = endOf(mappings, row) - address;
  const length = Number(room < BigInt(PTHREAD_BYTES) ? room : BigInt(PTHREAD_BYTES));
  if (length < TID_OFFSET + 4) return undefined;
  const block = readIfPresent(files, address, length);
  const inner = block?.getUint32(TID_OFFSET, true);
  const tid = inner === undefined ? undefined : wanted.get(inner);
  if (!block || inner === undefined || tid === undefined) return undefined;
  const rowStart = startOf(mappings, row);
  const rowEnd = endOf(mappings, row);
  for (let at = BLOCK_SEARCH_FROM; at + 24 <= length; at += 8) {
    const start = block.getBigUint64(at, true);
    const size = block.getBigUint64(at + 8, true);
    const guard = block.getBigUint64(at + 16, true);
    if (start === 0n || (start & 0xfffn) !== 0n || (size & 0xfffn) !== 0n || (guard & 0xfffn) !== 0n || guard >= size) continue;
    if (start > address || start + size <= address || start + size > rowEnd || start + guard < rowStart) continue;
    const guardInMapping = guard > 0n && start >= rowStart;
    // A guard that is neither a mapping of its own nor a guard region in the page table is no guard.
    if (guardInMapping ? !isGuardRegion(files, start) : guard > 0n && start + guard !== rowStart) continue;
    return {
      tid,
      guardStart: toAddress(start),
      stackStart: toAddress(start + guard),
      stackEnd: toAddress(start + size),
      guardInMapping,
      evidence: [
        { source: 'memory', text: `thread control block at ${formatPlainAddress(toAddress(address))}: the words at +0x0 and +0x10 point to it, +0x${TID_OFFSET.toString(16)} holds thread id ${inner}` },
        { source: 'memory', text: `+0x${at.toString(16)}: stack block ${formatPlainAddress(toAddress(start))}, size 0x${size.toString(16)}, guard 0x${guard.toString(16)}` },
      ],
    };
  }
  return undefined;
}

function isGuardRegion(files: ProcessFiles, address: bigint): boolean {
  return ((pageFlags(files, Number(address >> 12n), 1)[0] ?? 0) & PAGEMAP_GUARD) !== 0;
}
