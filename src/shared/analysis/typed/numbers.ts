/** Numbers out of bytes and back, whatever their width and byte order. Pure; offsets and widths in bytes. */

/** Unsigned value of all the bytes. */
export function unsignedOf(bytes: Uint8Array, bigEndian = false): bigint {
  let value = 0n;
  if (bigEndian) for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  else for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

export function bytesOf(value: bigint, widthBytes: number, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(widthBytes);
  let rest = BigInt.asUintN(widthBytes * 8, value);
  for (let i = 0; i < widthBytes; i++) {
    bytes[bigEndian ? widthBytes - 1 - i : i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The bits [offset, offset + size) of a little-endian run of bytes. */
export function bitsOf(bytes: Uint8Array, offset: number, size: number, signed: boolean): bigint {
  const value = BigInt.asUintN(size, unsignedOf(bytes) >> BigInt(offset));
  return signed ? BigInt.asIntN(size, value) : value;
}

/** IEEE 754 binary16, 32 and 64; x87 extended (the first 10 of 10, 12 or 16 bytes) rounded to a double. Undefined for other widths. */
export function floatOf(bytes: Uint8Array, bigEndian = false): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes.length) {
    case 2: return halfOf(view.getUint16(0, !bigEndian));
    case 4: return view.getFloat32(0, !bigEndian);
    case 8: return view.getFloat64(0, !bigEndian);
    case 10: case 12: case 16: return bigEndian ? undefined : extendedOf(view);
    default: return undefined;
  }
}

export function floatBytes(value: number, widthBytes: 2 | 4 | 8, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(widthBytes);
  const view = new DataView(bytes.buffer);
  if (widthBytes === 2) view.setUint16(0, halfBits(value), !bigEndian);
  else if (widthBytes === 4) view.setFloat32(0, value, !bigEndian);
  else view.setFloat64(0, value, !bigEndian);
  return bytes;
}

/** Shortest text that reads back as the same number of its width. */
export function floatText(value: number, widthBytes: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (widthBytes >= 8) return shortNumber(value);
  const digits = widthBytes === 4 ? 9 : 5;
  for (let precision = 1; precision <= digits; precision++) {
    const text = value.toPrecision(precision);
    const back = widthBytes === 4 ? Math.fround(Number(text)) : halfOf(halfBits(Number(text)));
    if (back === value) return shortNumber(Number(text));
  }
  return String(value);
}

/** JavaScript writes twenty digits before it goes over to an exponent. */
function shortNumber(value: number): string {
  return Math.abs(value) >= 1e16 ? value.toExponential().replace('e+', 'e') : String(value);
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds to nearest, ties to even, as IEEE 754 asks. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundEven(size / 2 ** -24);
  let exponent = Math.floor(Math.log2(size));
  // log2 rounds: the true exponent may be its neighbour.
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  if (exponent > 15) return sign | 0x7c00;
  const bits = ((exponent + 15) << 10) + roundEven((size / 2 ** exponent - 1) * 1024);
  return sign | Math.min(bits, 0x7c00);
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** x87: 64 bits of mantissa with its leading one, then 15 of exponent and the sign (Intel SDM vol. 1, 4.2.2). */
function extendedOf(view: DataView): number {
  const mantissa = view.getBigUint64(0, true);
  const top = view.getUint16(8, true);
  const sign = top & 0x8000 ? -1 : 1;
  const exponent = top & 0x7fff;
  if (exponent === 0x7fff) return BigInt.asUintN(63, mantissa) === 0n ? sign * Infinity : Number.NaN;
  if (mantissa === 0n) return sign > 0 ? 0 : -0;
  return sign * Number(mantissa) * 2 ** (exponent - 16383 - 63);
}
