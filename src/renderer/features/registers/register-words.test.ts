import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { inReadingOrder, pointedRegion, registerDecimal, registerHex, registerText } from './register-words.ts';

const register = (value: bigint | undefined, own: Partial<RegisterValue> = {}): RegisterValue => ({ name: 'rax', group: 'general', value, text: 'gdb text', changed: false, ...own });

function regions(): RegionTable {
  const builder = new RegionTableBuilder();
  const common = { offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', tid: undefined };
  builder.add({ ...common, start: toAddress(0n), end: toAddress(0x10_0000n), kind: 'gap', perms: '', label: 'gap' });
  builder.add({ ...common, start: toAddress(0x10_0000n), end: toAddress(0x20_0000n), kind: 'heap', perms: 'rw-p', label: '[heap]' });
  return builder.build();
}

describe('register words', () => {
  it('writes pointers in groups, small numbers short, and negative ones also as such', () => {
    expect(registerHex(register(0x7fff_f7dd_5000n))).toBe('0x7fff_f7dd_5000');
    expect(registerHex(register(42n))).toBe('0x2a');
    expect(registerHex(register(-1n))).toBe('0xffff_ffff_ffff_ffff');
    expect(registerHex(register(undefined))).toBe('gdb text');
    expect(registerDecimal(register(0xffff_ffff_ffff_ffffn))).toBe('-1');
    expect(registerDecimal(register(582n))).toBe('582');
    expect(registerDecimal(register(0x7fff_f7dd_5000n))).toBeUndefined();
  });

  it('sees text in a register', () => {
    expect(registerText(register(0x0037_7820_7374_6c6fn))).toBe('olts x7');
    expect(registerText(register(0x6867_6665_6463_6261n))).toBe('abcdefgh');
    expect(registerText(register(0x636261n))).toBeUndefined();
    expect(registerText(register(0x6500_6463_6261n))).toBeUndefined();
    expect(registerText(register(0x0a64_6362_61n))).toBeUndefined();
  });

  it('finds the mapped region a value points into, and none for gaps, small numbers and flags', () => {
    const table = regions();
    expect(pointedRegion(register(0x10_0010n), table)?.label).toBe('[heap]');
    expect(pointedRegion(register(0x9000n), table)).toBeUndefined();
    expect(pointedRegion(register(0x20_0000n), table)).toBeUndefined();
    expect(pointedRegion(register(0x10_0246n, { group: 'flags' }), table)).toBeUndefined();
    expect(pointedRegion(register(0x10_0010n), undefined)).toBeUndefined();
  });
});

describe('inReadingOrder', () => {
  it('puts rip, rsp and rbp first and keeps the rest as gdb has it', () => {
    const named = (name: string): RegisterValue => ({ name, group: 'general', value: 0n, text: '0', changed: false });
    expect(inReadingOrder(['rax', 'rbx', 'rbp', 'rsp', 'r8', 'rip'].map(named)).map((one) => one.name)).toEqual(['rip', 'rsp', 'rbp', 'rax', 'rbx', 'r8']);
  });
});
