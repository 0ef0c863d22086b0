import { SPACE_END, toAddress } from '../../../shared/address/address.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Region, RegionKind } from '../../../shared/model/region.ts';

const NOTHING: Region = {
  start: toAddress(0n), end: toAddress(0n), kind: 'gap', perms: '', offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', label: '', tid: undefined,
};

/** Regions drawn as text, one a line: `1000-3000 r-xp text` (hex start and end, permissions, kind). What lies between is a gap. */
export function drawRegions(text: string): RegionTable {
  const builder = new RegionTableBuilder();
  let at = 0n;
  const gapTo = (end: bigint): void => {
    if (end > at) builder.add({ ...NOTHING, start: toAddress(at), end: toAddress(end) });
  };
  for (const line of text.trim().split('\n')) {
    const [, start = '0', end = '0', perms = '', kind = ''] = /^\s*([0-9a-f]+)-([0-9a-f]+) (\S+) (\S+)/.exec(line) ?? [];
    gapTo(BigInt(`0x${start}`));
    at = BigInt(`0x${end}`);
    builder.add({ ...NOTHING, start: toAddress(BigInt(`0x${start}`)), end: toAddress(at), perms, kind: kind as RegionKind });
  }
  gapTo(SPACE_END);
  return builder.build();
}
