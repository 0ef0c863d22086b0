import type { StackFrame, StackSlot } from '../../../shared/model/stack.ts';

const PAGE_BYTES = 4096;
/** Pages of old stack that one thread may keep: 4 MiB. */
const MOST_PAGES = 1024;

interface Seen {
  readonly stopCount: number;
  readonly pages: Map<bigint, { readonly bytes: Uint8Array; readonly known: Uint8Array }>;
  /** The slots, for their values. Their keys are made when the next stop is compared, if it ever is. */
  readonly slots: StackSlot[];
  values: Map<string, string> | undefined;
}

/** What one thread's stack held at this stop and at the one before that was looked at. */
export class StackHistory {
  #now: Seen = { stopCount: -1, pages: new Map(), slots: [], values: undefined };
  #before: Seen | undefined;

  /** Marks what changed since the last stop, and keeps these frames for the next. */
  compare(stopCount: number, frames: readonly StackFrame[]): readonly StackFrame[] {
    if (this.#now.stopCount !== stopCount) {
      this.#before = this.#now.stopCount < 0 ? undefined : this.#now;
      this.#now = { stopCount, pages: new Map(), slots: [], values: undefined };
    }
    const marked = frames.map((frame) => this.#mark(frame));
    for (const frame of frames) keep(this.#now, frame);
    return marked;
  }

  #mark(frame: StackFrame): StackFrame {
    const before = this.#before;
    if (!before || !frame.bytes) return frame;
    const { bytes } = frame;
    const old = recall(before, frame.low, bytes.length);
    const slots = frame.slots.map((slot): StackSlot => {
      const from = Number(slot.start - frame.low);
      const to = Number(slot.end - frame.low);
      if (to > bytes.length || !isKnown(old.known, from, to)) return slot;
      const changed = !isSame(bytes, old.bytes, from, to);
      return { ...slot, change: { changed, before: changed ? valuesOf(before).get(keyOf(slot)) : undefined } };
    });
    return { ...frame, slots, before: old.known.includes(0) ? undefined : old.bytes };
  }
}

function valuesOf(seen: Seen): ReadonlyMap<string, string> {
  seen.values ??= new Map(seen.slots.flatMap((slot) => (slot.value === undefined ? [] : [[keyOf(slot), slot.value] as const])));
  return seen.values;
}

function isKnown(known: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (known[at] === 0) return false;
  return true;
}

function isSame(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (a[at] !== b[at]) return false;
  return true;
}

function keyOf(slot: StackSlot): string {
  return `${slot.start} ${slot.end - slot.start} ${slot.name ?? slot.role}`;
}

function keep(seen: Seen, frame: StackFrame): void {
  seen.slots.push(...frame.slots);
  const { bytes } = frame;
  if (!bytes) return;
  for (let done = 0; done < bytes.length; ) {
    const address = frame.low + BigInt(done);
    const offset = Number(address & 0xfffn);
    const count = Math.min(PAGE_BYTES - offset, bytes.length - done);
    const start = address - BigInt(offset);
    let page = seen.pages.get(start);
    if (!page) {
      if (seen.pages.size >= MOST_PAGES) return;
      page = { bytes: new Uint8Array(PAGE_BYTES), known: new Uint8Array(PAGE_BYTES) };
      seen.pages.set(start, page);
    }
    page.bytes.set(bytes.subarray(done, done + count), offset);
    page.known.fill(1, offset, offset + count);
    done += count;
  }
}

/** Bytes as they were, with a mark on those that were seen. */
function recall(seen: Seen, low: bigint, length: number): { readonly bytes: Uint8Array; readonly known: Uint8Array } {
  const bytes = new Uint8Array(length);
  const known = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const address = low + BigInt(done);
    const offset = Number(address & 0xfffn);
    const count = Math.min(PAGE_BYTES - offset, length - done);
    const page = seen.pages.get(address - BigInt(offset));
    if (page) {
      bytes.set(page.bytes.subarray(offset, offset + count), done);
      known.set(page.known.subarray(offset, offset + count), done);
    }
    done += count;
  }
  return { bytes, known };
}
