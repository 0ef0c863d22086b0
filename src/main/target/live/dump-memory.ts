import { closeSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../../shared/address/page.ts';
import { rangeSize, type AddressRange } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Target } from '../target.ts';

export interface DumpResult {
  readonly writtenBytes: bigint;
  /** Of these, bytes that could not be read and hold the fill byte. */
  readonly filledBytes: bigint;
}

const CHUNK_BYTES = 64 * 1024;
/** Between two pauses for the rest of the program: a few milliseconds of copying. */
const TURN_BYTES = 16 * 1024 * 1024;

/**
 * Streams memory into a file in constant memory: one buffer, read and written 64 KiB at a time, which keeps it in the processor's cache. The file is opened by `openFile` only
 * when nothing forbids the dump, and closed here; a half-written file is the caller's to remove. Pages that are not present are read (and so made present): the caller asked
 * for all bytes.
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
  try {
    return await copy(new Dump(target, regions, range, fd, fill), range, onProgress, signal);
  } finally {
    closeSync(fd);
  }
}

async function copy(dump: Dump, range: AddressRange, onProgress: (writtenBytes: bigint) => void, signal?: AbortSignal): Promise<DumpResult> {
  const total = rangeSize(range);
  while (dump.writtenBytes < total) {
    const turnEnd = dump.writtenBytes + BigInt(TURN_BYTES);
    while (dump.writtenBytes < total && dump.writtenBytes < turnEnd) dump.step();
    onProgress(dump.writtenBytes);
    // eslint-disable-next-line no-await-in-loop -- one turn after the other is the point
    await nextTurn();
    signal?.throwIfAborted();
  }
  return { writtenBytes: dump.writtenBytes, filledBytes: dump.filledBytes };
}

class Dump {
  writtenBytes = 0n;
  filledBytes = 0n;
  readonly #target: Target;
  readonly #regions: RegionTable;
  readonly #range: AddressRange;
  readonly #fd: number;
  readonly #fill: number | undefined;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  #fillBuffer: Uint8Array | undefined;

  constructor(target: Target, regions: RegionTable, range: AddressRange, fd: number, fill: number | undefined) {
    this.#target = target;
    this.#regions = regions;
    this.#range = range;
    this.#fd = fd;
    this.#fill = fill;
  }

  /** Writes the next chunk: bytes if there are any, else the fill up to where bytes may come again. */
  step(): void {
    const at = toAddress(this.#range.start + this.writtenBytes);
    const left = this.#range.end - at;
    const want = left < BigInt(CHUNK_BYTES) ? Number(left) : CHUNK_BYTES;
    const got = this.#target.readInto(at, want === CHUNK_BYTES ? this.#buffer : this.#buffer.subarray(0, want));
    if (got > 0) this.#write(this.#buffer, got);
    else this.#skip(at);
  }

  #skip(at: Address): void {
    if (this.#target.liveness() !== 'alive') {
      throw new VmatlasError({ code: 'process-exited', message: 'The process ended while its memory was being saved.', evidence: `reading stopped at ${formatAddress(at)}` });
    }
    if (this.#fill === undefined) throw refusal(at, 'the kernel refuses to read it');
    // A hole known from the map is filled in one go; inside a mapping the next page may be readable again.
    const hole = holeAtOrAfter(this.#regions, at, this.#range.end);
    const pageEnd = (at | BigInt(PAGE_SIZE_BYTES - 1)) + 1n;
    const until = hole && hole.start <= at && hole.end > pageEnd ? hole.end : pageEnd;
    const end = until < this.#range.end ? until : this.#range.end;
    this.#fillBuffer ??= new Uint8Array(CHUNK_BYTES).fill(this.#fill);
    // One chunk a step at most, so that pauses and cancelling keep working in a hole of terabytes.
    const count = end - at < BigInt(CHUNK_BYTES) ? Number(end - at) : CHUNK_BYTES;
    this.#write(this.#fillBuffer, count);
    this.filledBytes += BigInt(count);
  }

  #write(bytes: Uint8Array, length: number): void {
    let offset = 0;
    while (offset < length) {
      try {
        offset += writeSync(this.#fd, bytes, offset, length - offset, null);
      } catch (error) {
        throw new VmatlasError(
          { code: 'io-error', message: 'Writing the file failed.', evidence: error instanceof Error ? error.message : String(error) }, { cause: error },
        );
      }
    }
    this.writtenBytes += BigInt(length);
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
