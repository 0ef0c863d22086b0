import type { SkipReason } from '../../model/search.ts';

const WORDS: Readonly<Record<SkipReason, string>> = {
  'untouched': 'never touched, so no page is there yet and every byte would be zero',
  'not-resident-file': 'of files or shared memory, and not present in the process now',
  'swapped': 'swapped out',
  'guard': 'of guard pages, which no access may touch',
  'no-access': 'of mappings that the process itself may not read',
  'unreadable': 'refused by the kernel',
  'presence-unknown': 'of which the kernel does not say what is present; reading might change that',
};

/** Why bytes were not searched, to stand behind “left out:”. */
export function skipWords(reason: SkipReason): string {
  return WORDS[reason];
}
