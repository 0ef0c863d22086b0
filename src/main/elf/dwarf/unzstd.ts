import { Decompress } from 'fzstd';

/** Bytes given to the decompressor at once: it works through what it has before it hears that it is too much. */
const CHUNK_BYTES = 64 * 1024;

/** Unpacks a Zstandard stream (RFC 8878) that announces its size. Throws RangeError when it holds more, and what fzstd throws when it is damaged. A stream that ends too early gives less. */
export function unzstd(stream: Uint8Array, sizeBytes: number): Uint8Array {
  const plain = new Uint8Array(sizeBytes);
  let filled = 0;
  const decompressor = new Decompress((part) => {
    if (filled + part.length > sizeBytes) throw new RangeError(`it unpacks to more than the ${sizeBytes} bytes it announces`);
    plain.set(part, filled);
    filled += part.length;
  });
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) decompressor.push(stream.subarray(at, at + CHUNK_BYTES), at + CHUNK_BYTES >= stream.length);
  return plain.subarray(0, filled);
}
