import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { errnoOf, processError } from '../../procfs/read-proc.ts';

/**
 * The memory and page-table files of one process, opened once. Both stay bound to the address space they were opened on: after the process exits or execs they read 0 bytes and
 * report no error (proc_pid_mem(5); mmget_not_zero fails in fs/proc), which is how the end is noticed.
 */
export class ProcessFiles {
  readonly pid: number;
  /** `/proc/PID`, or `/proc/PID/task/TID` when the first thread has ended. */
  readonly base: string;
  readonly #memory: number;
  readonly #pagemap: number | undefined;
  #writable: number | undefined;
  readonly #probe = new Uint8Array(8);

  /** Throws `permission-denied` or `process-exited`. */
  constructor(pid: number, base: string) {
    this.pid = pid;
    this.base = base;
    this.#memory = open(pid, `${base}/mem`, 'the memory');
    try {
      this.#pagemap = openPagemap(pid, base);
    } catch (error) {
      closeSync(this.#memory);
      throw error;
    }
  }

  get hasPagemap(): boolean {
    return this.#pagemap !== undefined;
  }

  /** Is the address space we opened still in use? Touches no page: without pagemap, a byte that is never mapped is asked for. */
  spaceIsAlive(): boolean {
    if (this.#pagemap !== undefined) return readSync(this.#pagemap, this.#probe, 0, 8, 0) === 8;
    const answer = this.read(0, this.#probe, 0, 1);
    return typeof answer === 'string' || answer > 0;
  }

  /**
   * One read of the kernel. Answers with the number of bytes, which ends at the first page that can't be read, or with the errno's name when the first one can't. 0 means that
   * the address space is gone. `position` is a Number: every user address is exact in a double, and Node mishandles bigint positions when writing.
   */
  read(position: number, buffer: Uint8Array, offset: number, length: number): number | string {
    try {
      return readSync(this.#memory, buffer, offset, length, position);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === '') throw error;
      return errno;
    }
  }

  /** The same for writing. The kernel breaks copy-on-write for private pages, read-only ones included. */
  write(position: number, bytes: Uint8Array, offset: number): number | string {
    try {
      this.#writable ??= openSync(`${this.base}/mem`, 'r+');
      return writeSync(this.#writable, bytes, offset, bytes.length - offset, position);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === '') throw error;
      return errno;
    }
  }

  /** pagemap words of `count` pages as bytes, fewer past the end of the user half; undefined where the kernel refuses. 8-byte aligned. */
  pagemap(firstPage: number, count: number): Uint8Array | undefined {
    if (this.#pagemap === undefined) return undefined;
    const bytes = new Uint8Array(count * 8);
    const length = this.pagemapInto(firstPage, bytes);
    return length === undefined ? undefined : bytes.subarray(0, length);
  }

  /** The same into a buffer that is used again; answers with the number of bytes. */
  pagemapInto(firstPage: number, bytes: Uint8Array): number | undefined {
    if (this.#pagemap === undefined) return undefined;
    let length = 0;
    while (length < bytes.length) {
      let got: number;
      try {
        got = readSync(this.#pagemap, bytes, length, bytes.length - length, firstPage * 8 + length);
      } catch (error) {
        if (errnoOf(error) === '') throw error;
        return undefined;
      }
      if (got === 0) break;
      length += got;
    }
    return length;
  }

  close(): void {
    closeSync(this.#memory);
    if (this.#pagemap !== undefined) closeSync(this.#pagemap);
    if (this.#writable !== undefined) closeSync(this.#writable);
    this.#writable = undefined;
  }
}

function open(pid: number, path: string, what: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw processError(error, pid, what);
  }
}

/** Some hardened kernels refuse pagemap alone: everything but page states still works. */
function openPagemap(pid: number, base: string): number | undefined {
  try {
    return openSync(`${base}/pagemap`, 'r');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EACCES' || errno === 'EPERM' || errno === 'ENOENT') return undefined;
    throw processError(error, pid, 'the page table');
  }
}
