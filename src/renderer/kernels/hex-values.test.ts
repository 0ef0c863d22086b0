import { describe, expect, it } from 'vitest';
import { asciiOf, guessValue, leadingText } from './hex-values.ts';

const nowhere = (): undefined => undefined;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('guessValue', () => {
  it('reads 4 bytes as a signed little-endian integer', () => {
    expect(guessValue(Uint8Array.of(0x2a, 0, 0, 0), 4, nowhere)).toEqual({ tint: 'int', text: '42' });
    expect(guessValue(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 4, nowhere)).toEqual({ tint: 'int', text: '-1' });
  });

  it('calls 8 bytes a pointer only when they point into a mapping', () => {
    const bytes = Uint8Array.of(0x20, 0x80, 0x60, 0xde, 0x61, 0x55, 0, 0);
    expect(guessValue(bytes, 8, (value) => (value === 0x5561_de60_8020n ? '.rodata' : undefined))).toEqual({ tint: 'ptr', text: '→ .rodata' });
    expect(guessValue(bytes, 8, nowhere).tint).toBe('int');
  });

  it('never calls zero a pointer', () => {
    expect(guessValue(new Uint8Array(8), 8, () => 'the first page')).toEqual({ tint: 'int', text: '0' });
  });

  it('shows text and leaves records without a guess', () => {
    expect(guessValue(bytesOf('springs x21\0\0\0\0'), 64, nowhere)).toEqual({ tint: 'chr', text: '"springs x21"' });
    expect(guessValue(Uint8Array.of(0x90, 0x1f, 0, 0, 3), 16, nowhere)).toEqual({ tint: 'rec', text: '' });
  });

  it('does not read a value of which bytes are missing', () => {
    expect(guessValue(Uint8Array.of(1, 0), 4, nowhere)).toEqual({ tint: 'rec', text: '' });
  });
});

describe('text', () => {
  it('cuts long text and refuses control characters', () => {
    expect(leadingText(bytesOf('a'.repeat(40)))).toBe(`${'a'.repeat(24)}…`);
    expect(leadingText(bytesOf('ab\n'))).toBeUndefined();
    expect(leadingText(bytesOf('ab'))).toBeUndefined();
  });

  it('shows bytes 0x20 to 0x7e as themselves', () => {
    expect([0x1f, 0x20, 0x7e, 0x7f].map(asciiOf)).toEqual(['.', ' ', '~', '.']);
  });
});
