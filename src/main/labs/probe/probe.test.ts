import { describe, expect, it } from 'vitest';
import { codeName } from './fault-codes.ts';
import { hexText } from './lab-probe.ts';
import { findPrinted, linesOf } from './printed.ts';
import { parseReadelf } from './sections.ts';

describe('what a program printed', () => {
  const terminal = 'pid: 10\r\nplace: 0x1\r\nwaiting\r\npid: 110\r\nplace: 0x2\r\nplace: 0x3\r\nunfinished: 0x';

  it('begins with the line of the process that is asked for', () => {
    expect(linesOf(terminal, 110)[0]).toBe('pid: 110');
    // 10 is in 110 too, and not the same process.
    expect(linesOf(terminal, 10)[0]).toBe('pid: 10');
    expect(linesOf(terminal, 11)).toEqual([]);
  });

  it('is found by name, the newest whole line', () => {
    expect(findPrinted(linesOf(terminal, 110), 'place')).toEqual({ line: 'place: 0x3', value: '0x3' });
    expect(findPrinted(linesOf(terminal, 110), 'unfinished')).toBeUndefined();
    expect(findPrinted(linesOf(terminal, 110), 'plac')).toBeUndefined();
  });
});

describe('readelf -SW', () => {
  it('is read row by row, whatever the flags', () => {
    const rows = parseReadelf(`There are 31 section headers, starting at offset 0x3698:

Section Headers:
  [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al
  [ 0]                   NULL            0000000000000000 000000 000000 00      0   0  0
  [15] .text             PROGBITS        00000000000010a0 0010a0 000200 00  AX  0   0 16
  [26] .bss              NOBITS          0000000000004050 003050 000008 00  WA  0   0  4
  [30] .shstrtab         STRTAB          0000000000000000 0034f9 00011a 00      0   0  1
  [31] .symtab_shndx     SYMTAB SECTION INDICES 0000000000000000 00 10 04 28 0 4
Key to Flags:
  W (write), A (alloc), X (execute), M (merge), S (strings), I (info),
`);
    expect(rows.map(({ name, type, flags }) => [name, type, flags])).toEqual([['.text', 'PROGBITS', 'AX'], ['.bss', 'NOBITS', 'WA'], ['.shstrtab', 'STRTAB', '']]);
    expect(rows[1]).toMatchObject({ fileAddress: 0x4050n, offset: 0x3050n, sizeBytes: 8n });
  });
});

describe('words', () => {
  it('name codes of signals, and leave others as numbers', () => {
    expect(codeName('SIGSEGV', 2)).toBe('SEGV_ACCERR');
    expect(codeName('SIGSEGV', 0x80)).toBe('SI_KERNEL');
    expect(codeName('SIGSEGV', 77)).toBe('77');
    expect(codeName('SIGUSR1', 0)).toBe('SI_USER');
  });

  it('show bytes, of many the first', () => {
    expect(hexText(Uint8Array.of(0x2a, 0, 0xff))).toBe('2a 00 ff');
    expect(hexText(new Uint8Array(65))).toMatch(/^(00 ){64}… \(65 bytes\)$/);
  });
});
