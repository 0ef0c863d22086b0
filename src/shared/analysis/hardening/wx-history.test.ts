import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { RegionTableBuilder } from '../../model/region-table-builder.ts';
import type { RegionTable } from '../../model/region-table.ts';
import { intersectSpans, spansMeeting, uniteSpans } from './spans.ts';
import { WxHistory } from './wx-history.ts';
import { judgeAslr } from './judge-aslr.ts';

/** `1000-3000 rw-p 4000-5000 r-xp` */
function table(text: string): RegionTable {
  const builder = new RegionTableBuilder();
  for (const [, start = '', end = '', perms = ''] of text.matchAll(/([0-9a-f]+)-([0-9a-f]+) (\S{4})/g)) {
    builder.add({ start: toAddress(BigInt(`0x${start}`)), end: toAddress(BigInt(`0x${end}`)), kind: 'anon', perms, offset: 0n, dev: '00:00', inode: 0n, path: '', module: undefined, part: '', label: 'anonymous', tid: undefined });
  }
  return builder.build();
}

const found = (history: WxHistory): string[] => history.found().map(({ how, start, end, perms }) => `${how} ${start.toString(16)}-${end.toString(16)} ${perms}`);

describe('writable and executable memory over time', () => {
  it('both at once, from the first picture on', () => {
    const history = new WxHistory(0);
    expect(history.update(table('1000-2000 rwxp 3000-4000 r-xp'), 5)).toHaveLength(1);
    expect(history.update(table('1000-2000 rwxp 3000-4000 r-xp'), 6)).toEqual([]);
    expect(found(history)).toEqual(['now 1000-2000 rwxp']);
  });

  it('made executable after it was writable, for the pages that were', () => {
    const history = new WxHistory(0);
    history.update(table('1000-5000 rw-p'), 1);
    history.update(table('1000-5000 r--p'), 2);
    expect(history.update(table('1000-2000 r--p 2000-4000 r-xp 4000-9000 r-xp'), 3).map(({ how }) => how)).toEqual(['made-executable', 'made-executable']);
    expect(found(history)).toEqual(['made-executable 2000-4000 r-xp', 'made-executable 4000-5000 r-xp']);
  });

  it('memory that was unmapped in between is new memory', () => {
    const history = new WxHistory(0);
    history.update(table('1000-2000 rw-p'), 1);
    history.update(table('8000-9000 rw-p'), 2);
    history.update(table('1000-2000 r-xp'), 3);
    expect(found(history)).toEqual([]);
  });

  it('what was both stays on the list when it is no longer', () => {
    const history = new WxHistory(0);
    history.update(table('1000-2000 rwxp'), 1);
    history.update(table('1000-2000 r--p'), 2);
    expect(found(history)).toEqual(['was-both 1000-2000 r--p']);
    expect(history.update(table('1000-2000 rwxp'), 3)).toHaveLength(1);
    expect(found(history)).toEqual(['now 1000-2000 rwxp']);
  });
});

describe('sets of pages', () => {
  const anySpans = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 10 })), { maxLength: 12 }).map((pieces) => {
    const spans: number[] = [];
    let at = 0;
    for (const [gap, size] of pieces) {
      spans.push(at + gap, at + gap + size);
      at += gap + size;
    }
    return spans;
  });
  const pagesOf = (spans: readonly number[]): number[] => spans.flatMap((start, i) => (i % 2 ? [] : Array.from({ length: (spans[i + 1] ?? 0) - start }, (_, k) => start + k)));
  const isTidy = (spans: readonly number[]): boolean => spans.every((bound, i) => i === 0 || (spans[i - 1] ?? 0) < bound);

  it('united, intersected and cut they hold the pages they should', () => {
    fc.assert(
      fc.property(anySpans, anySpans, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 20 }), (a, b, start, length) => {
        const [inA, inB] = [new Set(pagesOf(a)), new Set(pagesOf(b))];
        const all = [...new Set([...inA, ...inB])].toSorted((x, y) => x - y);
        expect(pagesOf(uniteSpans(a, b))).toEqual(all);
        expect(isTidy(uniteSpans(a, b))).toBe(true);
        expect(pagesOf(intersectSpans(a, b))).toEqual(all.filter((page) => inA.has(page) && inB.has(page)));
        expect(pagesOf(spansMeeting(a, start, start + length))).toEqual([...inA].filter((page) => page >= start && page < start + length));
      }),
    );
  });
});

describe('ASLR', () => {
  it.each([[2, 0, 'yes'], [1, 0, 'partial'], [0, 0, 'no'], [2, 0x0040000, 'no'], [undefined, 0, 'unknown'], [2, undefined, 'yes']] as const)('randomize_va_space %s, personality %s', (setting, personality, verdict) => {
    expect(judgeAslr(setting, personality).verdict).toBe(verdict);
  });
});
