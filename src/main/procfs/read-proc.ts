import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { VmatlasError } from '../../shared/model/errors.ts';

const FIRST_READ_BYTES = 64 * 1024;

/** errno name of a system error thrown by node:fs, '' for anything else. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * All bytes of a /proc file in one buffer of its own. The kernel gives such files out in pieces of about a page and their size as 0, so the buffer grows by reading. Throws the
 * plain system error.
 */
export function readProcBytes(path: string, expectedBytes = FIRST_READ_BYTES): Buffer {
  const fd = openSync(path, 'r');
  try {
    return readToEnd(fd, expectedBytes);
  } finally {
    closeSync(fd);
  }
}

function readToEnd(fd: number, expectedBytes: number): Buffer {
  let buffer = Buffer.allocUnsafe(Math.max(expectedBytes, FIRST_READ_BYTES));
  let length = 0;
  for (;;) {
    if (buffer.length - length < 8192) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const count = readSync(fd, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
  }
}

/** A small /proc file as text; bytes that are not UTF-8 become U+FFFD. Throws the plain system error. */
export function readProcText(path: string): string {
  return readProcBytes(path, 4096).toString('utf8');
}

/** The same where a missing or refused file is an answer too. */
export function tryReadProcText(path: string): string | undefined {
  return orUndefined(() => readProcText(path));
}

export function tryReadProcBytes(path: string): Buffer | undefined {
  return orUndefined(() => readProcBytes(path));
}

export function tryReadLink(path: string): string | undefined {
  return orUndefined(() => readlinkSync(path));
}

export function tryReadDirectory(path: string): string[] | undefined {
  return orUndefined(() => readdirSync(path));
}

/** Refusals of /proc: gone, not ours to see, not there for this kind of process. Anything else is a fault of ours and thrown on. */
const REFUSALS = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL', 'ENOTDIR', 'EIO']);

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (REFUSALS.has(errnoOf(error))) return undefined;
    throw error;
  }
}

/** The typed error for a system error met while reading a process. */
export function processError(error: unknown, pid: number, what: string): VmatlasError {
  const errno = errnoOf(error);
  const evidence = error instanceof Error ? error.message : String(error);
  if (errno === 'ENOENT' || errno === 'ESRCH') {
    return new VmatlasError({ code: 'process-exited', message: `Process ${pid} is gone.`, evidence }, { cause: error });
  }
  if (errno === 'EACCES' || errno === 'EPERM') {
    return new VmatlasError(
      { code: 'permission-denied', message: `The kernel does not let you read ${what} of process ${pid}.`, evidence, remedy: 'Run vmatlas as the user that owns the process, or as root.' },
      { cause: error },
    );
  }
  return new VmatlasError({ code: 'io-error', message: `Reading ${what} of process ${pid} failed.`, evidence }, { cause: error });
}
