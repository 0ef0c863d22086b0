import { describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { bytesFrom, followPointers, pointerAt, quoted, textAt, unsigned } from './values.ts';

const BASE = 0x1000n;
const at = (offset: number): Address => toAddress(BASE + BigInt(offset));

/** Memory from BASE on: numbers are 8-byte words, strings are bytes; everything behind it is not read. */
function memory(...parts: readonly (bigint | string)[]): (address: Address) => number | undefined {
  const bytes = parts.flatMap((part) => typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...new Uint8Array(BigUint64Array.of(part).buffer)]);
  return (address) => bytes[Number(address - BASE)];
}
const inMemory = (size: number) => (address: Address): boolean => address >= BASE && address < BASE + BigInt(size);

describe('values', () => {
  it('reads little-endian, and nothing that was not read', () => {
    const byteAt = memory(0x0807_0605_0403_0201n, 'ab');
    expect(unsigned(bytesFrom(byteAt, at(0), 8))).toBe(0x0807_0605_0403_0201n);
    expect(pointerAt(byteAt, at(0))).toBe(0x0807_0605_0403_0201n);
    expect(pointerAt(byteAt, at(4))).toBeUndefined();
    expect(bytesFrom(byteAt, at(8), 8)).toEqual([0x61, 0x62]);
  });

  it('takes printable bytes up to a zero for text', () => {
    expect(textAt(memory('Hello, memory\0x'), at(0))).toEqual({ text: 'Hello, memory', cut: false });
    expect(textAt(memory('größe\n\0'), at(0))?.text).toBe('größe\n');
    expect(textAt(memory('abc\0'), at(0))).toBeUndefined();
    expect(textAt(memory('abcd\u0001\0'), at(0))).toBeUndefined();
    expect(textAt(memory('abcdefgh'), at(0))).toBeUndefined();
    // Cut inside a character.
    expect(textAt(memory('x'.repeat(63), 'é'), at(0))).toEqual({ text: 'x'.repeat(63), cut: true });
  });

  it('quotes as C does', () => {
    expect(quoted({ text: 'a"\\\n', cut: true })).toBe(String.raw`"a\"\\\n"…`);
  });
});

describe('followPointers', () => {
  it('goes from pointer to pointer to text', () => {
    const chain = followPointers(memory(BASE + 8n, BASE + 16n, 'Hello, memory\0'), inMemory(30), at(0));
    expect(chain).toEqual({ links: [at(0), at(8), at(16)], end: 'text' });
  });

  it('ends at a number, at what was not read, and in a loop', () => {
    expect(followPointers(memory(7n), inMemory(8), at(0))).toEqual({ links: [at(0)], end: 'not a pointer' });
    expect(followPointers(memory(BASE + 8n, 'ab'), inMemory(10), at(0))).toEqual({ links: [at(0), at(8)], end: 'not read' });
    expect(followPointers(memory(BASE + 8n, BASE), inMemory(16), at(0))).toEqual({ links: [at(0), at(8), at(0)], end: 'loop' });
  });

  it('stops after a few hops', () => {
    const words = Array.from({ length: 20 }, (_, i) => BASE + BigInt(8 * (i + 1)));
    const chain = followPointers(memory(...words), inMemory(160), at(0));
    expect(chain.end).toBe('long');
    expect(chain.links.length).toBeLessThan(8);
  });
});
