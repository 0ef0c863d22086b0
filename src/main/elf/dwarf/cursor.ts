import { VmatlasError } from '../../../shared/model/errors.ts';

/** Walks little-endian bytes. Every read past the end throws a RangeError, which `guarded` turns into `malformed-input`. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  u16(): number {
    const value = this.#view.getUint16(this.at, true);
    this.at += 2;
    return value;
  }

  u24(): number {
    return this.u16() | (this.u8() << 16);
  }

  u32(): number {
    const value = this.#view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  u64(): bigint {
    const value = this.#view.getBigUint64(this.at, true);
    this.at += 8;
    return value;
  }

  /** A section offset of 32-bit or 64-bit DWARF. One past 2^53 lies in no file. */
  offset(sizeBytes: 4 | 8): number {
    return sizeBytes === 4 ? this.u32() : smallNumber(this.u64());
  }

  address(sizeBytes: number): bigint {
    return sizeBytes === 8 ? this.u64() : BigInt(this.u32());
  }

  /** Unsigned LEB128 (DWARF 5, 7.6). Values past 2^53 come back as the nearest double: they name nothing here. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > 2 ** 77) throw new RangeError('LEB128 without end');
    }
  }

  /** Unsigned LEB128, exact to 64 bits. */
  ulebBig(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 77n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('LEB128 without end');
  }

  slebBig(): bigint {
    let value = 0n;
    for (let shift = 7n; shift <= 77n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << (shift - 7n);
      if (byte < 0x80) return BigInt.asIntN(64, byte & 0x40 ? value - (1n << shift) : value);
    }
    throw new RangeError('LEB128 without end');
  }

  skip(count: number): void {
    const next = this.at + count;
    if (!(next <= this.bytes.length)) throw new RangeError('a length reaches past the end');
    this.at = next;
  }

  take(count: number): Uint8Array {
    const from = this.at;
    this.skip(count);
    return this.bytes.subarray(from, this.at);
  }

  skipString(): void {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new RangeError('a string without end');
    this.at = end + 1;
  }
}

function smallNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('an offset past 2^53');
  return Number(value);
}

/** Runs a reader over bytes nobody vouches for. */
export function guarded<T>(name: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new VmatlasError({ code: 'malformed-input', message: `${name} is damaged: its ${what} cannot be followed.`, evidence: error.message }, { cause: error });
  }
}
