import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInstruction } from './x86-instruction.ts';

function decode(hex: string) {
  return decodeInstruction(Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16)), 0);
}

describe('x86-64 instructions', () => {
  it('reads the canary instructions of gcc', () => {
    expect(decode('64 48 8b 04 25 28 00 00 00')).toMatchObject({ lengthBytes: 9, opcode: 0x8b, reg: 0, memory: { base: undefined, index: undefined, displacement: 0x28, segment: 'fs' } });
    expect(decode('48 89 45 f8')).toMatchObject({ lengthBytes: 4, opcode: 0x89, wide: true, reg: 0, memory: { base: 5, displacement: -8 }, accessBytes: 8 });
    expect(decode('4c 89 a4 24 98 00 00 00')).toMatchObject({ lengthBytes: 8, opcode: 0x89, reg: 12, memory: { base: 4, displacement: 0x98 } });
    expect(decode('64 48 2b 14 25 28 00 00 00')).toMatchObject({ lengthBytes: 9, opcode: 0x2b, reg: 2 });
  });

  it.each<readonly [string, string, number]>([
    ['push rbp', '55', 1],
    ['mov rsp,rbp', '48 89 e5', 3],
    ['sub $0x98,rsp', '48 81 ec 98 00 00 00', 7],
    ['movabs', '48 b8 01 02 03 04 05 06 07 08', 10],
    ['endbr64', 'f3 0f 1e fa', 4],
    ['call rel32', 'e8 00 00 00 00', 5],
    ['call *8(rax,rcx,4)', 'ff 54 88 08', 4],
    ['test $1,dil', '40 f6 c7 01', 4],
    ['not dl', 'f6 d2', 2],
    ['testw', '66 f7 05 00 00 00 00 34 12', 9],
    ['mov moffs', 'a1 01 02 03 04 05 06 07 08', 9],
    ['vmovdqu ymm', 'c5 fe 6f 06', 4],
    ['vpbroadcastb', 'c4 e2 7d 78 c6', 5],
    ['vmovdqu64 zmm, disp8', '62 f1 fe 48 6f 46 01', 7],
    ['pcmpistri', '66 0f 3a 63 00 1a', 6],
    ['enter', 'c8 10 00 00', 4],
    ['lock cmpxchg', 'f0 0f b1 15 00 00 00 00', 8],
    ['nopw cs:', '66 2e 0f 1f 84 00 00 00 00 00', 10],
  ])('%s', (_, hex, length) => {
    expect(decode(hex)?.lengthBytes).toBe(length);
  });

  it('scales the short displacement of EVEX, and says what a scalar move covers', () => {
    expect(decode('62 f1 fe 48 6f 44 24 01')?.memory).toMatchObject({ base: 4, displacement: 64 });
    expect(decode('f3 0f 11 45 fc')).toMatchObject({ accessBytes: 4 });
    expect(decode('f2 0f 10 45 f0')).toMatchObject({ accessBytes: 8 });
    expect(decode('0f 29 45 e0')).toMatchObject({ accessBytes: 16 });
    expect(decode('88 45 ef')).toMatchObject({ accessBytes: 1 });
    expect(decode('66 89 45 ee')).toMatchObject({ accessBytes: 2 });
  });

  it('refuses what is none in 64-bit mode, and what is cut off', () => {
    for (const bytes of ['06', '9a', 'd6', '48 8b', 'e8 00 00']) expect(decode(bytes)).toBeUndefined();
  });

  it('never throws, and never reads past its bytes', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), fc.nat(23), (bytes, at) => {
        const instruction = decodeInstruction(bytes, at);
        if (instruction) expect(at + instruction.lengthBytes).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
