import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { parsePattern, type PatternOptions, type SearchType } from '../../../shared/analysis/search/parse-pattern.ts';
import { scopeOf } from './scopes.ts';
import { skippedLines, valueWords } from './search-words.ts';

describe('values of places', () => {
  it.each<[SearchType, string, PatternOptions, number[], string]>([
    ['i8', 'any', {}, [0xff], '-1'], ['u16', 'any', {}, [0x34, 0x12], '4660'], ['u16', 'any', { bigEndian: true }, [0x12, 0x34], '4660'], ['i64', 'any', {}, [0xfe, 255, 255, 255, 255, 255, 255, 255], '-2'],
    ['f32', 'any', {}, [0, 0, 0xc0, 0x3f], '1.5'], ['f16', 'any', {}, [0, 0x3e], '1.5'], ['f64', 'any', {}, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], '1.5'],
    ['pointer', '0x1000', {}, [0, 0x50, 0xdd, 0xf7, 0xff, 0x7f, 0, 0], '→ 0x7fff_f7dd_5000'], ['text', 'a', {}, [0x61, 0xc3, 0xa4, 0x0a], '"aä·"'], ['hex', 'de ad', {}, [0xde, 0xad], 'de ad'], ['u32', 'any', {}, [], ''],
  ])('%s %s', (type, text, options, bytes, words) => expect(valueWords(parsePattern(text, type, options), Uint8Array.from(bytes))).toBe(words));
});

describe('words', () => {
  it('say of each reason how much was left out', () => {
    expect(skippedLines([{ reason: 'swapped', bytes: 8192n }, { reason: 'unreadable', bytes: 4096n }])).toEqual(['8 KiB swapped out', '4 KiB refused by the kernel']);
  });
});

describe('scopes', () => {
  const nothing = { regions: undefined, cursor: undefined, selection: undefined };
  it('mean what they say, or say why they mean nothing', () => {
    expect(scopeOf('readable', nothing)).toEqual({ kind: 'readable' });
    expect(scopeOf('heap', nothing)).toEqual({ kind: 'kinds', kinds: ['heap'] });
    expect(scopeOf('region', nothing)).toEqual({ problem: 'Nothing is mapped at the cursor.' });
    expect(scopeOf('selection', nothing)).toEqual({ problem: 'Nothing is selected.' });
    const selection = { start: toAddress(1n), end: toAddress(9n) };
    expect(scopeOf('selection', { ...nothing, selection })).toEqual({ kind: 'ranges', ranges: [selection] });
  });
});
