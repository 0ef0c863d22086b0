import { MOST_KEPT_BYTES, type Bytes, type Matcher } from './matcher.ts';

/** Up to this length Node looks for the first byte with memchr(3), which is several times faster than what it does for longer needles. */
const ANCHOR_BYTES = 6;

/**
 * Matches of bytes of which some bits may not matter, overlapping ones too (`aa` twice in `aaa`), at addresses that `align` divides. A short piece of whole bytes is looked for, one
 * that begins with a byte rare in memory; the rest is compared where it is found.
 */
export function maskedMatcher(pattern: Uint8Array, mask: Uint8Array, align: number): Matcher {
  const length = pattern.length;
  const anchor = pickAnchor(pattern, mask);
  const needle = Buffer.from(pattern.subarray(anchor.start, anchor.end));
  const others = Array.from({ length }, (_, i) => i).filter((i) => (i < anchor.start || i >= anchor.end) && mask[i] !== 0);
  const fits = (bytes: Bytes, at: number): boolean => {
    for (const i of others) if ((((bytes[at + i] ?? 0) ^ (pattern[i] ?? 0)) & (mask[i] ?? 0)) !== 0) return false;
    return true;
  };
  return {
    reachBytes: length,
    keptBytes: Math.min(length, MOST_KEPT_BYTES),
    scan(bytes, from, until, end, sink) {
      const stop = Math.min(until, end - length + 1);
      if (needle.length === 0) {
        for (let at = Math.ceil(from / align) * align; at < stop; at += align) if (fits(bytes, at) && !sink.add(at, length)) return at + 1;
        return until;
      }
      const window = bytes.subarray(0, Math.max(0, stop - 1 + anchor.end));
      const single = needle.length === 1 ? (needle[0] ?? 0) : needle;
      for (let found = window.indexOf(single, from + anchor.start); found >= 0; found = window.indexOf(single, found + 1)) {
        const at = found - anchor.start;
        if (at >= stop) break;
        if (at % align === 0 && fits(bytes, at) && !sink.add(at, length)) return at + 1;
      }
      return until;
    },
  };
}

export function bytesMatcher(pattern: Uint8Array, align: number): Matcher {
  return maskedMatcher(pattern, new Uint8Array(pattern.length).fill(0xff), align);
}

function pickAnchor(pattern: Uint8Array, mask: Uint8Array): { readonly start: number; readonly end: number } {
  let best = { start: 0, end: 0 };
  let bestScore = 0;
  for (let start = 0; start < mask.length; start++) {
    let end = start;
    while (end < start + ANCHOR_BYTES && mask[end] === 0xff) end++;
    const score = end === start ? 0 : 10 * rarity(pattern[start] ?? 0) + end - start;
    if (score > bestScore) [best, bestScore] = [{ start, end }, score];
  }
  return best;
}

/** Zeros fill most of memory; small numbers, all ones and blanks come next. */
function rarity(byte: number): number {
  if (byte === 0) return 0;
  return byte < 0x10 || byte === 0xff || byte === 0x20 ? 1 : 2;
}
