import { formatAddress, toAddress, type Address } from '../../address/address.ts';
import { formatCount, formatSize } from '../../address/size.ts';
import type { FaultRecursion } from '../../model/explanation.ts';
import type { Region } from '../../model/region.ts';
import { evidence, type Rule, type Scene, type Verdict } from './verdict.ts';

/** A frame touches its bytes within this distance of rsp: calls and pushes, probes of big frames, the red zone. */
const NEAR_SP = 65_536n;
/** A recursion leaves rsp no further below the stack than one frame: frames beyond this are taken for a broken rsp. */
const BIGGEST_FRAME = 1n << 30n;

/** The access is one of the frame at rsp, and rsp has run out of the thread's stack, or is about to. */
function ranOut(scene: Scene, stack: Region): boolean {
  const { address } = scene.attempt;
  const { sp } = scene.facts;
  if (address === undefined || address >= stack.start || sp >= stack.end || sp + BIGGEST_FRAME < stack.start) return false;
  if (address + NEAR_SP < sp) return false;
  return sp < stack.start || sp - stack.start < NEAR_SP;
}

export const mainStackOverflow: Rule = (scene) => {
  const { facts, ground, attempt, place } = scene;
  if (attempt.access === 'execute' || place.region !== undefined) return undefined;
  // Pieces of the stack with changed permissions lie below the one that maps calls [stack]; the lowest counts.
  const stack = [...ground.regions].find(({ kind }) => kind === 'stack');
  if (!stack || attempt.address === undefined || !ranOut(scene, stack) || !facts.thread.isMain) return undefined;
  const top = [...ground.regions].findLast(({ kind }) => kind === 'stack')?.end ?? stack.end;
  const needed = top - (attempt.address & ~0xfffn);
  const limit = facts.stackLimitBytes;
  const over = limit !== undefined && needed > limit;
  const recursion = recursionOf(scene, needed, limit);
  return {
    id: 'stack-overflow', certainty: over || (recursion?.repeats ?? 0) > 100 ? 'certain' : 'likely', title: 'Stack overflow',
    text: `The stack is full: ${depthWords(recursion)}${limitWords(limit, top, attempt.address)}.`,
    rule: 'The kernel lets the main stack grow down only to its limit (RLIMIT_STACK) and keeps a gap to the mapping below (stack_guard_gap).',
    evidence: [
      evidence('registers', `rsp is ${formatAddress(facts.sp)}, ${spWords(facts.sp, stack)}`, { kind: 'address', address: facts.sp }),
      ...(limit === undefined ? [] : [evidence('limits', `Max stack size ${limit}: the stack may reach down to ${formatAddress(toAddress(top - limit))}, and ${formatAddress(attempt.address)} is ${over ? `${formatSize(top - limit - attempt.address)} below that` : 'above that'}`)]),
      evidence('maps', `${formatAddress(stack.start)} – ${formatAddress(stack.end)} ${stack.perms} [stack]`, { kind: 'range', range: { start: stack.start, end: stack.end } }),
    ],
    recursion,
  };
};

export const threadStackOverflow: Rule = (scene) => {
  const { facts, ground, attempt, place } = scene;
  if (attempt.access === 'execute' || attempt.address === undefined) return undefined;
  const guarded = place.region?.kind === 'guard' || (place.region !== undefined && ground.isGuardPage(attempt.address));
  if (!guarded && place.gap === undefined) return undefined;
  const stack = threadStack(scene, attempt.address);
  if (!stack) return undefined;
  // A guard that shows in no map lies inside the stack's own mapping (MADV_GUARD_INSTALL, glibc 2.42 and later).
  const inside = attempt.address >= stack.start;
  const out = inside ? guarded && facts.sp < attempt.address + NEAR_SP && attempt.address + NEAR_SP >= facts.sp : ranOut(scene, stack);
  if (!out) return undefined;
  const size = stack.end - stack.start;
  const recursion = recursionOf(scene, stack.end - attempt.address, size);
  return {
    id: 'thread-stack-overflow', certainty: guarded ? 'certain' : 'likely', title: 'Stack overflow of a thread',
    text: `The stack of thread ${facts.thread.tid} is full: ${depthWords(recursion)}it has ${formatSize(size)}, and the access is ${guarded ? 'in the guard below it' : 'below it, past its guard'}.`,
    rule: guarded && place.region?.kind === 'guard' ? `The guard below a thread’s stack may not be touched (${place.region.perms}).` : 'Below a thread’s stack nothing may be touched.',
    evidence: [
      evidence('registers', `rsp is ${formatAddress(facts.sp)}, ${spWords(facts.sp, stack)}`, { kind: 'address', address: facts.sp }),
      evidence('maps', `${formatAddress(stack.start)} – ${formatAddress(stack.end)} ${stack.perms}: the stack of thread ${facts.thread.tid}`, { kind: 'range', range: { start: stack.start, end: stack.end } }),
      ...(place.region?.kind === 'guard' ? [evidence('maps', `${formatAddress(place.region.start)} – ${formatAddress(place.region.end)} ${place.region.perms}: its guard`, { kind: 'range', range: { start: place.region.start, end: place.region.end } })] : []),
    ],
    recursion,
  };
};

