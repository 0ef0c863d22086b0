import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportText, loadBytes } from './export-bytes.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max });

describe('export', () => {
  it('writes base64 as the platform does', () => {
    fc.assert(fc.property(bytes(100), (data) => {
      expect(exportText(data, 'base64', 0n)).toBe(btoa(String.fromCharCode(...data)));
    }));
  });

  it('writes hex, C and Rust arrays with every byte in order', () => {
    fc.assert(fc.property(bytes(60), (data) => {
      expect(exportText(data, 'hex', 0n).replaceAll(/\s/g, '')).toBe(Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(''));
      for (const format of ['c', 'rust'] as const) {
        const text = exportText(data, format, 0x1000n);
        expect([...text.matchAll(/0x([0-9a-f]{2}),/g)].map(([, digits]) => Number.parseInt(digits ?? '', 16))).toEqual([...data]);
        expect(text).toContain(`[${format === 'c' ? '' : 'u8; '}${data.length}]`);
      }
    }));
  });

  it('writes Intel HEX that it reads back, across 64 KiB borders too', () => {
    fc.assert(fc.property(bytes(80), fc.bigInt(0n, 1n << 47n), (data, start) => {
      const text = exportText(data, 'intel-hex', start);
      fc.pre(Number(BigInt.asUintN(32, start)) + data.length < 2 ** 32);
      expect(loadBytes(encode(text)).bytes).toEqual(data);
    }));
  });

  it('knows the record of the format\'s own description', () => {
    // Intel, Hexadecimal Object File Format Specification, 1988: data record of address 0x0100.
    expect(exportText(Uint8Array.of(0x21, 0x46, 0x01, 0x36), 'intel-hex', 0x100n)).toContain(':04010000214601365D');
  });
});

describe('load', () => {
  it('takes anything that is no Intel HEX as it is', () => {
    expect(loadBytes(Uint8Array.of(1, 2, 3)).bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(loadBytes(encode(':not hex')).words).toContain('raw');
  });

  it('refuses a wrong checksum and a hole, rather than to write something else', () => {
    expect(() => loadBytes(encode(':0401000021460136FF\n'))).toThrow(/checksum/);
    const [upper, first] = exportText(Uint8Array.of(1), 'intel-hex', 0n).split('\n');
    const later = exportText(Uint8Array.of(2), 'intel-hex', 8n).split('\n')[1];
    expect(() => loadBytes(encode(`${upper}\n${first}\n${later}\n`))).toThrow(/holes/);
  });
});
