/** A buffer that is nobody else's: typed arrays may be laid over it. */
export type Bytes = Buffer<ArrayBuffer>;

/** Takes matches as they are found. */
export interface HitSink {
  /** False when it takes no more after this one. `offset` is in the scanned buffer. */
  add(offset: number, lengthBytes: number): boolean;
}

/**
 * Finds matches in a buffer whose offsets are congruent to addresses modulo 4096, so that alignment can be told from the offset.
 *
 * `scan` hands over the matches that begin in [from, until) and end at or before `end`, ascending. It answers with the offset where the search goes on: `until`, or behind it when a
 * match that began before reaches further and matches do not overlap, or right behind the last match when the sink is full.
 */
export interface Matcher {
  /** Longest match: this much must be in sight for a match not to be missed. */
  readonly reachBytes: number;
  /** First bytes of a match, kept to tell later whether they changed; no match is shorter. 0: a match can't be followed. */
  readonly keptBytes: number;
  scan(bytes: Bytes, from: number, until: number, end: number, sink: HitSink): number;
}

/** Bytes of a match that are kept at most. */
export const MOST_KEPT_BYTES = 16;
