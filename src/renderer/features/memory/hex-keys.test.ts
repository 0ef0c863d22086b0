import { describe, expect, it } from 'vitest';
import { clampAddress, hexMove, type KeyFacts } from './hex-keys.ts';

const key = (name: string, changes: Partial<KeyFacts> = {}): KeyFacts => ({ key: name, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...changes });

describe('hexMove', () => {
  it('moves by a unit sideways and by a row up and down, towards higher addresses downward', () => {
    expect(hexMove(key('ArrowRight'), 16, 40, 4)).toEqual({ kind: 'by', bytes: 4n, extend: false });
    expect(hexMove(key('ArrowDown'), 16, 40, 1)).toEqual({ kind: 'by', bytes: 16n, extend: false });
    expect(hexMove(key('ArrowUp', { shiftKey: true }), 16, 40, 1)).toEqual({ kind: 'by', bytes: -16n, extend: true });
  });

  it('leaves the keys of others alone', () => {
    expect(hexMove(key('ArrowLeft', { altKey: true }), 16, 40, 1)).toBeUndefined();
    expect(hexMove(key('c'), 16, 40, 1)).toBeUndefined();
    expect(hexMove(key('F5'), 16, 40, 1)).toBeUndefined();
  });
});

describe('clampAddress', () => {
  it('stays inside the space', () => {
    expect(clampAddress(-1n)).toBe(0n);
    expect(clampAddress(1n << 64n)).toBe((1n << 64n) - 1n);
  });
});
