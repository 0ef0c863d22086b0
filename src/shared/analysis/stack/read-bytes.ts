/** Bytes of the program at an address: exactly `lengthBytes` of them, or undefined when one cannot be had. */
export type ReadBytes = (address: bigint, lengthBytes: number) => Uint8Array | undefined;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function readWord(read: ReadBytes, address: bigint): bigint | undefined {
  const bytes = read(address, 8);
  return bytes && viewOf(bytes).getBigUint64(0, true);
}

/** A cursor over bytes in the encodings of DWARF (DWARF 5, 7.6). Throws RangeError past the end. */
export class DwarfCursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  /** Address of byte 0, for values that count from their own place. */
  readonly base: bigint;
  at: number;

  constructor(bytes: Uint8Array, base: bigint, at = 0) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.base = base;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  u16(): number {
    return this.#view.getUint16((this.at += 2) - 2, true);
  }

  u32(): number {
    return this.#view.getUint32((this.at += 4) - 4, true);
  }

  u64(): bigint {
    return this.#view.getBigUint64((this.at += 8) - 8, true);
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 128 : value;
    }
  }

  take(lengthBytes: number): Uint8Array {
    if (this.at + lengthBytes > this.#bytes.length) throw new RangeError('past the end');
    return this.#bytes.subarray(this.at, (this.at += lengthBytes));
  }

  /** A NUL-terminated string of ASCII. */
  text(): string {
    let text = '';
    for (let byte = this.u8(); byte !== 0; byte = this.u8()) text += String.fromCharCode(byte);
    return text;
  }

  /** A pointer in one of the encodings of .eh_frame (LSB Core, 10.5: DW_EH_PE). `dataBase` is what data-relative values count from. */
  pointer(encoding: number, dataBase = 0n): bigint {
    if (encoding === 0xff) return 0n;
    const place = this.base + BigInt(this.at);
    const raw = this.#plain(encoding & 0x0f);
    const application = encoding & 0x70;
    const from = application === 0x10 ? place : application === 0x30 ? dataBase : 0n;
    return BigInt.asUintN(64, raw + from);
  }

  #plain(format: number): bigint {
    switch (format) {
      case 0x00:
      case 0x04:
      case 0x0c:
        return this.u64();
      case 0x01:
        return BigInt(this.uleb());
      case 0x02:
        return BigInt(this.u16());
      case 0x03:
        return BigInt(this.u32());
      case 0x09:
        return BigInt(this.sleb());
      case 0x0a:
        return BigInt.asIntN(16, BigInt(this.u16()));
      case 0x0b:
        return BigInt.asIntN(32, BigInt(this.u32()));
      default:
        throw new RangeError(`pointer encoding ${format}`);
    }
  }
}
