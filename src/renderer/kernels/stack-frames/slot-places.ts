import type { Address } from '../../../shared/address/address.ts';
import type { StackSlot } from '../../../shared/model/stack.ts';

/** Where a byte of a frame is, as its code would say it: `rbp-0x18`, or `rsp+0x20` in a function without frame pointer. */
export function placeWords(address: bigint, framePointer: bigint | undefined, sp: bigint): string {
  const base = framePointer ?? sp;
  const register = framePointer === undefined ? 'rsp' : 'rbp';
  const by = address - base;
  return by === 0n ? register : `${register}${by < 0n ? '-' : '+'}0x${(by < 0n ? -by : by).toString(16)}`;
}

/** The slot that holds a byte. */
export function slotAt(slots: readonly StackSlot[], address: bigint): number {
  let low = 0;
  let high = slots.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const slot = slots[middle];
    if (slot === undefined) return -1;
    if (address < slot.start) high = middle - 1;
    else if (address >= slot.end) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** A local array below a slot, from which writing past its end would get there. */
export interface Reach {
  readonly slot: StackSlot;
  /** Bytes from the array's first one to the slot. */
  readonly afterBytes: bigint;
  /** The canary between them, which the function would find changed. */
  readonly guardedBy: StackSlot | undefined;
}

/** The nearest array below a slot; writes go upwards. */
export function reachOf(slots: readonly StackSlot[], target: StackSlot): Reach | undefined {
  let guardedBy: StackSlot | undefined;
  for (let i = slots.length - 1; i >= 0; i--) {
    const slot = slots[i];
    if (slot === undefined || slot.end > target.start) continue;
    if (slot.role === 'canary') guardedBy ??= slot;
    if (slot.role === 'local' && /\[\d*\]/.test(slot.type ?? '')) return { slot, afterBytes: target.start - slot.start, guardedBy };
  }
  return undefined;
}

/** Bytes of a frame by what they are for. */
export function makeUp(slots: readonly StackSlot[], from: Address, to: Address): ReadonlyMap<StackSlot['role'], bigint> {
  const sums = new Map<StackSlot['role'], bigint>();
  for (const { start, end, role } of slots) {
    const low = start > from ? start : from;
    const high = end < to ? end : to;
    if (low < high) sums.set(role, (sums.get(role) ?? 0n) + high - low);
  }
  return sums;
}
