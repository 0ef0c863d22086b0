import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { addBytes, formatAddress, formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { rangeFrom, rangeSize } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { memoryRangeLength, type MemoryRange, type PatchedByte } from '../../../shared/model/memory-range.ts';
import { usageError } from './arguments.ts';
import type { CliContext, Sink } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { HexDump, Holes, patchedLines, whyNotRead } from './hexdump.ts';
import { jsonText, safeNumber } from './json.ts';
import type { Paint } from './paint.ts';
import { Beside, BESIDE_CHUNK_BYTES, differenceJson, differenceLine, type BesideOptions } from './read-beside.ts';
import { resolveLocation, withSession, type OpenSession } from './with-session.ts';

export interface ReadOptions {
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly output?: string;
  readonly fill?: number;
  /** False: leave pages alone that are not present. */
  readonly touch?: boolean;
  readonly attach?: boolean;
  /** Symbols, and values where types are known, beside the rows. */
  readonly annotate?: boolean;
  /** What differs from the ELF file, and why. */
  readonly diffDisk?: boolean;
}

export interface ReadRequest {
  readonly pid: number;
  readonly location: string;
  readonly length: bigint;
  readonly options: ReadOptions;
}

/** Bytes asked for at once: enough that the call does not count, little enough that a dump of gigabytes stays in bounded memory. */
const CHUNK_BYTES = 4n << 20n;
/** Raw bytes for a pipe are kept up to this size, so that they are read once; beyond it a first pass only looks whether all can be read. */
const KEEP_BYTES = 64n << 20n;
/** A JSON document is built in memory. */
const JSON_LIMIT_BYTES = 64n << 20n;

export function read(context: CliContext, paint: Paint, { pid, location, length, options }: ReadRequest): Promise<number> {
  if (options.json && options.raw) throw usageError('--json and --raw exclude each other.');
  if (options.fill !== undefined && !options.raw) throw usageError('--fill goes with --raw: the hex dump shows unreadable bytes as ??.');
  if (options.raw && (options.annotate || options.diffDisk)) throw usageError('--annotate and --diff-disk go with the hex dump or --json, not with --raw.');
  if (options.json && length > JSON_LIMIT_BYTES) throw usageError('--json takes at most 64 MiB.', 'Use --raw -o FILE for more.');
  return withSession(context, pid, options, async (session) => {
    const start = await resolveLocation(session, location);
    const reader: Reader = { session, start, length: rangeSize(rangeFrom(start, length)), touch: options.touch ?? true, beside: { annotate: options.annotate ?? false, diffDisk: options.diffDisk ?? false } };
    if (reader.length < length) throw usageError(`Only ${reader.length} bytes lie between ${formatAddress(start)} and the end of the address space.`);
    if (options.raw && options.output !== undefined) return dumpToFile(reader, options.output, options.fill);
    if (options.raw) return rawToSink(context, reader, options.fill);
    const sink = options.output === undefined ? context.stdout : fileSink(options.output);
    try {
      return options.json ? await json(sink, reader, pid) : await hexdump(sink, paint, reader);
    } finally {
      if (sink !== context.stdout) await (sink as FileSink).end();
    }
  });
}

interface Reader {
  readonly session: OpenSession;
  readonly start: Address;
  readonly length: bigint;
  readonly touch: boolean;
  readonly beside: BesideOptions;
}

async function* chunks({ session, start, length, touch, beside }: Reader): AsyncGenerator<{ start: Address; lengthBytes: number; ranges: readonly MemoryRange[]; patched: readonly PatchedByte[] }> {
  const step = beside.annotate || beside.diffDisk ? BESIDE_CHUNK_BYTES : CHUNK_BYTES;
  for (let done = 0n; done < length; done += step) {
    const lengthBytes = Number(length - done < step ? length - done : step);
    const answer = await session.clients.memory.read({ sessionId: session.sessionId, start: addBytes(start, done), lengthBytes, touchNotPresent: touch });
    yield { start: addBytes(start, done), lengthBytes, ...answer };
  }
}

async function hexdump(sink: Sink, paint: Paint, reader: Reader): Promise<number> {
  let beside: Beside | undefined;
  const dump = new HexDump(reader.start, reader.beside.annotate ? (start, row) => beside?.namesIn(start, row) ?? [] : undefined);
  const holes = new Holes();
  const patches: PatchedByte[] = [];
  const told: string[] = [];
  for await (const { ranges, patched, start, lengthBytes } of chunks(reader)) {
    holes.add(ranges);
    patches.push(...patched);
    if (reader.beside.annotate || reader.beside.diffDisk) {
      beside = await Beside.load(reader.session, start, lengthBytes, reader.beside);
      told.push(...besideLines(beside, ranges));
    }
    await sink.write(dump.add(ranges));
  }
  await sink.write(dump.end());
  await sink.write(told.map((line) => `${line}\n`).join(''));
  if (reader.beside.diffDisk && told.length === 0) await sink.write('memory and file hold the same bytes\n');
  const notes = [...holes.lines().map((line) => paint.warn(`?? ${line}`)), ...patchedLines(patches)];
  await sink.write(notes.map((line) => `${line}\n`).join(''));
  return holes.validBytes > 0n ? EXIT_DONE : EXIT_NOT_SO;
}

function besideLines(beside: Beside, ranges: readonly MemoryRange[]): string[] {
  return [...beside.differences(ranges).map(differenceLine), ...[beside.noBits].filter((words) => words !== ''), ...beside.problems];
}

async function json(sink: Sink, reader: Reader, pid: number): Promise<number> {
  const holes = new Holes();
  const ranges: object[] = [];
  const symbols: object[] = [];
  const differences: object[] = [];
  for await (const chunk of chunks(reader)) {
    holes.add(chunk.ranges);
    ranges.push(...chunk.ranges.map(rangeJson));
    if (!reader.beside.annotate && !reader.beside.diffDisk) continue;
    const beside = await Beside.load(reader.session, chunk.start, chunk.lengthBytes, reader.beside);
    symbols.push(...beside.symbols.map(({ name, demangled, address, sizeBytes }) => ({ name, ...(demangled === undefined ? {} : { demangled }), address: formatPlainAddress(address), size: safeNumber(sizeBytes) })));
    differences.push(...beside.differences(chunk.ranges).map(differenceJson));
  }
  await sink.write(jsonText({
    pid, address: formatPlainAddress(reader.start), length: safeNumber(reader.length), ranges, ...(reader.beside.annotate ? { symbols } : {}), ...(reader.beside.diffDisk ? { differences } : {}),
  }));
  return holes.validBytes > 0n ? EXIT_DONE : EXIT_NOT_SO;
}

function rangeJson(range: MemoryRange): object {
  const head = { start: formatPlainAddress(range.start), length: safeNumber(memoryRangeLength(range)), kind: range.kind };
  return range.kind === 'valid' ? { ...head, bytes: Buffer.from(range.bytes).toString('hex') } : { ...head, reason: whyNotRead(range) };
}

/** Writes beside the file and renames, so that a refused dump leaves nothing and an old file as it was. */
async function dumpToFile({ session, start, length }: Reader, output: string, fill: number | undefined): Promise<number> {
  const path = resolve(output);
  const part = `${path}.${process.pid}.part`;
  try {
    await session.clients.memory.dump({ sessionId: session.sessionId, start, lengthBytes: length, path: part, fill });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof VmatlasError ? new VmatlasError({ ...error.facts(), message: error.message.replaceAll(part, output) }, { cause: error }) : error;
  }
  return EXIT_DONE;
}

async function rawToSink(context: CliContext, reader: Reader, fill: number | undefined): Promise<number> {
  const holes = new Holes();
  const kept: Uint8Array[] = [];
  const keep = reader.length <= KEEP_BYTES;
  for await (const { ranges } of chunks(reader)) {
    holes.add(ranges);
    if (holes.any && fill === undefined) throw refusedRaw(holes);
    if (keep) kept.push(...ranges.map((range) => rawBytes(range, fill ?? 0)));
  }
  if (keep) {
    for (const bytes of kept) await context.stdout.write(bytes);
    return EXIT_DONE;
  }
  for await (const { ranges } of chunks(reader)) {
    for (const range of ranges) {
      // Readable a moment ago: the process unmapped it between the two passes.
      if (range.kind !== 'valid' && fill === undefined) throw refusedRaw(holesOf(ranges));
      await context.stdout.write(rawBytes(range, fill ?? 0));
    }
  }
  return EXIT_DONE;
}

function holesOf(ranges: readonly MemoryRange[]): Holes {
  const holes = new Holes();
  holes.add(ranges);
  return holes;
}

function rawBytes(range: MemoryRange, fill: number): Uint8Array {
  return range.kind === 'valid' ? range.bytes : new Uint8Array(Number(range.lengthBytes)).fill(fill);
}

function refusedRaw(holes: Holes): VmatlasError {
  return new VmatlasError({
    code: 'unreadable',
    message: 'Nothing was written, because some of these bytes cannot be read.',
    evidence: holes.lines()[0] ?? '',
    remedy: 'Give --fill BYTE to write that byte in their place, or ask for less.',
  });
}

interface FileSink extends Sink {
  end(): Promise<void>;
}

function fileSink(path: string): FileSink {
  const stream = createWriteStream(path);
  let failure: Error | undefined;
  stream.on('error', (error) => (failure = error));
  const check = (): void => {
    if (!failure) return;
    // Node's text: `ENOENT: no such file or directory, open '…'`.
    const why = /^\w+: ([^,]+)/.exec(failure.message)?.[1] ?? failure.message;
    throw new VmatlasError({ code: 'io-error', message: `${path} cannot be written: ${why}.`, evidence: failure.message }, { cause: failure });
  };
  return {
    isTerminal: false,
    async write(data) {
      check();
      if (data.length > 0 && !stream.write(data)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      check();
    },
    async end() {
      if (!failure) stream.end();
      if (!stream.closed) await once(stream, 'close').catch(() => undefined);
      check();
    },
  };
}
