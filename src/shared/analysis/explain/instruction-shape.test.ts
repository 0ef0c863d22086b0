import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrivileged, registerBytes, shapeOf } from './instruction-shape.ts';

const none = new Uint8Array(0);
const memory = (text: string): unknown => {
  const operand = shapeOf(text, none).operands.find(({ kind }) => kind === 'memory');
  return operand && [operand.role, operand.sizeBytes];
};

describe('what an instruction does with memory', () => {
  // Size and direction by the instruction's page of the Intel SDM, vol. 2.
  it.each([
    ['mov    %eax,(%rdx)', 'mov    DWORD PTR [rdx],eax', ['write', 4]],
    ['mov    0x10(%rax),%rcx', 'mov    rcx,QWORD PTR [rax+0x10]', ['read', 8]],
    ['movb   $0x78,(%rdi)', 'mov    BYTE PTR [rdi],0x78', ['write', 1]],
    ['movw   $0x1,(%rdi)', 'mov    WORD PTR [rdi],0x1', ['write', 2]],
    ['movzbl (%rax,%rbx,4),%eax', 'movzx  eax,BYTE PTR [rax+rbx*4]', ['read', 1]],
    ['movslq (%rdi),%rax', 'movsxd rax,DWORD PTR [rdi]', ['read', 4]],
    ['addl   $0x1,(%rax)', 'add    DWORD PTR [rax],0x1', ['read-write', 4]],
    ['add    (%rax),%edx', 'add    edx,DWORD PTR [rax]', ['read', 4]],
    ['incq   0x8(%rbx)', 'inc    QWORD PTR [rbx+0x8]', ['read-write', 8]],
    ['cmpl   $0x0,(%rax)', 'cmp    DWORD PTR [rax],0x0', ['read', 4]],
    ['cmp    %al,(%rdi)', 'cmp    BYTE PTR [rdi],al', ['read', 1]],
    ['test   %eax,(%rdi)', 'test   DWORD PTR [rdi],eax', ['read', 4]],
    ['shll   %cl,(%rdi)', 'shl    DWORD PTR [rdi],cl', ['read-write', 4]],
    ['lock cmpxchg %edx,(%rdi)', 'lock cmpxchg DWORD PTR [rdi],edx', ['read-write', 4]],
    ['xchg   %rax,(%rdi)', 'xchg   QWORD PTR [rdi],rax', ['read-write', 8]],
    ['movaps %xmm0,(%rdi)', 'movaps XMMWORD PTR [rdi],xmm0', ['write', 16]],
    ['movups (%rdi),%xmm1', 'movups xmm1,XMMWORD PTR [rdi]', ['read', 16]],
    ['movss  (%rdi),%xmm0', 'movss  xmm0,DWORD PTR [rdi]', ['read', 4]],
    ['movsd  %xmm0,(%rdi)', 'movsd  QWORD PTR [rdi],xmm0', ['write', 8]],
    ['addsd  (%rax),%xmm0', 'addsd  xmm0,QWORD PTR [rax]', ['read', 8]],
    ['paddd  (%rax),%xmm0', 'paddd  xmm0,XMMWORD PTR [rax]', ['read', 16]],
    ['vmovdqu %ymm0,(%rdi)', 'vmovdqu YMMWORD PTR [rdi],ymm0', ['write', 32]],
    ['vpaddd (%rax),%ymm1,%ymm0', 'vpaddd ymm0,ymm1,YMMWORD PTR [rax]', ['read', 32]],
    ['cvtsi2sdl (%rax),%xmm0', 'cvtsi2sd xmm0,DWORD PTR [rax]', ['read', 4]],
    ['sete   (%rdi)', 'sete   BYTE PTR [rdi]', ['write', 1]],
    ['push   0x8(%rax)', 'push   QWORD PTR [rax+0x8]', ['read', 8]],
    ['pop    (%rax)', 'pop    QWORD PTR [rax]', ['write', 8]],
    ['call   *0x8(%rax)', 'call   QWORD PTR [rax+0x8]', ['read', 8]],
    ['idivl  -0x8(%rbp)', 'idiv   DWORD PTR [rbp-0x8]', ['read', 4]],
    ['lea    0x8(%rax),%rcx', 'lea    rcx,[rax+0x8]', ['none', 8]],
    ['rep stos %al,%es:(%rdi)', 'rep stos BYTE PTR es:[rdi],al', ['write', 1]],
  ])('%s', (att, intel, expected) => {
    expect(memory(att)).toEqual(expected);
    // lea has no access, so Intel's syntax gives it no size.
    if (expected[0] !== 'none') expect(memory(intel)).toEqual(expected);
  });

  it('a string move reads one place and writes the other', () => {
    expect(shapeOf('movsb  %ds:(%rsi),%es:(%rdi)', none).operands.map(({ role }) => role)).toEqual(['read', 'write']);
    expect(shapeOf('movs   BYTE PTR es:[rdi],BYTE PTR ds:[rsi]', none).operands.map(({ role }) => role)).toEqual(['write', 'read']);
  });

  it.each([
    ['movaps (%rax),%xmm0', 16], ['movdqa %xmm0,(%rdi)', 16], ['paddd (%rax),%xmm0', 16], ['vmovaps (%rax),%ymm0', 32], ['movntps %xmm0,(%rdi)', 16],
    ['movups (%rax),%xmm0', 0], ['vpaddd (%rax),%xmm1,%xmm0', 0], ['addsd (%rax),%xmm0', 0], ['mov (%rax),%rcx', 0], ['movnti %eax,(%rdi)', 0], ['movaps %xmm1,%xmm0', 0],
  ])('%s must be aligned to %d', (text, alignment) => expect(shapeOf(text, none).alignment).toBe(alignment));

  it.each(['hlt', 'cli', 'in     (%dx),%al', 'out    %al,$0x80', 'mov    %cr0,%rax', 'mov    rax,cr3', 'rdmsr', 'wrmsr', 'int    $0x21', 'lgdt   (%rax)', 'vmcall', 'iretq'])('%s is privileged', (text) => {
    expect(isPrivileged(shapeOf(text, none))).toBe(true);
  });

  it.each(['mov    %eax,(%rdx)', 'inc    %eax', 'insertps $0x0,%xmm1,%xmm0', 'ret', 'rdtsc', 'syscall', 'imul   %ecx,%eax', 'int3', 'ud2', 'outer'])('%s is not', (text) => {
    expect(isPrivileged(shapeOf(text, none))).toBe(false);
  });

  it('flow', () => {
    expect(['call   *%rax', 'jmp    *0x8(%rdi)', 'ret', 'mov %rax,%rbx'].map((text) => shapeOf(text, none).flow)).toEqual(['call', 'jump', 'return', undefined]);
  });

  it('never throws, whatever gdb prints', () => {
    fc.assert(fc.property(fc.string(), fc.uint8Array({ maxLength: 15 }), (text, bytes) => {
      const shape = shapeOf(text, bytes);
      expect(shape.operands.every(({ sizeBytes }) => sizeBytes === undefined || sizeBytes > 0)).toBe(true);
    }));
  });

  it('widths of registers', () => {
    expect(['rax', 'eax', 'ax', 'al', 'ah', 'r8', 'r8d', 'r8w', 'r8b', 'sil', 'xmm0', 'ymm15', 'zmm31', 'nothing'].map(registerBytes)).toEqual([8, 4, 2, 1, 1, 8, 4, 2, 1, 1, 16, 32, 64, undefined]);
  });
});
