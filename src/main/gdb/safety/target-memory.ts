import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Address } from '../../../shared/address/address.ts';
import { readProcText } from '../../procfs/read-proc.ts';

/**
 * /proc/PID/mem, opened while gdb holds the process and kept: the fd belongs to this very address space, so a later process with the same id, or a program exec'ed by it, is never
 * touched. Opened by Node, so it has close-on-exec.
 */
export class TargetMemory {
  readonly #fd: number;
  readonly pid: number;
  #closed = false;
  /** Some mapped address: after exit or exec, reading there gives nothing. */
  readonly #probe: bigint;

  /** Throws the plain system error. */
  constructor(pid: number) {
    this.pid = pid;
    this.#fd = openSync(`/proc/${pid}/mem`, 'r+');
    this.#probe = firstReadableAddress(pid);
  }

  isCurrent(): boolean {
    return !this.#closed && this.read(this.#probe, 1).length === 1;
  }

  /** Up to `length` bytes; fewer, or none, where the kernel refuses. User addresses are below 2^47 and exact as numbers, and Node 20 takes no bigint position for writes. */
  read(address: Address | bigint, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    try {
      return buffer.subarray(0, readSync(this.#fd, buffer, 0, length, Number(address)));
    } catch {
      return buffer.subarray(0, 0);
    }
  }

  readByte(address: Address): number | undefined {
    return this.read(address, 1)[0];
  }

  /** false when the kernel refuses, such as after the process ended. */
  writeByte(address: Address, byte: number): boolean {
    try {
      return writeSync(this.#fd, Uint8Array.of(byte), 0, 1, Number(address)) === 1;
    } catch {
      return false;
    }
  }

  close(): void {
    if (!this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }
}

function firstReadableAddress(pid: number): bigint {
  const match = /^([0-9a-f]+)-[0-9a-f]+ r/m.exec(readProcText(`/proc/${pid}/maps`));
  return match?.[1] === undefined ? 0n : BigInt(`0x${match[1]}`);
}
