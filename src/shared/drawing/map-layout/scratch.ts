/**
 * Arrays that are needed only while a layout is made. Kept between layouts and only ever grown: a megabyte of fresh memory costs more in page faults than what is computed in it. Not cleared: who takes
 * one writes every entry before reading it.
 */
export class Scratch {
  readonly #floats: Float64Array[] = [];
  readonly #bytes: Uint8Array[] = [];

  floats(slot: number, length: number): Float64Array {
    let kept = this.#floats[slot];
    if (!kept || kept.length < length) this.#floats[slot] = kept = new Float64Array(roomFor(length));
    return kept.subarray(0, length);
  }

  bytes(slot: number, length: number): Uint8Array {
    let kept = this.#bytes[slot];
    if (!kept || kept.length < length) this.#bytes[slot] = kept = new Uint8Array(roomFor(length));
    return kept.subarray(0, length);
  }
}

/** A map that grows by a few rows must not need new arrays each time. */
function roomFor(length: number): number {
  return Math.ceil((length * 1.25 + 64) / 64) * 64;
}
