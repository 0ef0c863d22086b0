import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageCounter, RunBuilder } from '../../../shared/analysis/pages/page-builders.ts';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { parseSmapsColumns } from '../../procfs/smaps-columns.ts';
import type { PageSource } from './page-source.ts';
import { RESERVED_WALK_PAGES, walkPages, WINDOW_PAGES } from './walk-pages.ts';

const EXCLUSIVE_PRESENT = 0x8100_0000;

/** A page table of `present` pages under the given maps lines, `START-END PERMS` in pages. Counts what is read. */
function source(lines: readonly string[], present: ReadonlySet<number>, residentKib = 0): PageSource & { readonly reads: [number, number][]; smapsReads: number } {
  const hex = (page: string): string => (BigInt(`0x${page}`) << 12n).toString(16);
  const maps = lines.map((line) => line.replace(/^([0-9a-f]+)-([0-9a-f]+)/, (_, a: string, b: string) => `${hex(a)}-${hex(b)}`)).map((line) => `${line} 00000000 00:00 0 \n`);
  const mappings = parseMaps(Buffer.from(maps.join('')));
  const reads: [number, number][] = [];
  const never = (): never => {
    throw new Error('not asked in this test');
  };
  const made = {
    reads,
    smapsReads: 0,
    mappings: () => mappings,
    readWords(first: number, count: number, into: Uint32Array) {
      reads.push([first, count]);
      for (let i = 0; i < count; i++) {
        into[i * 2] = 0;
        into[i * 2 + 1] = present.has(first + i) ? EXCLUSIVE_PRESENT : 0;
      }
      return count;
    },
    isZeroFrame: () => 'unknown' as const,
    smaps() {
      made.smapsReads++;
      const text = maps.map((line) => `${line}Rss: ${residentKib} kB\nSwap: 0 kB\n`).join('');
      return { smaps: parseSmapsColumns(Buffer.from(text)), cost: { elapsedMs: 0, bytesRead: text.length, source: 'smaps' } };
    },
    frameWords: never, frameFlags: never, rollup: never, numaLine: never, space: never, fileSize: never, personality: never, security: never, randomizeVaSpace: never,
  };
  return made;
}

function runsOf(pages: PageSource, start = 0, end = 2 ** 52): string[] {
  const builder = new RunBuilder(10_000);
  walkPages(pages, pages.mappings(), start, end, { detail: 'pagemap' }, (chunk) => builder.add(chunk));
  const runs = builder.build();
  return Array.from(runs.startPage, (page, i) => `${page.toString(16)}+${(runs.pageCount[i] ?? 0).toString(16)} ${PAGE_STATES[runs.state[i] ?? 0]}`);
}

describe('walking page tables', () => {
  it('1.4 TiB reserved costs one chunk and not a single word', () => {
    const pages = source(['100000-16800000 ---p', '16800000-16800010 rw-p'], new Set([0x16800003]));
    expect(runsOf(pages)).toEqual(['100000+16700000 reserved', '16800000+3 absent', '16800003+1 anonymous', '16800004+c absent']);
    expect(pages.reads).toEqual([[0x16800000, 16]]);
    expect(pages.smapsReads).toBe(0);
  });

  it('a small mapping without access is walked: it may hold pages of before', () => {
    const pages = source([`1000-${(0x1000 + RESERVED_WALK_PAGES).toString(16)} ---p`], new Set([0x1001]));
    expect(runsOf(pages)[1]).toBe('1001+1 anonymous');
  });

  it('terabytes with access are looked up in smaps first, and walked no further than its pages reach', () => {
    const empty = source(['10000000-20000000 rw-p'], new Set());
    expect(runsOf(empty)).toEqual(['10000000+10000000 absent']);
    expect([empty.reads, empty.smapsReads]).toEqual([[], 1]);
    const two = source(['10000000-20000000 rw-p'], new Set([0x10000005, 0x10000000 + WINDOW_PAGES + 1]), 8);
    expect(runsOf(two).filter((run) => run.endsWith('anonymous'))).toHaveLength(2);
    expect(two.reads.map(([, count]) => count)).toEqual([WINDOW_PAGES, WINDOW_PAGES]);
  });

  it('sixty thousand small neighbours take a few reads', () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${(0x1000 + i).toString(16)}-${(0x1001 + i).toString(16)} ${i % 2 ? 'r--p' : 'rw-p'}`);
    const pages = source(lines, new Set([0x1000]));
    const counter = new PageCounter();
    walkPages(pages, pages.mappings(), 0, 2 ** 52, { detail: 'pagemap' }, (chunk) => (counter.add(chunk), true));
    expect([counter.pages, counter.present, pages.reads.length]).toEqual([60_000, 1, Math.ceil(60_000 / WINDOW_PAGES)]);
  });

  it('a refused page table is unknown, not absent', () => {
    const pages: PageSource = { ...source(['10-20 rw-p'], new Set()), readWords: () => undefined };
    expect(runsOf(pages)).toEqual(['10+10 unknown']);
  });

  it('tells every mapped page of a range once and no other, whatever the mappings', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }),
        fc.array(fc.integer({ min: 0x10, max: 4000 }), { maxLength: 50 }),
        (pieces, start, length, presentPages) => {
          let at = 0x10;
          const mapped: [number, number][] = pieces.map(([gap, size]) => {
            const from = at + gap;
            at = from + size;
            return [from, at];
          });
          const present = new Set(presentPages);
          const pages = source(mapped.map(([from, to]) => `${from.toString(16)}-${to.toString(16)} rw-p`), present);
          const told: string[] = [];
          walkPages(pages, pages.mappings(), start, start + length, { detail: 'pagemap' }, (chunk) => {
            for (let i = 0; i < chunk.count; i++) told.push(`${chunk.firstPage + i} ${PAGE_STATES[chunk.state[chunk.at + i] ?? 0]}`);
            return true;
          });
          const expected = mapped.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)).filter((page) => page >= start && page < start + length);
          expect(told).toEqual(expected.map((page) => `${page} ${present.has(page) ? 'anonymous' : 'absent'}`));
        },
      ),
    );
  });
});
