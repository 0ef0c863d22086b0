import { decode, encode, type ExtensionCodecType, ExtData } from '@msgpack/msgpack';
import { VmatlasError } from '../model/errors.ts';

/**
 * Plain data ⇄ bytes: MessagePack, with extension types for what it lacks.
 *
 * | type | holds                               | payload                                     |
 * | ---- | ----------------------------------- | ------------------------------------------- |
 * | 1    | bigint in [0, 2^64)                 | 8 bytes, little-endian                      |
 * | 2, 3 | any other bigint: positive/negative | magnitude, big-endian                       |
 * | 4    | Uint16Array                         | its bytes, little-endian                    |
 * | 5    | Uint32Array                         | its bytes, little-endian                    |
 * | 6    | Float64Array                        | its bytes, little-endian                    |
 *
 * A bigint never turns into a number nor a number into a bigint. An `undefined` field is left out; `undefined` inside an array arrives as null, -0 as 0. Uint8Array is
 * MessagePack's own binary and is decoded as a view of the message, without a copy. Every machine that runs a browser or Node for x86-64 is little-endian, so
 * typed arrays go over as they lie in memory.
 */
const EXT_UINT64 = 1;
const EXT_BIG_POSITIVE = 2;
const EXT_BIG_NEGATIVE = 3;
const EXT_UINT16_ARRAY = 4;
const EXT_UINT32_ARRAY = 5;
const EXT_FLOAT64_ARRAY = 6;

const UINT64_END = 1n << 64n;

/**
 * Encodes plain data (see contract.ts for what that is). The result may be a view into a larger buffer.
 * Throws TypeError for anything else: a Map, a Date, a class instance, a function, another typed array.
 */
export function encodeValue(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { extensionCodec, ignoreUndefined: true });
}

/** Decodes one value. Throws VmatlasError `malformed-input` for bytes that are not exactly one value; never anything else. */
export function decodeValue(bytes: Uint8Array): unknown {
  // A Node Buffer would make every binary field a Buffer too; and no array or map can have more elements than the message has bytes, so that a
  // forged length can't make the decoder allocate gigabytes.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return decode(plain, { extensionCodec, maxArrayLength: plain.length, maxMapLength: plain.length });
  } catch (error) {
    throw new VmatlasError(
      { code: 'malformed-input', message: 'A message could not be decoded.', evidence: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode(value) {
    if (typeof value === 'bigint') return encodeBigint(value);
    if (typeof value !== 'object' || value === null) throw new TypeError(`${typeof value} can't cross the wire`);
    if (Array.isArray(value) || value instanceof Uint8Array) return null;
    if (value instanceof Uint16Array) return new ExtData(EXT_UINT16_ARRAY, bytesOf(value));
    if (value instanceof Uint32Array) return new ExtData(EXT_UINT32_ARRAY, bytesOf(value));
    if (value instanceof Float64Array) return new ExtData(EXT_FLOAT64_ARRAY, bytesOf(value));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`${Object.prototype.toString.call(value)} is not plain data and can't cross the wire`);
    }
    return null;
  },
  decode(data, type) {
    switch (type) {
      case EXT_UINT64:
        if (data.length !== 8) throw new RangeError(`a 64-bit integer of ${data.length} bytes`);
        return new DataView(data.buffer, data.byteOffset, 8).getBigUint64(0, true);
      case EXT_BIG_POSITIVE:
        return decodeMagnitude(data);
      case EXT_BIG_NEGATIVE:
        return -decodeMagnitude(data);
      case EXT_UINT16_ARRAY:
        return new Uint16Array(alignedCopy(data, 2));
      case EXT_UINT32_ARRAY:
        return new Uint32Array(alignedCopy(data, 4));
      case EXT_FLOAT64_ARRAY:
        return new Float64Array(alignedCopy(data, 8));
      default:
        throw new RangeError(`unknown extension type ${type}`);
    }
  },
};

function encodeBigint(value: bigint): ExtData {
  if (value >= 0n && value < UINT64_END) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return new ExtData(EXT_UINT64, bytes);
  }
  const digits = (value < 0n ? -value : value).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = new Uint8Array(even.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(even.slice(i * 2, i * 2 + 2), 16);
  return new ExtData(value < 0n ? EXT_BIG_NEGATIVE : EXT_BIG_POSITIVE, bytes);
}

function decodeMagnitude(data: Uint8Array): bigint {
  if (data.length === 0) throw new RangeError('an integer of 0 bytes');
  let digits = '';
  for (const byte of data) digits += byte.toString(16).padStart(2, '0');
  return BigInt(`0x${digits}`);
}

function bytesOf(array: Uint16Array | Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A typed array must begin at a multiple of its element size, which a field inside a message rarely does. */
function alignedCopy(data: Uint8Array, elementBytes: number): ArrayBuffer {
  if (data.length % elementBytes !== 0) throw new RangeError(`${data.length} bytes are no whole number of ${elementBytes}-byte elements`);
  return new Uint8Array(data).buffer;
}
