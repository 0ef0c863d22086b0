import { PAGE_STATES, type PageState } from '../model/page-state.ts';
import type { KindInk } from './kind-style.ts';

/** How a page state is named and coloured. The shape that is drawn in its cell (map/paint/paint-page-grid.ts) is the second cue. */
export interface PageLook {
  readonly name: string;
  readonly words: string;
  readonly ink: KindInk;
}

const LOOKS: Readonly<Record<PageState, PageLook>> = {
  unknown: { name: 'not known', words: 'the kernel does not tell', ink: 'gap' },
  reserved: { name: 'reserved', words: 'address space only, no memory behind it', ink: 'reserved' },
  absent: { name: 'not present', words: 'the first touch faults it in', ink: 'gap' },
  anonymous: { name: 'anonymous', words: 'present, this process’s own', ink: 'data' },
  file: { name: 'file page', words: 'present, the page cache’s own page of the file', ink: 'lib' },
  'shared-memory': { name: 'shared memory', words: 'present, memory shared on purpose', ink: 'file' },
  'zero-page': { name: 'zero page', words: 'present, the kernel’s one page of zeros, not written yet', ink: 'bss' },
  'zero-or-shared': { name: 'zero or shared', words: 'present, the zero page or still shared after fork; only the frame number tells', ink: 'bss' },
  'private-copy': { name: 'private copy', words: 'present, a copy of a file page of this process’s own', ink: 'heap' },
  swapped: { name: 'swapped', words: 'in swap; a touch brings it back', ink: 'tstack' },
  guard: { name: 'guard region', words: 'MADV_GUARD_INSTALL: a touch raises SIGSEGV', ink: 'guard' },
  kernel: { name: 'kernel page', words: 'a page of the kernel’s own, no memory of the process', ink: 'vdso' },
};

/** Looks of all states, in the order of PAGE_STATES. */
export const PAGE_LOOKS: readonly PageLook[] = PAGE_STATES.map((state) => LOOKS[state]);
