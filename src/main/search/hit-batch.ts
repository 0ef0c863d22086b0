import type { Bytes, HitSink } from './matchers/matcher.ts';

const FIRST_ROOM = 256;

/** Hits of one job as columns: positions, and the first bytes of each. */
export class HitBatch implements HitSink {
  /** Position that offset 0 of the buffer stands for; changes with each window. */
  origin = 0;
  lastEnd = 0;
  readonly #kept: number;
  readonly #buffer: Bytes;
  readonly #most: number;
  #count = 0;
  #position = new Float64Array(FIRST_ROOM);
  #bytes: Uint8Array;

  /** `kept` bytes of each hit are copied from `buffer`. Full after `most` hits. */
  constructor(kept: number, buffer: Bytes, most: number) {
    this.#kept = kept;
    this.#buffer = buffer;
    this.#most = most;
    this.#bytes = new Uint8Array(FIRST_ROOM * kept);
  }

  get full(): boolean {
    return this.#count >= this.#most;
  }

  add(offset: number, lengthBytes: number): boolean {
    const at = this.#count++;
    if (at === this.#position.length) this.#grow();
    this.#position[at] = this.origin + offset;
    for (let i = 0; i < this.#kept; i++) this.#bytes[at * this.#kept + i] = this.#buffer[offset + i] ?? 0;
    this.lastEnd = this.origin + offset + lengthBytes;
    return this.#count < this.#most;
  }

  addresses(): Float64Array<ArrayBuffer> {
    return this.#position.slice(0, this.#count);
  }

  keptBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.slice(0, this.#count * this.#kept));
  }

  #grow(): void {
    const room = Math.min(this.#most, this.#position.length * 4);
    const position = new Float64Array(room);
    position.set(this.#position);
    const bytes = new Uint8Array(room * this.#kept);
    bytes.set(this.#bytes);
    this.#position = position;
    this.#bytes = bytes;
  }
}
