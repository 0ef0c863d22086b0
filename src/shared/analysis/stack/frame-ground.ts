import type { FrameExtent } from '../../model/debug.ts';
import type { FrameKind } from '../../model/stack.ts';

/** Bytes below rsp that the innermost function may use (System V ABI x86-64, 3.2.2). */
export const RED_ZONE_BYTES = 128n;
/** gdb's name of a signal frame. */
export const SIGNAL_FRAME_NAME = '<signal handler called>';
/** No compiler makes a frame as large as this; the unwinder has been led astray. */
const MOST_FRAME_BYTES = 1n << 30n;

/** A frame's kind and the bytes that are its own. */
export interface FrameGroundFacts {
  readonly extent: FrameExtent;
  readonly kind: FrameKind;
  readonly storageLevel: number;
  readonly low: bigint;
  readonly high: bigint;
  /** [low, high) could not be made out: its CFA is not above its stack pointer. */
  readonly isBroken: boolean;
}

export interface StackBounds {
  /** Top of the stack that an address is in: end of its mapping, or where the program's arguments begin on the main stack. undefined when it is in none. */
  topOf(address: bigint): bigint | undefined;
}

/**
 * Kinds and extents of consecutive frames, innermost first. The last one's kind may need the frame after it: give one more than is wanted.
 *
 * gdb lists an inlined function as a frame of its own with its caller's registers, and a tail call's as one with its caller's stack pointer and another pc.
 */
export function groundFrames(extents: readonly FrameExtent[], bounds: StackBounds): readonly FrameGroundFacts[] {
  const kinds = extents.map((extent, at) => kindOf(extent, extents[at + 1]));
  return extents.map((extent, at) => {
    const kind = kinds[at] ?? 'normal';
    let storage = at;
    while (kinds[storage] === 'inline' && storage + 1 < extents.length) storage++;
    const owner = extents[storage] ?? extent;
    if (kind === 'tail-call') return { extent, kind, storageLevel: extent.level, low: extent.sp, high: extent.sp, isBroken: false };
    const high = highOf(owner, kinds[storage] ?? kind, bounds);
    const isInnermost = extents[0]?.level === 0 && kinds.slice(0, storage).every((before) => before === 'inline');
    const isBroken = high === undefined;
    const low = isInnermost ? owner.sp - RED_ZONE_BYTES : owner.sp;
    return { extent, kind, storageLevel: owner.level, low, high: high ?? owner.sp, isBroken };
  });
}

function kindOf(extent: FrameExtent, next: FrameExtent | undefined): FrameKind {
  if (extent.function === SIGNAL_FRAME_NAME) return 'signal';
  if (!next || next.sp !== extent.sp) return 'normal';
  return next.pc === extent.pc ? 'inline' : 'tail-call';
}

/** End of the frame; undefined when the CFA is not where one can be. */
function highOf(extent: FrameExtent, kind: FrameKind, bounds: StackBounds): bigint | undefined {
  const { sp, cfa } = extent;
  const top = bounds.topOf(sp);
  if (cfa === undefined) return top !== undefined && top - sp <= 4096n ? top : sp;
  // Off to another stack: the kernel's frame on an alternate signal stack, or a stack switch. The frame's own part is told by others.
  if (kind === 'signal') return bounds.topOf(cfa) === top && cfa > sp ? cfa : sp;
  return cfa > sp && cfa - sp < MOST_FRAME_BYTES && (top === undefined || cfa <= top) ? cfa : undefined;
}
