import { formatPlainAddress } from '../../../shared/address/address.ts';
import type { StackFrame, StackSlot } from '../../../shared/model/stack.ts';
import type { StackLook } from './stack-look.ts';

export interface SlotJson {
  readonly start: string;
  readonly end: string;
  readonly role: string;
  readonly name?: string;
  readonly type?: string;
  readonly value?: string;
  readonly register?: string;
}

export interface FrameJson {
  readonly level: number;
  readonly function: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly pc: string;
  readonly cfa: string | null;
  readonly low: string;
  readonly high: string;
  readonly inline: boolean;
  readonly slots: readonly SlotJson[];
}

/** The document of `vmatlas stack --json`. Scripts depend on every key. */
export function stackJson(look: StackLook): { readonly stoppedMs: number; readonly thread: number; readonly frames: readonly FrameJson[] } {
  return { stoppedMs: Math.round(look.stoppedMs * 10) / 10, thread: look.thread.tid, frames: look.frames.map(frameJson) };
}

function frameJson(frame: StackFrame): FrameJson {
  return {
    level: frame.level,
    function: frame.function ?? null,
    file: frame.source?.fullName ?? frame.source?.file ?? null,
    line: frame.source?.line ?? null,
    pc: formatPlainAddress(frame.pc),
    cfa: frame.cfa === undefined ? null : formatPlainAddress(frame.cfa),
    low: formatPlainAddress(frame.low),
    high: formatPlainAddress(frame.high),
    inline: frame.kind === 'inline',
    slots: frame.slots.map(slotJson),
  };
}

function slotJson(slot: StackSlot): SlotJson {
  const value = slot.role === 'canary' && slot.value !== undefined ? `${slot.value} ${slot.words}` : slot.value;
  return {
    start: formatPlainAddress(slot.start),
    end: formatPlainAddress(slot.end),
    role: slot.role,
    ...(slot.name === undefined ? {} : { name: slot.name }),
    ...(slot.type === undefined ? {} : { type: slot.type }),
    ...(value === undefined ? {} : { value }),
    ...(slot.register === undefined ? {} : { register: slot.register }),
  };
}
