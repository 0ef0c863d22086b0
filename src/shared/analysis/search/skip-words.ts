import type { SkipReason } from '../../model/search.ts';

const WORDS: Readonly<Record<SkipReason, string>> = {
  'untouched': 'never touched, so no page is there yet and every byte would be zero',
  'not-resident-file': 'of files or shared memory, and not present in the process now',
  'swapped': 'swapped out',
  'guard': 'guard pages, which no access may touch',
  'no-access': 'mappings that the process itself may not read',
  'unreadable': 'the kernel refuses to read them',
  'presence-unknown': 'the kernel does not say which pages are present, and reading might change that',
};

/** Why bytes were not searched, to stand behind “left out:”. */
export function skipWords(reason: SkipReason): string {
  return WORDS[reason];
}
