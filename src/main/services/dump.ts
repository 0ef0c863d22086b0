import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatAddress, toAddress, type Address } from '../../shared/address/address.ts';
import { rangeSize, type AddressRange } from '../../shared/address/range.ts';
import { formatSize } from '../../shared/address/size.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { memoryRangeLength, type PatchedByte } from '../../shared/model/memory-range.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { CallContext } from '../../shared/rpc/contract.ts';
import { throwIfCancelled } from '../session/bounded.ts';
import type { Target } from '../target/target.ts';
import { restorePatched } from './patched-bytes.ts';

/** One read and one write. 64 KiB stays in the cache between the two and measured fastest; the whole dump uses this much memory whatever its size. */
const PIECE_BYTES = 64 * 1024;
/** Other calls get their turn, and a cancel is heard, after this much. */
const TURN_BYTES = 8 * 1024 * 1024;
const PAGE_BYTES = 4096n;

export interface DumpRequest {
  readonly target: Target;
  readonly regions: RegionTable;
  readonly range: AddressRange;
  readonly path: string;
  /** Written for each byte that can't be read; undefined refuses the dump at the first. */
  readonly fill: number | undefined;
  readonly patched: readonly PatchedByte[];
  readonly context: CallContext;
}

/** Copies memory to a new file. A dump that fails or is cancelled leaves no file behind. */
export async function dumpMemory(request: DumpRequest): Promise<{ readonly writtenBytes: bigint; readonly filledBytes: bigint }> {
  const file = create(request.path);
  try {
    const answer = await copy(request, file);
    closeSync(file);
    return answer;
  } catch (error) {
    closeSync(file);
    rmSync(request.path, { force: true });
    throw fileProblem(error, request.path);
  }
}

/** `wx`: never writes over a file that is there. 0600: memory may hold secrets. */
function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw fileProblem(error, path);
  }
}

async function copy(request: DumpRequest, file: number): Promise<{ writtenBytes: bigint; filledBytes: bigint }> {
  const { target, range, context } = request;
  const total = rangeSize(range);
  const buffer = new Uint8Array(PIECE_BYTES);
  let filledBytes = 0n;
  let sinceTurn = 0;
  let at = range.start;
  while (at < range.end) {
    const left = range.end - at;
    const piece = left < BigInt(PIECE_BYTES) ? buffer.subarray(0, Number(left)) : buffer;
    const got = target.readInto(at, piece);
    if (got > 0) {
      restore(piece.subarray(0, got), at, request.patched);
      writeAll(file, piece.subarray(0, got));
    }
    at = toAddress(at + BigInt(got));
    sinceTurn += got;
    if (got < piece.length) {
      const { bytes, lengthBytes } = await lookClosely(request, at);
      if (bytes) {
        restore(bytes, at, request.patched);
        writeAll(file, bytes);
      } else {
        writeFill(file, lengthBytes, request.fill ?? 0);
        filledBytes += BigInt(lengthBytes);
      }
      sinceTurn += lengthBytes;
      at = toAddress(at + BigInt(lengthBytes));
    }
    if (sinceTurn < TURN_BYTES && at < range.end) continue;
    sinceTurn = 0;
    const done = at - range.start;
    context.progress({ done: Number(done), total: Number(total), words: `${formatSize(done)} of ${formatSize(total)}` });
    await nextTurn();
    throwIfCancelled(context.signal);
  }
  return { writtenBytes: total, filledBytes };
}

interface CloseLook {
  /** Readable after all: it was mapped since, or only the rest of the piece was not. */
  readonly bytes: Uint8Array | undefined;
  readonly lengthBytes: number;
}

/** What is at `at`, where the quick read stopped: to the end of the page, or of the whole stretch without mapping; at most one turn's worth. */
async function lookClosely(request: DumpRequest, at: Address): Promise<CloseLook> {
  const { target, regions, range, fill } = request;
  // The process may be gone: then this rejects, and a file full of filling never comes to be.
  const page = { start: at, end: least(toAddress((at / PAGE_BYTES + 1n) * PAGE_BYTES), range.end) };
  const [first] = await target.readMemory(page, { touchNotPresent: true });
  if (!first) throw new VmatlasError({ code: 'internal', message: `A read at ${formatAddress(at)} was answered with nothing.` });
  if (first.kind === 'valid') return { bytes: first.bytes, lengthBytes: first.bytes.length };
  if (fill === undefined) {
    const why = first.kind === 'unmapped' ? 'nothing is mapped there' : first.kind === 'unreadable' ? first.detail : `the page is ${first.why}`;
    throw new VmatlasError({
      code: first.kind === 'unmapped' ? 'unmapped' : 'unreadable', message: `The byte at ${formatAddress(at)} can't be read.`, evidence: why,
      remedy: 'Choose a smaller range, or give a byte to fill such places with.',
    });
  }
  const region = regions.regionAt(at);
  const end = first.kind === 'unmapped' && region?.perms === '' ? least(region.end, range.end) : toAddress(at + memoryRangeLength(first));
  return { bytes: undefined, lengthBytes: Math.min(Number(end - at), TURN_BYTES) };
}

/** Puts the program's own bytes back where breakpoints are. */
function restore(bytes: Uint8Array, start: Address, patched: readonly PatchedByte[]): void {
  if (patched.length === 0) return;
  const [range] = restorePatched([{ kind: 'valid', start, bytes }], patched).ranges;
  if (range?.kind === 'valid' && range.bytes !== bytes) bytes.set(range.bytes);
}

function writeFill(file: number, lengthBytes: number, fill: number): void {
  const piece = new Uint8Array(Math.min(lengthBytes, PIECE_BYTES)).fill(fill);
  for (let left = lengthBytes; left > 0; left -= piece.length) writeAll(file, piece.subarray(0, Math.min(left, piece.length)));
}

/** write(2) may take fewer bytes than it was given. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

function least(a: Address, b: Address): Address {
  return a < b ? a : b;
}

function fileProblem(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof VmatlasError || !('code' in error)) return error;
  const words: Readonly<Record<string, string>> = {
    EEXIST: 'there is a file of this name already', ENOENT: 'the folder does not exist', EACCES: 'the folder may not be written to', ENOSPC: 'the disk is full',
    EISDIR: 'this is a folder', EROFS: 'the file system is read-only',
  };
  const why = words[String(error.code)] ?? error.message;
  return new VmatlasError({ code: 'io-error', message: `${path} can't be written: ${why}.`, evidence: error.message }, { cause: error });
}
