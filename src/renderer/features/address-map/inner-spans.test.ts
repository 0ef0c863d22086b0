import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { mapOf } from '../../../shared/drawing/map-layout/testing/fixture-map.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Section } from '../../../shared/model/symbol.ts';
import { frameSpans, sectionSpans } from './inner-spans.ts';

function regionAt(address: bigint): Region {
  const table = mapOf('400000-404000 data program:/a', '7ffe00000000-7ffe00021000 stack');
  return table.rowAt(table.indexAt(toAddress(address)));
}

const frame = (level: number, name: string | undefined, sp: bigint, cfa: bigint | undefined): FrameExtent => ({
  level, pc: toAddress(0x40_1000n), function: name, modulePath: undefined, source: undefined, sp: toAddress(sp), cfa: cfa === undefined ? undefined : toAddress(cfa),
});

const section = (name: string, address: bigint, size: bigint, flags = 'WA', type = 'PROGBITS'): Section => ({ name, type, flags, address: toAddress(address), memorySizeBytes: size, fileOffset: 0n, fileSizeBytes: size });

describe('frames of a stack', () => {
  const stack = regionAt(0x7ffe_0001_0000n);

  it('are their extents from sp to the CFA, ascending, with those of other stacks left out', () => {
    const frames = [frame(0, 'leaf', 0x7ffe_0001_0000n, 0x7ffe_0001_0040n), frame(1, 'main', 0x7ffe_0001_0040n, 0x7ffe_0001_0100n), frame(2, 'elsewhere', 0x7f00_0000_0000n, 0x7f00_0000_0100n)];
    expect(frameSpans(frames, stack).map(({ start, end, label }) => [start, end, label])).toEqual([
      [0x7ffe_0001_0000n, 0x7ffe_0001_0040n, 'leaf'], [0x7ffe_0001_0040n, 0x7ffe_0001_0100n, 'main'],
    ]);
  });

  it('leave out inline frames, which have no extent of their own, and the outermost one without a CFA', () => {
    const frames = [frame(0, 'inlined', 0x7ffe_0001_0000n, 0x7ffe_0001_0000n), frame(1, undefined, 0x7ffe_0001_0000n, 0x7ffe_0001_0080n), frame(2, '_start', 0x7ffe_0001_0080n, undefined)];
    expect(frameSpans(frames, stack).map((span) => span.label)).toEqual(['no symbol']);
  });
});

describe('sections of a region', () => {
  it('are cut at its borders; a thread-local template takes no memory', () => {
    const data = regionAt(0x40_0000n);
    const spans = sectionSpans([section('.before', 0x3f_f000n, 0x1800n), section('.tbss', 0x40_1000n, 0x40n, 'WAT', 'NOBITS'), section('.data', 0x40_1000n, 0x1000n), section('.bss', 0x40_3f00n, 0x4000n, 'WA', 'NOBITS')], data);
    expect(spans.map(({ start, end, label }) => [start, end, label])).toEqual([[0x40_0000n, 0x40_0800n, '.before'], [0x40_1000n, 0x40_2000n, '.data'], [0x40_3f00n, 0x40_4000n, '.bss']]);
  });
});
