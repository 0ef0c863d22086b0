import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';

import { cutJobs, planSearch } from './plan.ts';
import { contiguousEnd, firstSegmentAfter, type Segments } from './segments.ts';
import { drawRegions } from './testing/draw-regions.ts';

const MAP = `
  1000-3000 r-xp text tour text
  3000-5000 rw-p data tour data
  6000-7000 ---p guard guard
  8000-a000 rw-p heap [heap]
  100000-40100000 ---p reserved reserved
  ffffffffff600000-ffffffffff601000 --xp vsyscall [vsyscall]`;

const rows = ({ start, end }: Segments): [number, number][] => Array.from(start, (from, i) => [from, end[i] ?? 0]);

describe('what a scope means', () => {
  it('readable: what the process may read, neighbours joined', () => {
    const plan = planSearch(drawRegions(MAP), { kind: 'readable' });
    expect(rows(plan.segments)).toEqual([[0x1000, 0x5000], [0x8000, 0xa000]]);
    expect(plan).toMatchObject({ bytes: 0x6000, noAccessBytes: 0x1000n + 0x4000_0000n + 0x1000n, unreachableBytes: 0n });
  });
  it('kinds: also what only we can read, but no reserved space', () => {
    const plan = planSearch(drawRegions(MAP), { kind: 'kinds', kinds: ['guard', 'heap', 'reserved', 'vsyscall'] });
    expect(rows(plan.segments)).toEqual([[0x6000, 0x7000], [0x8000, 0xa000]]);
    expect(plan).toMatchObject({ noAccessBytes: 0x4000_0000n, unreachableBytes: 0x1000n });
  });
  it('ranges: their mapped bytes, each once', () => {
    const range = (start: bigint, end: bigint) => ({ start: toAddress(start), end: toAddress(end) });
    const plan = planSearch(drawRegions(MAP), { kind: 'ranges', ranges: [range(0x4800n, 0x8010n), range(0x2800n, 0x4900n), range(0x9000n, 0x9000n)] });
    expect(rows(plan.segments)).toEqual([[0x2800, 0x5000], [0x6000, 0x7000], [0x8000, 0x8010]]);
  });
});

describe('jobs', () => {
  it('cover every byte of the segments once, ascending', () => {
    const segment = fc.tuple(fc.integer({ min: 0, max: 1 << 30 }), fc.integer({ min: 1, max: 64 << 20 }));
    fc.assert(fc.property(fc.array(segment, { maxLength: 40 }), (gaps) => {
      let at = 0x1000;
      const made = gaps.map(([gap, size]) => {
        const start = at + gap;
        at = start + size;
        return { start, end: at };
      });
      const segments = { start: Float64Array.from(made, ({ start }) => start), end: Float64Array.from(made, ({ end }) => end), flags: new Uint8Array(made.length) };
      const bytes = made.reduce((sum, { start, end }) => sum + end - start, 0);
      let covered = 0;
      let before = 0;
      for (const job of cutJobs(segments, bytes)) {
        expect(job.start).toBeGreaterThanOrEqual(before);
        expect(job.bytes).toBeLessThanOrEqual(16 << 20);
        const inside = made.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, job.end) - Math.max(start, job.start)), 0);
        expect(inside).toBe(job.bytes);
        covered += inside;
        before = job.end;
      }
      expect(covered).toBe(bytes);
    }));
  });
});

describe('segments', () => {
  const segments = { start: Float64Array.of(10, 20, 40), end: Float64Array.of(20, 30, 50), flags: new Uint8Array(3) };
  it('are found by position', () => expect([0, 10, 19, 20, 35, 50].map((at) => firstSegmentAfter(segments, at))).toEqual([0, 0, 0, 1, 2, 3]));
  it('go on into neighbours', () => expect([15, 20, 30, 45, 60].map((at) => contiguousEnd(segments, at, 47))).toEqual([30, 30, 30, 47, 60]));
});
