import type { Address } from '../../../shared/address/address.ts';
import { rowOf } from '../../kernels/stack-frames/frame-rows.ts';
import { ROW_PX } from '../../kernels/stack-frames/stack-blocks.ts';
import type { FrameModel } from './frame-model.ts';
import type { FrameAndSlot } from './use-stack.ts';

export interface SlotStep {
  readonly address: Address;
  readonly level: number;
  readonly topPx: number;
}

/** The slot above (−1) or below (1) the one at the cursor, over the edges of frames; only of frames that are open. Without one at the cursor: the outermost slot shown, or the innermost. */
export function nextSlot(model: FrameModel, at: FrameAndSlot | undefined, by: 1 | -1): SlotStep | undefined {
  // Downwards: frames as they are drawn, slots from high to low.
  const open = model.blocks.flatMap((block) => {
    const level = block.kind === 'frame' ? block.level : block.kind === 'red-zone' ? model.redZone?.frame.level : undefined;
    const frame = level === undefined ? undefined : model.picture.frames.get(level);
    const rows = block.kind === 'red-zone' ? model.redZone?.rows : level === undefined ? undefined : model.rows.get(level);
    return frame === undefined || rows === undefined || rows.rows === 0 ? [] : [{ frame, rows, topPx: block.topPx, low: rows.low, high: rows.high }];
  });
  const current = at?.frame.slots[at.slot];
  let found = current === undefined ? (by > 0 ? 0 : open.length - 1) : open.findIndex(({ low, high }) => current.start >= low && current.start < high);
  if (found < 0) return undefined;
  const entry = open[found];
  if (entry === undefined) return undefined;
  let slot = current === undefined ? (by > 0 ? entry.frame.slots.length - 1 : 0) : (at?.slot ?? 0) - by;
  for (let one: typeof entry | undefined = entry; one !== undefined; one = open[found]) {
    const place = one.frame.slots[slot];
    if (place !== undefined && place.start >= one.low && place.start < one.high) return { address: place.start, level: one.frame.level, topPx: one.topPx + rowOf(one.rows, place.start) * ROW_PX };
    found += by;
    const next = open[found];
    if (next === undefined) return undefined;
    // The first slot of the next frame in this direction that is inside of what is drawn of it.
    slot = by > 0 ? next.frame.slots.findLastIndex(({ start }) => start < next.high) : next.frame.slots.findIndex(({ start }) => start >= next.low);
  }
  return undefined;
}
