import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { RegionTableBuilder } from '../../model/region-table-builder.ts';
import type { RegionTable } from '../../model/region-table.ts';
import { mergeSpans, spansMeeting } from './spans.ts';
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

describe('spans', () => {
  const anySpans = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 10 })).map(([start, length]) => ({ start, end: start + length })));
  const pagesOf = (spans: readonly { start: number; end: number }[]): Set<number> => new Set(spans.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));

  it('merge to the same pages, apart and ascending; and cut to those inside', () => {
    fc.assert(
      fc.property(anySpans, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 20 }), (spans, start, length) => {
        const merged = mergeSpans(spans);
        expect(pagesOf(merged)).toEqual(pagesOf(spans));
        for (let i = 1; i < merged.length; i++) expect((merged[i - 1]?.end ?? 0) < (merged[i]?.start ?? 0)).toBe(true);
        expect(pagesOf(spansMeeting(merged, start, start + length))).toEqual(new Set([...pagesOf(spans)].filter((page) => page >= start && page < start + length)));
      }),
    );
  });
});

describe('ASLR', () => {
  it.each([[2, 0, 'yes'], [1, 0, 'partial'], [0, 0, 'no'], [2, 0x0040000, 'no'], [undefined, 0, 'unknown'], [2, undefined, 'yes']] as const)('randomize_va_space %s, personality %s', (setting, personality, verdict) => {
    expect(judgeAslr(setting, personality).verdict).toBe(verdict);
  });
});
