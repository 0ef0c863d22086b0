import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { parseInstruction, splitComment } from './parse-operands.ts';
import { resolveInstruction } from './resolve-operands.ts';

const registers = new Map<string, bigint>([['rax', 0x1000n], ['rbx', 3n], ['rbp', 0x7ffe_0000n], ['rsp', 0x7ffd_ff00n], ['r8', 0xffff_ffff_0000_0010n], ['fs_base', 0x7fff_1000n], ['rdi', 0x20n], ['rsi', 0x30n]]);
const at = toAddress(0x40_1000n);
const addresses = (text: string, length = 4): (bigint | undefined)[] => resolveInstruction(text, at, length, registers, true).operands.map(({ address }) => address);

describe('memory operands', () => {
  it.each([
    ['mov    %rax,-0x18(%rbp)', 'mov    QWORD PTR [rbp-0x18],rax', [0x7ffd_ffe8n]],
    ['mov    0x2ee4(%rip),%eax        # 0x403ee8 <plain>', 'mov    eax,DWORD PTR [rip+0x2ee4]        # 0x403ee8 <plain>', [0x40_3ee8n]],
    ['mov    %fs:0x28,%rax', 'mov    rax,QWORD PTR fs:0x28', [0x7fff_1028n]],
    ['movzbl (%rax,%rbx,4),%eax', 'movzx  eax,BYTE PTR [rax+rbx*4]', [0x100cn]],
    ['lea    0x0(,%rbx,8),%rdx', 'lea    rdx,[rbx*8+0x0]', [24n]],
    ['call   *0x8(%rax)', 'call   QWORD PTR [rax+0x8]', [0x1008n, 0x7ffd_fef8n]],
    ['movsb  %ds:(%rsi),%es:(%rdi)', 'movs   BYTE PTR es:[rdi],BYTE PTR ds:[rsi]', [0x20n, 0x30n]],
    ['mov    0x10(%r8d),%eax', 'mov    eax,DWORD PTR [r8d+0x10]', [0x20n]],
    ['add    $0x10,%rsp', 'add    rsp,0x10', []],
    ['push   %rbp', 'push   rbp', [0x7ffd_fef8n]],
    ['vpgatherdd %ymm2,(%rax,%ymm1,4),%ymm0', 'vpgatherdd ymm0,DWORD PTR [rax+ymm1*4],ymm2', [undefined]],
    ['mov    %rcx,(%rsp,%riz,1)', 'mov    QWORD PTR [rsp+riz*1],rcx', [0x7ffd_ff00n]],
    ['jmp    *%rax', 'jmp    rax', []],
    ['lock cmpxchg %edx,(%rdi)', 'lock cmpxchg DWORD PTR [rdi],edx', [0x20n]],
  ])('%s', (att, intel, expected) => {
    const sorted = (text: string): (bigint | undefined)[] => addresses(text).toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n)));
    expect(sorted(att)).toEqual(expected.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n))));
    expect(sorted(intel)).toEqual(sorted(att));
  });

  it('are certain where no register matters, or the instruction is the current one', () => {
    const certain = (text: string, isCurrent: boolean): readonly boolean[] => resolveInstruction(text, at, 4, registers, isCurrent).operands.map((operand) => operand.certain);
    expect([certain('mov 0x10(%rip),%eax', false), certain('mov %fs:0x28,%rax', false), certain('mov (%rax),%eax', false), certain('mov (%rax),%eax', true)]).toEqual([[true], [true], [false], [true]]);
    // What the stack pointer will be then is not known.
    expect(certain('ret', false)).toEqual([]);
  });

  it('lea and nop compute and do not access', () => {
    expect(resolveInstruction('lea 0x8(%rax),%rcx', at, 4, registers, true).operands[0]).toMatchObject({ address: 0x1008n, accesses: false });
    expect(resolveInstruction('cs nopw 0x0(%rax,%rax,1)', at, 10, registers, true).operands[0]).toMatchObject({ address: 0x2000n, accesses: false });
  });

  it('direct branches have a target and no operand', () => {
    expect(parseInstruction('call   0x555555555060 <signal@plt>')).toMatchObject({ memory: [], target: 0x5555_5555_5060n, targetWords: 'signal@plt' });
    expect(parseInstruction('jne    0x401020 <f(int, char)+16>')).toMatchObject({ memory: [], target: 0x40_1020n, targetWords: 'f(int, char)+16' });
  });

  it('any displacement, base, index and scale, in both syntaxes', () => {
    const name = fc.constantFrom('rax', 'rbx', 'rbp', 'r8', 'rdi');
    fc.assert(fc.property(name, name, fc.constantFrom(1, 2, 4, 8), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), (base, index, scale, displacement) => {
      const size = `0x${Math.abs(displacement).toString(16)}`;
      const expected = BigInt.asUintN(64, (registers.get(base) ?? 0n) + (registers.get(index) ?? 0n) * BigInt(scale) + BigInt(displacement));
      expect(addresses(`mov ${displacement < 0 ? '-' : ''}${size}(%${base},%${index},${scale}),%rcx`)).toEqual([expected]);
      expect(addresses(`mov rcx,QWORD PTR [${base}+${index}*${scale}${displacement < 0 ? '-' : '+'}${size}]`)).toEqual([expected]);
    }));
  });

  it('never throws, whatever gdb prints', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(resolveInstruction(text, at, 1, registers, true).operands.every(({ address }) => address === undefined || (address >= 0n && address < 1n << 64n))).toBe(true);
      expect(splitComment(text).text).not.toMatch(/^\s|\s$/);
    }));
  });
});
