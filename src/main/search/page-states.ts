import { PAGE_SIZE_BYTES } from '../../shared/address/page.ts';
import type { SkipReason } from '../../shared/model/search.ts';
import { PAGEMAP_GUARD, PAGEMAP_PRESENT, PAGEMAP_SWAPPED } from '../procfs/pagemap.ts';
import type { ProcessFiles } from '../target/live/process-files.ts';
import { SEGMENT_BACKED, SEGMENT_TRY } from './segments.ts';

/** Pages asked for at once: 16 MiB of memory, 32 KiB of words. */
const WINDOW_PAGES = 4096;

/** Neighbouring bytes of which all are to be read, or none for the same reason. */
export interface PageRun {
  readonly start: number;
  readonly end: number;
  /** undefined: present, to be read. */
  readonly skip: SkipReason | undefined;
}

/** Says of each page, before it is read, whether reading would change its state. */
export class PageStates {
  readonly #files: ProcessFiles;

  constructor(files: ProcessFiles) {
    this.#files = files;
  }

  /** The bytes from `start` to `end` as runs, gapless and ascending. `flags`: SEGMENT_*. */
  *runs(start: number, end: number, flags: number, touchNotPresent: boolean): Generator<PageRun> {
    if (touchNotPresent || (flags & SEGMENT_TRY) !== 0) {
      yield { start, end, skip: undefined };
      return;
    }
    const backed = (flags & SEGMENT_BACKED) !== 0;
    const lastPage = Math.floor((end - 1) / PAGE_SIZE_BYTES);
    let runStart = start;
    let running: SkipReason | undefined;
    let begun = false;
    for (let page = Math.floor(start / PAGE_SIZE_BYTES); page <= lastPage; page += WINDOW_PAGES) {
      const count = Math.min(WINDOW_PAGES, lastPage - page + 1);
      const words = this.#words(page, count);
      for (let i = 0; i < count; i++) {
        const skip = words === undefined ? 'presence-unknown' : skipReason(words[2 * i + 1] ?? 0, backed);
        if (begun && skip === running) continue;
        const at = (page + i) * PAGE_SIZE_BYTES;
        if (begun) {
          yield { start: runStart, end: at, skip: running };
          runStart = at;
        }
        begun = true;
        running = skip;
      }
    }
    if (begun) yield { start: runStart, end, skip: running };
  }

  /** pagemap words as pairs of halves, low first; undefined where the kernel refuses, and missing ones count as absent. */
  #words(page: number, count: number): Uint32Array | undefined {
    const bytes = this.#files.pagemap(page, count);
    return bytes && new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  }
}

function skipReason(flags: number, backed: boolean): SkipReason | undefined {
  if (flags & PAGEMAP_PRESENT) return undefined;
  // A guard region has the swapped bit as well.
  if (flags & PAGEMAP_GUARD) return 'guard';
  if (flags & PAGEMAP_SWAPPED) return 'swapped';
  return backed ? 'not-resident-file' : 'untouched';
}
