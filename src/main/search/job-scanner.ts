import { PAGE_SIZE_BYTES } from '../../shared/address/page.ts';
import { SKIP_REASONS, type SkipReason } from '../../shared/model/search.ts';
import type { ProcessFiles } from '../target/live/process-files.ts';
import { HitBatch } from './hit-batch.ts';
import type { Matcher } from './matchers/matcher.ts';
import { PageStates } from './page-states.ts';
import { restorePatches, type Patch } from './patches.ts';
import { contiguousEnd, firstSegmentAfter, type Segments } from './segments.ts';

/** 64 KiB reads are the fastest: the copy stays in the processor's cache. */
const READ_BYTES = 64 * 1024;
/** Room before each read for the tail of the one before: the longest match, plus the offset of a read inside its page. */
const HEAD_BYTES = 8192;

export interface ScanSource {
  readonly files: ProcessFiles;
  readonly segments: Segments;
  readonly patches: readonly Patch[];
  /** Reads pages that are not present as well, which makes them so. */
  readonly touchNotPresent: boolean;
  readonly cancelled: () => boolean;
}

export interface JobResult {
  readonly addresses: Float64Array;
  /** `keptBytes` of each hit, one after the other. */
  readonly kept: Uint8Array;
  /** End of the last match; 0 without any. */
  readonly lastEnd: number;
  /** The batch is full: the rest of the job begins here. */
  readonly resumeAt: number | undefined;
  readonly searchedBytes: number;
  /** By index in SKIP_REASONS. */
  readonly skippedBytes: Float64Array;
}

/** Thrown when the address space is gone: a read of 0 bytes (proc_pid_mem(5)). */
export class SpaceGone extends Error {}
/** Thrown when the search was cancelled meanwhile. */
export class ScanCancelled extends Error {}

/**
 * Searches one job after the other. pagemap is asked first, and only what is present is read. The buffer is a window that slides over each gapless run of present bytes; offsets
 * in it are congruent to addresses modulo 4096:
 *
 *     |<-- HEAD -->|<-- one read, up to 64 KiB -->|
 *          [tail  ][      new bytes               ]
 *                  ^ HEAD + position mod 4096
 */
export class JobScanner {
  readonly #source: ScanSource;
  readonly #matcher: Matcher;
  readonly #pages: PageStates;
  readonly #buffer = Buffer.alloc(HEAD_BYTES + READ_BYTES + PAGE_SIZE_BYTES);
  /** Offset behind the newest byte in the buffer, and the position that it stands for. */
  #windowEnd = HEAD_BYTES;
  #position = 0;
  /** Bytes before #windowEnd whose search is not finished. */
  #tail = 0;
  /** Matches begin before this position. */
  #jobEnd = 0;
  #searched = 0;
  #resumeAt: number | undefined;
  #skipped = new Float64Array(SKIP_REASONS.length);
  #batch: HitBatch;

  constructor(source: ScanSource, matcher: Matcher) {
    this.#source = source;
    this.#matcher = matcher;
    this.#pages = new PageStates(source.files);
    this.#batch = new HitBatch(matcher.keptBytes, this.#buffer, 1);
  }

  /** Searches [start, end). Throws SpaceGone and ScanCancelled. */
  run(start: number, end: number, mostHits: number): JobResult {
    this.#begin(end, mostHits);
    const { segments } = this.#source;
    // A match may begin in this job and end in what the next one begins with.
    const reach = Math.max(end, contiguousEnd(segments, end, end + this.#matcher.reachBytes - 1));
    for (let i = firstSegmentAfter(segments, start); i < segments.start.length && this.#resumeAt === undefined; i++) {
      const from = Math.max(segments.start[i] ?? 0, start);
      if (from >= reach) break;
      this.#segment(from, Math.min(segments.end[i] ?? 0, reach), segments.flags[i] ?? 0);
    }
    this.#breakRun();
    return {
      addresses: this.#batch.addresses(), kept: this.#batch.keptBytes(), lastEnd: this.#batch.lastEnd, resumeAt: this.#resumeAt, searchedBytes: this.#searched, skippedBytes: this.#skipped,
    };
  }

  #begin(end: number, mostHits: number): void {
    this.#jobEnd = end;
    this.#tail = 0;
    this.#position = -1;
    this.#searched = 0;
    this.#resumeAt = undefined;
    this.#skipped = new Float64Array(SKIP_REASONS.length);
    this.#batch = new HitBatch(this.#matcher.keptBytes, this.#buffer, mostHits);
  }

  #segment(start: number, end: number, flags: number): void {
    for (const run of this.#pages.runs(start, end, flags, this.#source.touchNotPresent)) {
      if (this.#source.cancelled()) throw new ScanCancelled();
      if (run.skip === undefined) this.#read(run.start, run.end);
      else this.#skip(run.skip, run.start, run.end);
      if (this.#resumeAt !== undefined) return;
    }
  }

  #read(start: number, end: number): void {
    const { files, cancelled, patches } = this.#source;
    let position = start;
    while (position < end && this.#resumeAt === undefined) {
      if (cancelled()) throw new ScanCancelled();
      if (position !== this.#position) this.#breakRun();
      const offset = HEAD_BYTES + (position % PAGE_SIZE_BYTES);
      if (this.#tail > 0) this.#buffer.copyWithin(offset - this.#tail, this.#windowEnd - this.#tail, this.#windowEnd);
      this.#windowEnd = offset;
      this.#position = position;
      const answer = files.read(position, this.#buffer, offset, Math.min(READ_BYTES - (position % READ_BYTES), end - position));
      if (answer === 0) throw new SpaceGone();
      if (typeof answer === 'number') {
        restorePatches(patches, this.#buffer, offset, answer, position);
        this.#windowEnd = offset + answer;
        position += answer;
        this.#position = position;
        this.#tail += answer;
        this.#searched += Math.max(0, Math.min(position, this.#jobEnd) - (position - answer));
        this.#scan(this.#windowEnd - this.#matcher.reachBytes + 1);
      } else {
        // Permission is a matter of pages: the next one may be readable again.
        const pageEnd = Math.min(end, position - (position % PAGE_SIZE_BYTES) + PAGE_SIZE_BYTES);
        this.#skip('unreadable', position, pageEnd);
        position = pageEnd;
      }
    }
  }

  #skip(reason: SkipReason, start: number, end: number): void {
    this.#breakRun();
    const index = SKIP_REASONS.indexOf(reason);
    if (this.#resumeAt === undefined) this.#skipped[index] = (this.#skipped[index] ?? 0) + Math.max(0, Math.min(end, this.#jobEnd) - start);
  }

  /** The bytes do not go on: what is left of the window is searched to its end. */
  #breakRun(): void {
    if (this.#resumeAt === undefined) this.#scan(this.#windowEnd);
    this.#tail = 0;
    this.#position = -1;
  }

  /** Searches the window for matches that begin before the offset `until`; what is left is the tail for the next read. */
  #scan(until: number): void {
    const end = this.#windowEnd;
    const from = end - this.#tail;
    const origin = this.#position - end;
    const stop = Math.min(until, this.#jobEnd - origin);
    if (stop <= from) return;
    this.#batch.origin = origin;
    const next = this.#matcher.scan(this.#buffer, from, stop, end, this.#batch);
    this.#tail = Math.max(0, end - next);
    if (!this.#batch.full) return;
    this.#resumeAt = origin + next;
    this.#searched -= Math.min(this.#position, this.#jobEnd) - this.#resumeAt;
  }
}
