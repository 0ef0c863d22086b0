import { formatPlainAddress, toAddress, type Address } from '../../address/address.ts';
import { formatSize } from '../../address/size.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { RegionTable } from '../../model/region-table.ts';
import type { Region } from '../../model/region.ts';
import type { ThreadStack } from '../../model/stack.ts';

export interface ThreadFacts {
  readonly tid: number;
  readonly threadId: number | undefined;
  readonly name: string;
  readonly state: string;
  readonly pc: bigint | undefined;
  readonly sp: bigint | undefined;
  readonly function: string | undefined;
  /** The process's first thread, whose stack the kernel made. */
  readonly isMain: boolean;
}

export interface StackLimits {
  /** RLIMIT_STACK, soft; undefined: unlimited or unknown. */
  readonly softBytes: bigint | undefined;
  /** The line of /proc/PID/limits. */
  readonly line: string | undefined;
}

/** Distance that the kernel keeps between a growing stack and the mapping below (Linux, stack_guard_gap: 256 pages by default). */
const GUARD_GAP_BYTES = 256n * 4096n;

/** One thread's stack from the map of the address space: used, mapped, limit, guard. */
export function measureStack(thread: ThreadFacts, regions: RegionTable, limits: StackLimits): ThreadStack {
  const at = thread.sp === undefined || thread.sp >= 1n << 64n ? -1 : regions.indexAt(toAddress(thread.sp));
  const current = at < 0 ? undefined : regions.rowAt(at);
  const own = ownStack(thread, regions);
  const isOwn = current !== undefined && own !== undefined && current.start >= own.start && current.end <= own.end;
  const stack = isOwn || (current === undefined && thread.sp === undefined) ? own : current && current.perms.startsWith('rw') ? { start: current.start, end: current.end, region: current } : own;
  const foreign = thread.sp !== undefined && own !== undefined && !isOwn;
  const growing = thread.isMain && !foreign;
  const limitBytes = stack === undefined ? undefined : growing ? limits.softBytes : stack.end - stack.start;
  const limitAddress = stack === undefined || limitBytes === undefined || limitBytes > stack.end ? undefined : stack.end - limitBytes;
  const sp = thread.sp === undefined || stack === undefined || thread.sp > stack.end ? undefined : thread.sp;
  return {
    tid: thread.tid,
    threadId: thread.threadId,
    name: thread.name,
    state: thread.state,
    pc: address(thread.pc),
    function: thread.function,
    sp: address(thread.sp),
    mapped: stack && { start: toAddress(stack.start), end: toAddress(stack.end), label: stack.region.label },
    foreign,
    usedBytes: sp === undefined || stack === undefined ? undefined : stack.end - sp,
    mappedBytes: stack && stack.end - stack.start,
    limitBytes,
    limitAddress: address(limitAddress),
    roomBytes: sp === undefined || limitAddress === undefined ? undefined : sp > limitAddress ? sp - limitAddress : 0n,
    guard: stack && (growing ? gapGuard(stack, limitAddress, regions) : pageGuard(stack, regions)),
    evidence: evidenceOf(stack?.region, growing ? limits : undefined),
  };
}

interface Stack {
  readonly start: bigint;
  readonly end: bigint;
  readonly region: Region;
}

/** The stack that the kernel or the thread library made for this thread. Rows of one mapping that were told apart are joined. */
function ownStack(thread: ThreadFacts, regions: RegionTable): Stack | undefined {
  let found: Stack | undefined;
  for (let row = 0; row < regions.length; row++) {
    const kind = regions.kindAt(row);
    if (thread.isMain ? kind !== 'stack' : kind !== 'thread-stack') continue;
    const region = regions.rowAt(row);
    if (!thread.isMain && region.tid !== thread.tid) continue;
    found = found && found.end === region.start ? { ...found, end: region.end } : (found ?? { start: region.start, end: region.end, region });
  }
  return found;
}

/** The kernel's gap below a stack that grows. It is in no map. */
function gapGuard(stack: Stack, limit: bigint | undefined, regions: RegionTable): ThreadStack['guard'] {
  const below = regionBelow(stack.start, regions);
  const floor = below === undefined ? 0n : below.end + GUARD_GAP_BYTES;
  if (limit !== undefined && limit > floor) {
    return { start: toAddress(limit > GUARD_GAP_BYTES ? limit - GUARD_GAP_BYTES : 0n), end: toAddress(limit), words: 'below the limit the kernel does not extend the stack: SIGSEGV' };
  }
  return below && { start: below.end, end: toAddress(floor), words: `the kernel keeps ${formatSize(GUARD_GAP_BYTES)} clear of ${below.label || 'the mapping below'}` };
}

function pageGuard(stack: Stack, regions: RegionTable): ThreadStack['guard'] {
  const below = regionBelow(stack.start, regions);
  if (below?.end !== stack.start || (below.kind !== 'guard' && !below.perms.startsWith('---'))) return undefined;
  return { start: below.start, end: below.end, words: `${formatSize(below.end - below.start)} that nobody may touch (${below.perms})` };
}

/** The nearest mapping below an address. */
function regionBelow(start: bigint, regions: RegionTable): Region | undefined {
  let row = start === 0n ? -1 : regions.indexAt(toAddress(start - 1n));
  while (row >= 0 && regions.rowAt(row).perms === '') row--;
  return row < 0 ? undefined : regions.rowAt(row);
}

function evidenceOf(region: Region | undefined, limits: StackLimits | undefined): Evidence[] {
  const evidence: Evidence[] = [];
  if (region) evidence.push({ source: 'maps', text: `${formatPlainAddress(region.start).slice(2)}-${formatPlainAddress(region.end).slice(2)} ${region.perms} ${region.path || region.label}` });
  if (limits?.line !== undefined) evidence.push({ source: 'limits', text: limits.line });
  return evidence;
}

function address(value: bigint | undefined): Address | undefined {
  return value === undefined || value > 1n << 64n ? undefined : toAddress(value);
}
