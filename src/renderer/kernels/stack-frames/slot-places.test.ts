import { describe, expect, test } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { StackSlot } from '../../../shared/model/stack.ts';
import { makeUp, placeWords, reachOf, slotAt } from './slot-places.ts';

function slot(start: number, end: number, role: StackSlot['role'], more: Partial<StackSlot> = {}): StackSlot {
  return {
    start: toAddress(BigInt(start)), end: toAddress(BigInt(end)), role, name: undefined, type: undefined, value: undefined, register: undefined, words: '', pointsTo: undefined, ofLevel: undefined, opensWith: undefined,
    change: undefined, evidence: [], ...more,
  };
}

const SLOTS = [
  slot(0x100, 0x108, 'padding'), slot(0x108, 0x120, 'local', { name: 'label', type: 'char [24]' }), slot(0x120, 0x128, 'canary'), slot(0x128, 0x130, 'saved-register', { register: 'rbp' }), slot(0x130, 0x138, 'return-address'),
];

describe('places of slots', () => {
  test('bytes are told from rbp, and from rsp where there is no frame pointer', () => {
    expect(placeWords(0x1008n, 0x1000n, 0xf00n)).toBe('rbp+0x8');
    expect(placeWords(0xfe8n, 0x1000n, 0xf00n)).toBe('rbp-0x18');
    expect(placeWords(0x1000n, 0x1000n, 0xf00n)).toBe('rbp');
    expect(placeWords(0xf20n, undefined, 0xf00n)).toBe('rsp+0x20');
  });

  test('each byte is in its slot', () => {
    for (const [index, { start, end }] of SLOTS.entries()) for (const byte of [start, end - 1n]) expect(slotAt(SLOTS, byte)).toBe(index);
    expect(slotAt(SLOTS, 0xffn)).toBe(-1);
    expect(slotAt(SLOTS, 0x138n)).toBe(-1);
  });

  test('the array that reaches the return address, and the canary between', () => {
    const target = SLOTS[4] ?? slot(0, 8, 'padding');
    expect(reachOf(SLOTS, target)).toEqual({ slot: SLOTS[1], afterBytes: 0x28n, guardedBy: SLOTS[2] });
    expect(reachOf(SLOTS.slice(2), target)).toBeUndefined();
  });

  test('the make-up counts every byte once', () => {
    const sums = makeUp(SLOTS, toAddress(0x104n), toAddress(0x138n));
    expect(sums.get('padding')).toBe(4n);
    expect([...sums.values()].reduce((a, b) => a + b, 0n)).toBe(0x34n);
  });
});
