import { describe, expect, it } from 'vitest';
import { pageKey, type KeyFacts } from './table-keys.ts';

const key = (name: string, more: Partial<KeyFacts> = {}): KeyFacts => ({ key: name, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...more });

describe('pageKey', () => {
  it('steps by rows in a table and by cells and lines in a grid', () => {
    expect(pageKey(key('ArrowDown'), 1, 30)).toEqual({ kind: 'move', by: 1, extend: false });
    expect(pageKey(key('ArrowDown', { shiftKey: true }), 40, 800)).toEqual({ kind: 'move', by: 40, extend: true });
    expect(pageKey(key('ArrowRight'), 40, 800)).toEqual({ kind: 'move', by: 1, extend: false });
    expect(pageKey(key('ArrowRight'), 1, 30)).toBeUndefined();
    expect(pageKey(key('PageUp'), 1, 30)).toEqual({ kind: 'move', by: -30, extend: false });
  });
  it('leaves the window’s own chords alone', () => {
    for (const name of ['ArrowDown', 'n', 'p', 'Enter']) {
      expect(pageKey(key(name, { ctrlKey: true }), 1, 30)).toBeUndefined();
      expect(pageKey(key(name, { altKey: true }), 1, 30)).toBeUndefined();
    }
    expect(pageKey(key('q'), 1, 30)).toBeUndefined();
  });
});
