import { formatSize } from '../../../shared/address/size.ts';
import type { PageState } from '../../kernels/hex-rows.ts';

/** Short words for a run of bytes that has none to show, and the longer why for hover. */
export function pageStateWords(state: PageState): { readonly short: string; readonly why: string; readonly canRead: boolean } {
  switch (state.kind) {
    case 'not-read-yet':
      return { short: 'reading…', why: 'The answer is on its way.', canRead: false };
    case 'unmapped':
      return {
        short: `unmapped ${formatSize(state.lengthBytes)}: any access is SIGSEGV (SEGV_MAPERR)`,
        why: 'No mapping covers these bytes: there is nothing to read, and no page table entry to allow it.',
        canRead: false,
      };
    case 'unreadable':
      return { short: `kernel refuses, ${state.reason}`, why: state.detail, canRead: false };
    case 'not-present':
      return notPresentWords(state.why);
  }
}

function notPresentWords(why: 'untouched' | 'not-resident-file' | 'swapped' | 'guard'): { short: string; why: string; canRead: boolean } {
  switch (why) {
    case 'untouched':
      return {
        short: 'never touched: zeros if it were; not read, because reading would fault it in',
        why: 'pagemap has no page here. The zeros are what a touch would find, not bytes that were read. “Read anyway” reads them, and the kernel then maps its shared zero page here.',
        canRead: true,
      };
    case 'not-resident-file':
      return {
        short: 'not present in this process: not read, because reading would map the file page',
        why: 'The bytes are in the file; no page table entry of this process points to them yet. “Read anyway” makes the kernel map the file page here, reading it from disk if need be.',
        canRead: true,
      };
    case 'swapped':
      return { short: 'swapped out: not read, because reading would swap it in', why: 'pagemap says the page is in swap. “Read anyway” makes the kernel bring it back into memory.', canRead: true };
    case 'guard':
      return { short: 'guard region: any access is SIGSEGV', why: 'madvise(MADV_GUARD_INSTALL) marked this page; maps does not show it, pagemap bit 58 does.', canRead: false };
  }
}
