import type { HitColumns } from './refine-scanner.ts';

/** Places and their bytes kept for one search: 64 MiB. While a set is refined there are two of it. */
const SET_BYTES = 64 * 1024 * 1024;

/** Places found, ascending, with the bytes that were there. Bounded: `roomFor` says how many there may be. */
export class HitSet {
  readonly keptBytes: number;
  readonly #chunks: HitColumns[] = [];
  /** Number of hits before each chunk. */
  readonly #before: number[] = [];
  #count = 0;

  constructor(keptBytes: number) {
    this.keptBytes = keptBytes;
  }

  /** How many hits with so many kept bytes a set may hold. */
  static roomFor(keptBytes: number): number {
    return Math.floor(SET_BYTES / (8 + keptBytes));
  }

  get count(): number {
    return this.#count;
  }

  get chunks(): readonly HitColumns[] {
    return this.#chunks;
  }

  /** Takes hits that lie above all before. */
  append(hits: HitColumns): void {
    if (hits.addresses.length === 0) return;
    this.#before.push(this.#count);
    this.#chunks.push(hits);
    this.#count += hits.addresses.length;
  }

  /** Hits [first, first + count), as far as there are any. */
  rows(first: number, count: number): readonly { readonly position: number; readonly kept: Uint8Array }[] {
    const found: { position: number; kept: Uint8Array }[] = [];
    for (let chunk = this.#chunkOf(first); chunk < this.#chunks.length && found.length < count; chunk++) {
      const { addresses, kept } = this.#chunks[chunk] ?? EMPTY;
      for (let i = Math.max(0, first - (this.#before[chunk] ?? 0)); i < addresses.length && found.length < count; i++) {
        found.push({ position: addresses[i] ?? 0, kept: kept.subarray(i * this.keptBytes, (i + 1) * this.keptBytes) });
      }
    }
    return found;
  }

  #chunkOf(row: number): number {
    let low = 0;
    let high = this.#before.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#before[middle] ?? Infinity) <= row) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

const EMPTY: HitColumns = { addresses: new Float64Array(), kept: new Uint8Array() };

/** The first `count` hits of columns. */
export function firstHits(hits: HitColumns, count: number, keptBytes: number): HitColumns {
  return hits.addresses.length <= count ? hits : { addresses: hits.addresses.slice(0, count), kept: hits.kept.slice(0, count * keptBytes) };
}

/** The hits from position `from` on. */
export function hitsFrom(hits: HitColumns, from: number, keptBytes: number): HitColumns {
  let drop = 0;
  while (drop < hits.addresses.length && (hits.addresses[drop] ?? 0) < from) drop++;
  return drop === 0 ? hits : { addresses: hits.addresses.slice(drop), kept: hits.kept.slice(drop * keptBytes) };
}
