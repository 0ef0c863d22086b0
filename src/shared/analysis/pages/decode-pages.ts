import { PAGE_FLAG_SHARED, PAGE_FLAG_SOFT_DIRTY, PAGE_FLAG_UFFD_WP, PAGE_STATE_CODE } from '../../model/page-state.ts';
import type { Backing } from './mapping-backing.ts';

/** High halves of pagemap words (kernel Documentation/admin-guide/mm/pagemap.rst). */
const PRESENT = 0x8000_0000;
const SWAPPED = 0x4000_0000;
const FILE = 0x2000_0000;
const GUARD = 0x0400_0000;
const UFFD_WP = 0x0200_0000;
const EXCLUSIVE = 0x0100_0000;
const SOFT_DIRTY = 0x0080_0000;
const FRAME_HIGH = 0x007f_ffff;

const { absent: ABSENT, anonymous: ANONYMOUS, file: FILE_PAGE, guard: GUARD_PAGE, kernel: KERNEL, swapped: SWAPPED_PAGE } = PAGE_STATE_CODE;
const { 'private-copy': PRIVATE_COPY, 'shared-memory': SHARED_MEMORY, 'zero-or-shared': ZERO_OR_SHARED, 'zero-page': ZERO_PAGE } = PAGE_STATE_CODE;

/** Tells the page of zeros from others by its frame; `unknown` where frame numbers are hidden. */
export type ZeroFrameTest = (frame: number) => 'zero' | 'other' | 'unknown';

/**
 * States and flags of `count` pages of one mapping. `words` holds pairs of 32-bit halves, low first; page i's pair is at (first + i) * 2. Results go to state[at + i] and
 * flags[at + i]. Answers with the number of pages that are present.
 */
export function decodePages(
  words: Uint32Array, first: number, count: number, backing: Backing, state: Uint8Array, flags: Uint8Array, at: number, zeroFrame: ZeroFrameTest,
): number {
  const filePage = backing === 'shared-memory' ? SHARED_MEMORY : backing === 'kernel' ? KERNEL : FILE_PAGE;
  const ownPage = backing === 'anonymous' ? ANONYMOUS : backing === 'kernel' ? KERNEL : PRIVATE_COPY;
  let present = 0;
  for (let i = 0; i < count; i++) {
    const high = words[(first + i) * 2 + 1] ?? 0;
    // Most pages are plain: absent, or this process's own.
    if (high === 0) {
      state[at + i] = ABSENT;
      flags[at + i] = 0;
      continue;
    }
    let flag = high & SOFT_DIRTY ? PAGE_FLAG_SOFT_DIRTY : 0;
    if (high & UFFD_WP) flag |= PAGE_FLAG_UFFD_WP;
    let code = ABSENT;
    if (high & GUARD) code = GUARD_PAGE;
    else if (high & PRESENT) {
      present++;
      const shared = (high & EXCLUSIVE) === 0;
      if (high & FILE) code = filePage;
      else if (!shared || backing !== 'anonymous') code = ownPage;
      else {
        const frame = (high & FRAME_HIGH) * 0x1_0000_0000 + (words[(first + i) * 2] ?? 0);
        const verdict = frame === 0 ? 'unknown' : zeroFrame(frame);
        code = verdict === 'zero' ? ZERO_PAGE : verdict === 'other' ? ANONYMOUS : ZERO_OR_SHARED;
      }
      if (shared && code !== ZERO_PAGE && code !== ZERO_OR_SHARED && code !== KERNEL) flag |= PAGE_FLAG_SHARED;
    } else if (high & SWAPPED) code = SWAPPED_PAGE;
    state[at + i] = code;
    flags[at + i] = flag;
  }
  return present;
}

/** Is a page there? Known to everyone, other than its frame. */
export function isPresentWord(words: Uint32Array, page: number): boolean {
  return ((words[page * 2 + 1] ?? 0) & PRESENT) !== 0;
}

/** Frame number of a pagemap word's halves, -1 when the page is absent or the kernel hides it. */
export function frameNumber(words: Uint32Array, page: number): number {
  const high = words[page * 2 + 1] ?? 0;
  const frame = (high & FRAME_HIGH) * 0x1_0000_0000 + (words[page * 2] ?? 0);
  return (high & PRESENT) === 0 || frame === 0 ? -1 : frame;
}
