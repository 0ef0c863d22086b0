import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { permsBits } from '../../model/region-table-builder.ts';
import { previewProtect, protectionBits, type Mapped } from './preview-protect.ts';

function mapped(range: string, perms: string, more: Partial<Mapped> = {}): Mapped {
  const [start = '', end = ''] = range.split('-');
  return { start: toAddress(BigInt(`0x${start}`)), end: toAddress(BigInt(`0x${end}`)), perms: permsBits(perms), name: '', offset: 0n, dev: 0, inode: 0, vmFlags: undefined, ...more };
}

function preview(mappings: readonly Mapped[], range: string, letters: string): ReturnType<typeof previewProtect> {
  const { start, end } = mapped(range, 'rw-p');
  return previewProtect(mappings, start, end, protectionBits(letters) ?? -1);
}

const pieces = (list: readonly { start: bigint; end: bigint; perms: string }[]): string[] => list.map(({ start, end, perms }) => `${start.toString(16)}-${end.toString(16)} ${perms}`);

describe('what mprotect would do', () => {
  it('cuts one mapping in three', () => {
    const { before, after, words, refusal } = preview([mapped('1000-9000', 'rw-p')], '3000-5000', 'r');
    expect([pieces(before), pieces(after)]).toEqual([['1000-9000 rw-p'], ['1000-3000 rw-p', '3000-5000 r--p', '5000-9000 rw-p']]);
    expect(words).toEqual(['anonymous memory at 0x0000_0000_1000 is cut in three']);
    expect(refusal).toBeUndefined();
  });

  it('joins equal neighbours, and files only where their offsets go on', () => {
    expect(pieces(preview([mapped('1000-3000', 'rw-p'), mapped('3000-5000', 'r--p'), mapped('5000-7000', 'rw-p')], '3000-5000', 'rw').after)).toEqual(['1000-7000 rw-p']);
    const file = { name: '/a', inode: 7, dev: 1 };
    expect(pieces(preview([mapped('1000-2000', 'r--p', { ...file, offset: 0n }), mapped('2000-3000', 'rw-p', { ...file, offset: 0x1000n })], '2000-3000', 'r').after)).toEqual(['1000-3000 r--p']);
    expect(pieces(preview([mapped('1000-2000', 'r--p', { ...file, offset: 0n }), mapped('2000-3000', 'rw-p', { ...file, offset: 0x5000n })], '2000-3000', 'r').after)).toEqual(['2000-3000 r--p']);
  });

  it('leaves what has the permissions already', () => {
    expect(pieces(preview([mapped('1000-9000', 'rw-p')], '3000-5000', 'rw').after)).toEqual(['1000-9000 rw-p']);
  });

  it('says what the kernel would refuse', () => {
    expect(preview([mapped('1000-2000', 'rw-p'), mapped('3000-4000', 'rw-p')], '1000-4000', 'r').refusal).toMatch(/^ENOMEM.*0x0000_0000_2000/);
    expect(preview([mapped('1000-2000', 'r--s', { vmFlags: ['rd', 'mr'] })], '1000-2000', 'rw').refusal).toMatch(/^EACCES/);
    expect(preview([mapped('1000-2000', 'r--p', { vmFlags: ['rd', 'mr', 'mw', 'me', 'sl'] })], '1000-2000', 'rw').refusal).toMatch(/^EPERM/);
  });

  it('warns of what would end the program or open it', () => {
    expect(preview([mapped('1000-2000', 'rw-p', { name: '[stack]' })], '1000-2000', 'r').warnings).toEqual([expect.stringContaining('stack')]);
    expect(preview([mapped('1000-2000', 'r-xp', { name: '/bin/x' })], '1000-2000', 'rw').warnings).toEqual([expect.stringContaining('code of x')]);
    expect(preview([mapped('1000-2000', 'rw-p')], '1000-2000', 'rwx').warnings).toEqual([expect.stringContaining('at once')]);
  });

  it('letters', () => {
    expect(['', 'r', 'rw', 'rwx', 'r-x', '---'].map(protectionBits)).toEqual([0, 1, 3, 7, 5, 0]);
    expect(['q', 'wr', 'rr'].map(protectionBits)).toEqual([undefined, undefined, undefined]);
  });
});
