import type { Address } from '../../../shared/address/address.ts';
import type { PageNumber } from '../../../shared/address/page.ts';
import { formatRange, rangeFrom, type AddressRange } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MemoryRange } from '../../../shared/model/memory-range.ts';
import type { AuxiliaryVector } from '../../../shared/model/process-facts.ts';
import type { ProcessSummary, TargetIdentity, ThreadSummary } from '../../../shared/model/process.ts';
import type { Capability } from '../../../shared/model/session.ts';
import { ModuleStore } from '../../elf/module-store.ts';
import { parseAuxv } from '../../procfs/auxv.ts';
import { liveThreadOf, readProcessSummary } from '../../procfs/process-list.ts';
import { errnoOf, readProcBytes, tryReadProcBytes, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import { parseStatus } from '../../procfs/status.ts';
import type { Liveness, Picture, ReadOptions, Target } from '../target.ts';
import { CHUNK_BYTES, readRanges, spaceIsGone } from './memory-reader.ts';
import { PictureReader } from './picture-reader.ts';
import { ProcessFiles } from './process-files.ts';
import { LivePages } from './live-pages.ts';
import { readThreads } from './thread-files.ts';

/** Highest position that is a user address with any paging; above it the kernel refuses and a Number is not exact. */
const USER_LIMIT = 1n << 56n;
const CAP_SYS_ADMIN_BIT = 21n;

/**
 * Opens a live process for looking: nothing is stopped and nothing attached. Rejects with `no-such-process`, `process-is-kernel-thread`, `process-is-zombie`, `not-64-bit`,
 * `permission-denied` or `process-exited`. Give every target of one host the same store: files are then read once for all.
 */
export async function openLiveTarget(pid: number, store: ModuleStore = new ModuleStore()): Promise<LiveTarget> {
  const summary = readProcessSummary(pid);
  if (!summary) throw new VmatlasError({ code: 'no-such-process', message: `There is no process ${pid}.`, evidence: `/proc/${pid}/stat does not exist` });
  // Our reading of the permission rules may be too strict or too kind; the kernel decides when the files are opened.
  if (summary.cannotOpen && summary.cannotOpen.code !== 'permission-denied') throw new VmatlasError(summary.cannotOpen);
  const base = baseOf(summary);
  let files: ProcessFiles;
  try {
    files = new ProcessFiles(pid, base);
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'permission-denied' && summary.cannotOpen) throw new VmatlasError(summary.cannotOpen, { cause: error });
    throw error;
  }
  try {
    // The pid may have been given to another process between the look at it and the opening of its files.
    if (startTimeOf(pid) !== summary.startTime) throw spaceIsGone(pid);
    return new LiveTarget(files, summary, store);
  } catch (error) {
    files.close();
    throw error;
  }
}

/** A process whose first thread has ended shows nothing under /proc/PID; its memory is under one of its other threads. */
function baseOf(summary: ProcessSummary): string {
  if (summary.state !== 'Z') return `/proc/${summary.pid}`;
  const tid = liveThreadOf(summary.pid);
  return tid === undefined ? `/proc/${summary.pid}` : `/proc/${summary.pid}/task/${tid}`;
}

function startTimeOf(pid: number): bigint | undefined {
  const text = tryReadProcText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text).startTime;
}

/** A running process, seen through /proc. */
export class LiveTarget implements Target {
  readonly identity: TargetIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly pages: LivePages;
  readonly #files: ProcessFiles;
  readonly #pictures: PictureReader;
  #disposed = false;

  constructor(files: ProcessFiles, summary: ProcessSummary, store: ModuleStore) {
    const { pid, startTime, name, exe, command, uid, user } = summary;
    this.identity = { pid, startTime, name, exe, command, uid, user };
    this.#files = files;
    this.capabilities = capabilitiesOf(files);
    this.#pictures = new PictureReader(files, readAuxv(files.base), store);
    this.pages = new LivePages(files, () => {
      this.#checkOpen();
      return this.#pictures.mappings();
    });
  }

