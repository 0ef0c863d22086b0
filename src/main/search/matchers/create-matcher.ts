import type { SearchPattern } from '../../../shared/model/search.ts';
import { maskedMatcher } from './bytes-matcher.ts';
import type { Matcher } from './matcher.ts';
import { floatMatcher, integerMatcher, pointerMatcher } from './number-matcher.ts';
import { regexMatcher, textMatcher } from './regex-matcher.ts';

/** The matcher of a pattern. `align`: only addresses that it divides (a power of two up to 4096) count. Throws `invalid-argument` for an expression that can't be. */
export function createMatcher(pattern: SearchPattern, align: number): Matcher {
  switch (pattern.type) {
    case 'bytes': return maskedMatcher(pattern.bytes, pattern.mask, align);
    case 'text': return textMatcher(pattern.text, pattern.encoding, pattern.ignoreCase, align);
    case 'regex': return regexMatcher(pattern.source, pattern.ignoreCase);
    case 'integer': return integerMatcher(pattern, align);
    case 'float': return floatMatcher(pattern, align);
    case 'pointer': return pointerMatcher(pattern, align);
  }
}

/** Where compilers put values of a type: at multiples of their size (System V ABI for x86-64, 3.1.2). Bytes and text lie anywhere. */
export function naturalAlignment(pattern: SearchPattern): number {
  if (pattern.type === 'integer' || pattern.type === 'float') return pattern.widthBits / 8;
  return pattern.type === 'pointer' ? 8 : 1;
}
