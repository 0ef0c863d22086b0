import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { RegionTableBuilder } from '../../shared/model/region-table-builder.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Region } from '../../shared/model/region.ts';
import { samePlace } from './same-place.ts';

const program = { path: '/p', role: 'program' } as const;

/** A run of a program: text and data of its file from `base` on, .bss behind, a heap, a gap, a stack that ends at `top`. */
function run(base: bigint, heap: bigint, top: bigint, stackBytes: bigint): RegionTable {
  const region = (start: bigint, end: bigint, kind: Region['kind'], own: Partial<Region> = {}): Region => ({
    start: toAddress(start), end: toAddress(end), kind, perms: 'rw-p', offset: 0n, dev: '00:00', inode: 0n, path: '', module: undefined, part: '', label: kind, tid: undefined, ...own,
  });
  const ofFile = { dev: 'fe:00', inode: 9n, path: '/p', module: program };
  const list = [
    region(base, base + 0x2000n, 'text', { ...ofFile, perms: 'r-xp', offset: 0x1000n }), region(base + 0x2000n, base + 0x2800n, 'data', { ...ofFile, offset: 0x3000n }),
    region(base + 0x2800n, base + 0x5000n, 'bss', { module: program }), region(heap, heap + 0x3000n, 'heap', { path: '[heap]' }),
    region(heap + 0x3000n, top - stackBytes, 'gap', { perms: '', dev: '' }), region(top - stackBytes, top, 'stack', { path: '[stack]' }),
  ];
  const builder = new RegionTableBuilder();
  for (const one of list) builder.add(one);
  return builder.build();
}

const first = run(0x10_0000n, 0x20_0000n, 0x9000_0000n, 0x3000n);
const second = run(0x50_0000n, 0x80_0000n, 0x7000_0000n, 0x5000n);

describe('the same place in another run', () => {
  it.each([
    ['an instruction', 0x10_0123n, 0x50_0123n],
    ['a variable', 0x10_2008n, 0x50_2008n],
    ['a variable of .bss', 0x10_3000n, 0x50_3000n],
    ['a heap block', 0x20_0010n, 0x80_0010n],
    ['a local, as far from the stack’s end', 0x8fff_ff00n, 0x6fff_ff00n],
    ['a gap', 0x30_0000n, undefined],
  ])('%s', (_what, address, there) => {
    expect(samePlace(toAddress(address), first, second)).toBe(there);
    if (there !== undefined) expect(samePlace(toAddress(there), second, first)).toBe(address);
  });

  it('there is none in what the other run does not have', () => {
    expect(samePlace(toAddress(0x6fff_b010n), second, first)).toBeUndefined();
  });
});