/** The stack of the faulting thread: by the thread's number in the map, or the one right above the guard. */
function threadStack({ facts, ground, place }: Scene, address: Address): Region | undefined {
  const stacks = [...ground.regions].filter(({ kind }) => kind === 'thread-stack');
  const guard = place.region?.kind === 'guard' ? place.region : undefined;
  return (
    stacks.find(({ tid, start, end }) => tid === facts.thread.tid && (start <= facts.sp && facts.sp < end)) ??
    stacks.findLast(({ tid, start }) => tid === facts.thread.tid && start > facts.sp) ??
    stacks.find(({ start }) => start === guard?.end) ??
    stacks.find(({ start, end }) => start <= address && address < end)
  );
}

function spWords(sp: Address, stack: Region): string {
  if (sp < stack.start) return `${formatSize(stack.start - sp)} below the stack’s mapping`;
  return `${formatSize(sp - stack.start)} above the stack’s lowest byte`;
}

function recursionOf({ findings }: Scene, neededBytes: bigint, limitBytes: bigint | undefined): FaultRecursion | undefined {
  return findings.depth && { ...findings.depth, neededBytes, limitBytes };
}

function limitWords(limit: bigint | undefined, top: bigint, address: bigint): string {
  if (limit === undefined) return 'nothing is left below it';
  const beyond = top - limit - address;
  return `it may have ${formatSize(limit)}${beyond > 0n ? `, and the access is ${formatSize(beyond)} beyond` : ''}`;
}

function depthWords(recursion: FaultRecursion | undefined): string {
  if (!recursion) return '';
  const depth = `${recursion.complete ? '' : 'more than '}${formatCount(recursion.depth)} frames deep`;
  const { functions, bytesPerRepeat } = recursion;
  if (functions.length === 0) return `${depth}; `;
  const each = bytesPerRepeat === undefined ? '' : `, ${formatSize(bytesPerRepeat)} each time`;
  return functions.length === 1 ? `${functions[0] ?? ''} calls itself, ${depth}${each}; ` : `${functions.join(', ')} call each other, ${depth}${each}; `;
}

/** A signal's frame that did not fit on the stack: the kernel gives up with SIGSEGV, and no address. */
export const signalOnFullStack: Rule = (scene): Verdict | undefined => {
  const { facts, ground, attempt } = scene;
  if (attempt.access !== 'none' || facts.signal.name !== 'SIGSEGV' || attempt.privileged) return undefined;
  const region = ground.regions.regionAt(facts.sp);
  const stack = [...ground.regions].find(({ kind }) => kind === 'stack');
  const near = stack !== undefined && facts.sp < stack.start + NEAR_SP && facts.sp + BIGGEST_FRAME > stack.start;
  if (region?.kind !== 'guard' && !near) return undefined;
  const id = facts.thread.isMain ? 'stack-overflow' : 'thread-stack-overflow';
  return {
    id, certainty: 'likely', title: 'Stack overflow', text: 'The stack is full: the kernel could not put a signal’s frame on it, and ended the program instead.',
    rule: 'A signal’s frame needs room on the stack, unless the handler has a stack of its own (sigaltstack).',
    evidence: [evidence('registers', `rsp is ${formatAddress(facts.sp)}`, { kind: 'address', address: facts.sp })], recursion: recursionOf(scene, 0n, facts.stackLimitBytes),
  };
};
