import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { VmatlasError } from '../../shared/model/errors.ts';

/** Random access to the bytes of an ELF image: a file, or a copy of memory. */
export interface ByteSource {
  /** For messages: a path, or `[vdso]`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` bytes from `offset`. Throws `malformed-input` past the end and `io-error` when the file system refuses. */
  read(offset: number, lengthBytes: number): Uint8Array;
  close(): void;
}

/** An image that is already in memory, such as a copy of the vdso. */
export class MemorySource implements ByteSource {
  readonly name: string;
  readonly #bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  read(offset: number, lengthBytes: number): Uint8Array {
    checkSpan(this, offset, lengthBytes);
    return this.#bytes.slice(offset, offset + lengthBytes);
  }

  close(): void {
    // Nothing is open.
  }
}

/** What tells one state of a file from another, as fstat(2) has it. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly inode: bigint;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
}

/** Descriptors of sources that were dropped without `close`. */
const abandoned = new FinalizationRegistry<number>((fd) => closeSync(fd));

/** An open file. The descriptor stays open until `close`, so that a file deleted meanwhile can still be read. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly identity: FileIdentity;
  #fd: number | undefined;

  /** Opens `path`; `name` is what messages call it. Throws the plain system error (ENOENT, EPERM …): the caller knows whether there is another way in. */
  constructor(path: string, name: string) {
    this.name = name;
    const fd = openSync(path, 'r');
    try {
      const stat = fstatSync(fd, { bigint: true });
      // A device or a fifo has no bytes of its own; reading one could block or have effects.
      if (!stat.isFile()) throw new VmatlasError({ code: 'not-elf', message: `${name} is not a regular file.` });
      this.identity = { dev: stat.dev, inode: stat.ino, sizeBytes: Number(stat.size), mtimeNs: stat.mtimeNs };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#fd = fd;
    abandoned.register(this, fd, this);
  }

  get sizeBytes(): number {
    return this.identity.sizeBytes;
  }

  read(offset: number, lengthBytes: number): Uint8Array {
    checkSpan(this, offset, lengthBytes);
    if (this.#fd === undefined) throw new VmatlasError({ code: 'io-error', message: `${this.name} was closed before it was read.` });
    const bytes = new Uint8Array(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const count = this.#readOnce(this.#fd, bytes, done, offset + done);
      if (count === 0) throw pastEnd(this, offset, lengthBytes);
      done += count;
    }
    return bytes;
  }

  #readOnce(fd: number, bytes: Uint8Array, at: number, position: number): number {
    try {
      return readSync(fd, bytes, at, bytes.length - at, position);
    } catch (error) {
      throw new VmatlasError({ code: 'io-error', message: `${this.name} could not be read.`, evidence: String(error) }, { cause: error });
    }
  }

  close(): void {
    if (this.#fd === undefined) return;
    abandoned.unregister(this);
    closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** A file offset or length as the header has it (u64), as a number that `read` accepts. Throws `malformed-input` when no file can be that long. */
export function fileNumber(source: ByteSource, value: bigint, what: string): number {
  if (value > BigInt(source.sizeBytes)) {
    throw new VmatlasError({
      code: 'malformed-input',
      message: `${source.name} is damaged: its ${what} lies past the end of the file.`,
      evidence: `${what} 0x${value.toString(16)}, file size 0x${source.sizeBytes.toString(16)}`,
    });
  }
  return Number(value);
}

function checkSpan(source: ByteSource, offset: number, lengthBytes: number): void {
  if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > source.sizeBytes) throw pastEnd(source, offset, lengthBytes);
}

function pastEnd(source: ByteSource, offset: number, lengthBytes: number): VmatlasError {
  return new VmatlasError({
    code: 'malformed-input',
    message: `${source.name} is damaged: it ends before the data its headers announce.`,
    evidence: `${lengthBytes} bytes at 0x${offset.toString(16)}, file size 0x${source.sizeBytes.toString(16)}`,
  });
}
