import { addBytes, toAddress, type Address } from '../../../shared/address/address.ts';

/** Longest string looked for at an address. */
const TEXT_LIMIT_BYTES = 64;
/** Shorter runs of printable bytes are more often numbers. */
const TEXT_MINIMUM = 4;

export type ByteAt = (address: Address) => number | undefined;

/** Up to `count` bytes from `start`; stops at the first that was not read. */
export function bytesFrom(byteAt: ByteAt, start: Address, count: number): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < count; i++) {
    const byte = byteAt(addBytes(start, i));
    if (byte === undefined) break;
    bytes.push(byte);
  }
  return bytes;
}

/** Little-endian unsigned value of all the bytes. */
export function unsigned(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The eight bytes as an address; undefined when they were not all read. */
export function pointerAt(byteAt: ByteAt, start: Address): Address | undefined {
  const bytes = bytesFrom(byteAt, start, 8);
  return bytes.length === 8 ? toAddress(unsigned(bytes)) : undefined;
}

export interface TextGuess {
  readonly text: string;
  /** The string goes on after what is shown. */
  readonly cut: boolean;
}

/** Printable text that begins here and ends in a zero byte (or goes on past the limit); undefined when it is not likely text. */
export function textAt(byteAt: ByteAt, start: Address): TextGuess | undefined {
  const bytes = bytesFrom(byteAt, start, TEXT_LIMIT_BYTES);
  const end = bytes.indexOf(0);
  const body = end < 0 ? bytes : bytes.slice(0, end);
  if (body.length < TEXT_MINIMUM || (end < 0 && bytes.length < TEXT_LIMIT_BYTES)) return undefined;
  const text = decodeText(Uint8Array.from(body), end < 0);
  return text === undefined ? undefined : { text, cut: end < 0 };
}

/** UTF-8 without control characters other than tab and line end. A cut may fall inside a character. */
function decodeText(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return /^[^\p{Cc}\p{Cn}\p{Co}]*$/u.test(text.replaceAll(/[\t\n\r]/g, '')) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** As C writes it: quotes, `\n`, and three dots where it is cut. */
export function quoted(guess: TextGuess): string {
  const escaped = guess.text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  return `"${escaped}"${guess.cut ? '…' : ''}`;
}

export function hexBytes(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}


export interface PointerChain {
  /** Places visited: the first is the start, each next is where the one before points. */
  readonly links: readonly Address[];
  readonly end: 'text' | 'not a pointer' | 'not read' | 'loop' | 'long';
}

const CHAIN_LIMIT = 5;

/** Follows pointers from `start` through bytes already read. `isMapped` decides what counts as a pointer. */
export function followPointers(byteAt: ByteAt, isMapped: (address: Address) => boolean, start: Address): PointerChain {
  const links = [start];
  for (;;) {
    const here = links.at(-1) ?? start;
    // Eight letters are also a number; what reads as text ends the chain.
    if (textAt(byteAt, here) !== undefined) return { links, end: 'text' };
    const target = pointerAt(byteAt, here);
    if (target === undefined) return { links, end: 'not read' };
    if (!isMapped(target)) return { links, end: 'not a pointer' };
    if (links.includes(target)) return { links: [...links, target], end: 'loop' };
    if (links.length >= CHAIN_LIMIT) return { links, end: 'long' };
    links.push(target);
  }
}
