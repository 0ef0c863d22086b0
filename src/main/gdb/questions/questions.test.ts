import { describe, expect, it } from 'vitest';
import { findProgram, parseGdbVersion } from '../process/find-gdb.ts';
import { numberOf, writes } from './evaluate-address.ts';
import { flagNames } from './registers.ts';

it.each<readonly [string, bigint | undefined]>([
  ['42', 42n], ['-1', 0xffff_ffff_ffff_ffffn], ["97 'a'", 97n], ["0 '\\000'", 0n], ["-23 '\\351'", 0xffff_ffff_ffff_ffe9n], ['0x10', 16n], ['0x4010 <main>', 0x4010n],
  ['(int *) 0x7ffe0010', 0x7ffe0010n], ['(void (*)(int, char (*)[6])) 0x401136 <f+4>', 0x401136n], ['{int (void)} 0x401136 <main>', 0x401136n], ['0x402010 "hello 0x5"', 0x402010n],
  ['(*mut i32) 0x55', 0x55n], ['18446744073709551615', 0xffff_ffff_ffff_ffffn],
  ['3.5', undefined], ['{a = 1, b = 0x2}', undefined], ['"0x12"', undefined], ['RED', undefined], ['true', undefined], ['[ ZF PF ]', undefined], ['<optimized out>', undefined],
  ['0x1.8p3', undefined], ['340282366920938463463374607431768211455', undefined], ['', undefined], ['(', undefined], ['{1, 2}', undefined],
])('the address in %s', (text, expected) => {
  expect(numberOf(text)).toBe(expected);
});

it('tells what would write', () => {
  for (const text of ['x = 1', 'x += 1', 'x<<=2', 'i++', '--i', 'a[x=1]']) expect(writes(text)).toBe(true);
  for (const text of ['x == 1', 'x <= 1', 'x >= y', 'x != 2', '&x', 'p->q', '"a = b"', "'='", '*(int *)0x10 - 4', 'a - -b']) expect(writes(text)).toBe(false);
});

it('names flags', () => {
  expect(flagNames(0x246n)).toEqual(['PF', 'ZF', 'IF']);
  expect(flagNames(0n)).toEqual([]);
});

describe('gdb versions', () => {
  it.each([
    ['GNU gdb (Debian 13.1-3) 13.1\nCopyright', '13.1', 13], ['GNU gdb (Ubuntu 12.1-0ubuntu1~22.04.2) 12.1', '12.1', 12], ['GNU gdb (GDB) Fedora Linux 14.2-1.fc39', '14.2', 14],
    ['GNU gdb (GDB) Red Hat Enterprise Linux 10.2-10.el9', '10.2', 10], ['GNU gdb (GDB) 16.0.50.20250101-git', '16.0.50.20250101', 16], ['warning: x 1.2\nGNU gdb (GDB) 15.1', '15.1', 15],
  ])('%s', (text, version, major) => {
    expect(parseGdbVersion(text)).toEqual({ text: version, major });
  });

  it('none', () => {
    expect(parseGdbVersion('bash: gdb: command not found 5.1')).toBeUndefined();
  });
});

it('programs are found as a shell finds them', () => {
  expect(findProgram('sh', '/nowhere::/bin')).toBe('/bin/sh');
  expect(findProgram('/bin/sh', undefined)).toBe('/bin/sh');
  expect(findProgram('passwd', '/etc')).toBeUndefined();
});
