import type { Address } from '../../../shared/address/address.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';

/** Bytes of a row that a search has found: columns from the row's first byte, the last one exclusive. */
export interface FoundSpan {
  readonly from: number;
  readonly to: number;
  /** The match goes on in a neighbouring row. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** Longest match that is looked for above a row: a hit carries only its first bytes. */
const LONGEST_BYTES = 4096n;

/** Which bytes of [start, start + byteCount) were found. `hits` ascend by address. */
export function foundSpans(hits: readonly SearchHit[], start: Address, byteCount: number): FoundSpan[] {
  const end = start + BigInt(byteCount);
  const spans: FoundSpan[] = [];
  for (let i = firstAtOrAbove(hits, start - LONGEST_BYTES); i < hits.length; i++) {
    const hit = hits[i];
    if (hit === undefined || hit.address >= end) break;
    const hitEnd = hit.address + BigInt(Math.max(1, hit.bytes.length));
    if (hitEnd <= start) continue;
    spans.push({
      from: hit.address < start ? 0 : Number(hit.address - start),
      to: hitEnd > end ? byteCount : Number(hitEnd - start),
      openStart: hit.address < start,
      openEnd: hitEnd > end,
    });
  }
  return spans;
}

function firstAtOrAbove(hits: readonly SearchHit[], address: bigint): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hits[middle]?.address ?? 0n) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
