import type { HitSink } from './matcher.ts';

/*
 * One loop per element type, each seeing a single kind of array: a shared one would be compiled for all kinds at once and run several times slower. All take elements [from, until) of
 * the whole view in steps of `step`, and answer with the element after the last hit when the sink is full, else -1.
 */

/** The engine's own search, which is vectorised. Steps of one element. */
export function scanEqual(view: Uint8Array | Uint16Array | Uint32Array, value: number, from: number, until: number, widthBytes: number, sink: HitSink): number {
  for (let i = view.indexOf(value, from); i >= 0 && i < until; i = view.indexOf(value, i + 1)) if (!sink.add(i * widthBytes, widthBytes)) return i + 1;
  return -1;
}

export function scanBytes(view: Uint8Array, from: number, until: number, step: number, least: number, span: number, sink: HitSink): number {
  for (let i = from; i < until; i += step) if ((((view[i] ?? 0) - least) & 0xff) <= span && !sink.add(i, 1)) return i + 1;
  return -1;
}

export function scanWords16(view: Uint16Array, from: number, until: number, step: number, least: number, span: number, sink: HitSink): number {
  for (let i = from; i < until; i += step) if ((((view[i] ?? 0) - least) & 0xffff) <= span && !sink.add(i * 2, 2)) return i + 1;
  return -1;
}

export function scanWords32(view: Uint32Array, from: number, until: number, step: number, least: number, span: number, sink: HitSink): number {
  for (let i = from; i < until; i += step) if (((view[i] ?? 0) - least) >>> 0 <= span && !sink.add(i * 4, 4)) return i + 1;
  return -1;
}

/** Lower bound, and distance from it to the upper one, in halves of 32 bits. */
export interface WideBounds {
  readonly lowLower: number;
  readonly lowUpper: number;
  readonly spanLower: number;
  readonly spanUpper: number;
}

/** `view` holds the words as pairs, lower half first; elements are pairs. */
export function scanWords64(view: Uint32Array, from: number, until: number, step: number, { lowLower, lowUpper, spanLower, spanUpper }: WideBounds, sink: HitSink): number {
  for (let i = from; i < until; i += step) {
    const lower = view[i * 2] ?? 0;
    // value - low as a 64-bit subtraction: the upper half borrows one where the lower half is smaller.
    const upper = ((view[i * 2 + 1] ?? 0) - lowUpper - (lower < lowLower ? 1 : 0)) >>> 0;
    if (upper > spanUpper) continue;
    if (upper === spanUpper && (lower - lowLower) >>> 0 > spanLower) continue;
    if (!sink.add(i * 8, 8)) return i + 1;
  }
  return -1;
}

export function scanHalves(view: Uint16Array, from: number, until: number, step: number, table: Uint8Array, sink: HitSink): number {
  for (let i = from; i < until; i += step) if (table[view[i] ?? 0] === 1 && !sink.add(i * 2, 2)) return i + 1;
  return -1;
}

export function scanFloats(view: Float32Array, from: number, until: number, step: number, low: number, high: number, sink: HitSink): number {
  for (let i = from; i < until; i += step) {
    const value = view[i] ?? 0;
    if (value >= low && value <= high && !sink.add(i * 4, 4)) return i + 1;
  }
  return -1;
}

export function scanDoubles(view: Float64Array, from: number, until: number, step: number, low: number, high: number, sink: HitSink): number {
  for (let i = from; i < until; i += step) {
    const value = view[i] ?? 0;
    if (value >= low && value <= high && !sink.add(i * 8, 8)) return i + 1;
  }
  return -1;
}