  async readPicture(signal?: AbortSignal): Promise<Picture> {
    signal?.throwIfAborted();
    this.#checkOpen();
    return this.#pictures.read();
  }

  async readMemory(range: AddressRange, options: ReadOptions): Promise<MemoryRange[]> {
    options.signal?.throwIfAborted();
    this.#checkOpen();
    return readRanges(this.#files, range, options.touchNotPresent, () => this.#pictures.mappings(), (mappings, row) => this.pages.fileSize(mappings, row));
  }

  readInto(start: Address, buffer: Uint8Array): number {
    this.#checkOpen();
    if (start >= USER_LIMIT) return 0;
    const position = Number(start);
    let filled = 0;
    while (filled < buffer.length) {
      const answer = this.#files.read(position + filled, buffer, filled, Math.min(CHUNK_BYTES, buffer.length - filled));
      if (typeof answer === 'string' || answer === 0) break;
      filled += answer;
    }
    return filled;
  }

  async writeMemory(start: Address, bytes: Uint8Array): Promise<void> {
    this.#checkOpen();
    const refuse = (errno: string, written: number): VmatlasError =>
      new VmatlasError({
        code: errno === 'EACCES' || errno === 'EPERM' ? 'permission-denied' : 'unreadable',
        message: written === 0 ? 'The kernel refuses to write these bytes.' : `The kernel wrote ${written} bytes and refuses the rest.`,
        evidence: `${errno} at ${formatRange(rangeFrom(start, bytes.length))}`,
      });
    if (start + BigInt(bytes.length) > USER_LIMIT) throw refuse('EIO', 0);
    let written = 0;
    while (written < bytes.length) {
      const answer = this.#files.write(Number(start) + written, bytes, written);
      if (typeof answer === 'string') throw refuse(answer, written);
      if (answer === 0) throw spaceIsGone(this.identity.pid);
      written += answer;
    }
  }

  readPagemap(first: PageNumber, count: number): BigUint64Array | undefined {
    this.#checkOpen();
    const bytes = this.#files.pagemap(first, count);
    if (!bytes) return undefined;
    const words = new BigUint64Array(count);
    words.set(new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3));
    return words;
  }

  async threads(): Promise<readonly ThreadSummary[]> {
    this.#checkOpen();
    return readThreads(this.identity.pid);
  }

  liveness(): Liveness {
    const { pid, startTime } = this.identity;
    const text = tryReadProcText(`/proc/${pid}/stat`);
    const stat = text === undefined ? undefined : parseStat(text);
    if (!stat || stat.startTime !== startTime) return 'exited';
    if (['Z', 'X', 'x'].includes(stat.state) && liveThreadOf(pid) === undefined) return 'zombie';
    this.#checkOpen();
    if (this.#files.spaceIsAlive()) return 'alive';
    return hasMemory(this.#files.base) ? 'execed' : 'exited';
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#files.close();
  }

  #checkOpen(): void {
    if (this.#disposed) throw new VmatlasError({ code: 'wrong-state', message: 'This process is no longer open here.' });
  }
}

/** A process on its way out has no address space any more, one that exec'ed has a new one. */
function hasMemory(base: string): boolean {
  try {
    return readProcBytes(`${base}/maps`).length > 0;
  } catch (error) {
    if (errnoOf(error) === '') throw error;
    return false;
  }
}

function readAuxv(base: string): AuxiliaryVector | undefined {
  const bytes = tryReadProcBytes(`${base}/auxv`);
  return bytes === undefined || bytes.length === 0 ? undefined : parseAuxv(bytes);
}

function capabilitiesOf(files: ProcessFiles): ReadonlySet<Capability> {
  const capabilities = new Set<Capability>(['read-memory', 'write-memory', 'symbols']);
  if (files.hasPagemap) capabilities.add('page-states');
  const status = tryReadProcText('/proc/self/status');
  const ours = status === undefined ? 0n : (parseStatus(status).effectiveCapabilities ?? 0n);
  if (files.hasPagemap && ((ours >> CAP_SYS_ADMIN_BIT) & 1n) === 1n) capabilities.add('page-frames');
  return capabilities;
}
