import { toAddress } from '../../../shared/address/address.ts';
import { rangeFrom } from '../../../shared/address/range.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import type { Picture, Target } from '../../target/target.ts';

/** Bytes shown of a place whose own were not kept. */
const PREVIEW_BYTES = 32;

export interface RawHit {
  readonly position: number;
  readonly kept: Uint8Array;
}

/** Where each place lies, and what it is called. */
export function describeHits(raw: readonly RawHit[], picture: Picture): SearchHit[] {
  return raw.map(({ position, kept }): SearchHit => {
    const address = toAddress(BigInt(position));
    const region = picture.regions.regionAt(address);
    const symbol = picture.modules.symbolAt(address);
    return {
      address,
      region: region && !isUnmappedKind(region.kind) ? { start: region.start, end: region.end, kind: region.kind, label: region.label } : undefined,
      symbol: symbol && { name: symbol.symbol.demangled ?? symbol.symbol.name, offset: symbol.offset },
      bytes: kept,
    };
  });
}

/** The same with the bytes that are there now, where none were kept. Pages that are not present are not touched. */
export async function withPreview(hits: readonly SearchHit[], target: Target): Promise<SearchHit[]> {
  return Promise.all(
    hits.map(async (hit) => {
      if (hit.bytes.length > 0) return hit;
      const [first] = await target.readMemory(rangeFrom(hit.address, PREVIEW_BYTES), { touchNotPresent: false });
      return first?.kind === 'valid' ? { ...hit, bytes: first.bytes } : hit;
    }),
  );
}
