import { closeSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { formatAddress, toAddress, type Address } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../shared/address/page.ts';
import { rangeSize, type AddressRange } from '../../shared/address/range.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { isUnmappedKind } from '../../shared/model/region.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Target } from '../target/target.ts';

export interface DumpResult {
  readonly writtenBytes: bigint;
  /** Of these, bytes that could not be read and hold the fill byte. */
  readonly filledBytes: bigint;
}

/**
 * One is filled from the process while another thread writes the other to the file, so that a slow disk never blocks the host. Small enough to stay in the processor's
 * cache, large enough that handing over costs little.
 */
const BUFFER_BYTES = 512 * 1024;
/** Progress is told about this often; more would be read by nobody. */
const PROGRESS_BYTES = 16n * 1024n * 1024n;

const writeAsync = promisify(write);

/**
 * Streams memory into a file in constant memory: two buffers, so that the next bytes are read while the last ones are written by another thread. The file is opened by
 * `openFile` only when nothing forbids the dump, and closed here; a half-written file is the caller's to remove. Pages that are not present are read (and so made present):
 * the caller asked for all bytes.
 *
 * Unreadable bytes become `fill`; with `fill` undefined they reject with `unreadable` (known holes before anything is opened). Rejects with `process-exited`, `io-error`, or
 * the signal's reason.
 */
export async function dumpMemory(
  target: Target, range: AddressRange, openFile: () => number, fill: number | undefined, onProgress: (writtenBytes: bigint) => void, signal?: AbortSignal,
): Promise<DumpResult> {
  signal?.throwIfAborted();
  const { regions } = await target.readPicture(signal);
  const firstHole = holeAtOrAfter(regions, range.start, range.end);
  if (fill === undefined && firstHole) throw refusal(firstHole.start, 'no mapping covers it');
  const fd = openFile();
  let writing: Promise<void> | undefined;
  try {
    const source = new DumpSource(target, regions, range, fill);
    const total = rangeSize(range);
    let [filling, spare] = [new Uint8Array(BUFFER_BYTES), new Uint8Array(BUFFER_BYTES)];
    let written = 0n;
    let told = 0n;
    while (written < total) {
      const length = source.next(filling);
      // eslint-disable-next-line no-await-in-loop -- the file is written in order
      await writing;
      signal?.throwIfAborted();
      writing = writeAll(fd, filling.subarray(0, length));
      // A rejection that comes while the next bytes are read is not lost: it is awaited in the next round. This only keeps Node from calling it unhandled.
      writing.catch(() => undefined);
      [filling, spare] = [spare, filling];
      written += BigInt(length);
      if (written - told >= PROGRESS_BYTES) onProgress((told = written));
    }
    await writing;
    if (told < total) onProgress(total);
    return { writtenBytes: written, filledBytes: source.filledBytes };
  } finally {
    // The file must not be closed under a write that still runs.
    await writing?.catch(() => undefined);
    closeSync(fd);
  }
}

async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      // eslint-disable-next-line no-await-in-loop -- a short write is followed by the rest
      offset += (await writeAsync(fd, bytes, offset, bytes.length - offset, null)).bytesWritten;
    } catch (error) {
      throw new VmatlasError(
        { code: 'io-error', message: 'Writing the file failed.', evidence: error instanceof Error ? error.message : String(error) }, { cause: error },
      );
    }
  }
}

/** Gives the bytes of a range in order, with the fill where there are none. */
class DumpSource {
  filledBytes = 0n;
  readonly #target: Target;
  readonly #regions: RegionTable;
  readonly #range: AddressRange;
  readonly #fill: number | undefined;
  #at: Address;

  constructor(target: Target, regions: RegionTable, range: AddressRange, fill: number | undefined) {
    this.#target = target;
    this.#regions = regions;
    this.#range = range;
    this.#fill = fill;
    this.#at = range.start;
  }

  /** Fills the buffer, or less at the end of the range; answers with the length. */
  next(buffer: Uint8Array): number {
    let length = 0;
    while (length < buffer.length && this.#at < this.#range.end) {
      const left = this.#range.end - this.#at;
      const room = buffer.length - length;
      const want = left < BigInt(room) ? Number(left) : room;
      const got = this.#target.readInto(this.#at, buffer.subarray(length, length + want)) || this.#fillHole(buffer, length, want);
      length += got;
      this.#at = toAddress(this.#at + BigInt(got));
    }
    return length;
  }

  #fillHole(buffer: Uint8Array, offset: number, want: number): number {
    const at = this.#at;
    if (this.#target.liveness() !== 'alive') {
      throw new VmatlasError({ code: 'process-exited', message: 'The process ended while its memory was being saved.', evidence: `reading stopped at ${formatAddress(at)}` });
    }
    if (this.#fill === undefined) throw refusal(at, 'the kernel refuses to read it');
    // A hole known from the map is filled in one go; inside a mapping the next page may be readable again.
    const hole = holeAtOrAfter(this.#regions, at, toAddress(at + 1n));
    const pageEnd = (at | BigInt(PAGE_SIZE_BYTES - 1)) + 1n;
    const end = hole && hole.end > pageEnd ? hole.end : pageEnd;
    const count = end - at < BigInt(want) ? Number(end - at) : want;
    buffer.fill(this.#fill, offset, offset + count);
    this.filledBytes += BigInt(count);
    return count;
  }
}

function holeAtOrAfter(regions: RegionTable, from: Address, end: Address): AddressRange | undefined {
  for (let row = regions.indexAt(from); row >= 0 && row < regions.length && regions.startAt(row) < end; row++) {
    if (isUnmappedKind(regions.kindAt(row))) return { start: regions.startAt(row) > from ? regions.startAt(row) : from, end: regions.endAt(row) };
  }
  return undefined;
}

function refusal(at: Address, why: string): VmatlasError {
  return new VmatlasError({
    code: 'unreadable', message: 'Some of these bytes cannot be read.', evidence: `${formatAddress(at)}: ${why}`, remedy: 'Give a fill byte to write in their place.',
  });
}
