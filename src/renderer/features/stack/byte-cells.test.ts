import { expect, test } from 'vitest';
import { byteCells, wordAt } from './byte-cells.ts';

test('bytes that changed are marked, zeros are pale, what was not read is no zero', () => {
  const bytes = Uint8Array.of(0x0b, 0, 0, 0, 1, 2, 3, 4, 5);
  expect(byteCells(bytes, Uint8Array.of(0x0a, 0, 0, 0, 1, 2, 3, 4, 5), 0, 16)).toEqual([
    { text: '0b', look: 'changed' }, { text: '000000', look: 'zero' }, { text: '01020304', look: 'plain' },
  ]);
  expect(byteCells(bytes, undefined, 8, 12)).toEqual([{ text: '05', look: 'plain' }, { text: '······', look: 'unread' }, { text: '        ', look: 'outside' }]);
  expect(wordAt(bytes, 0)).toBe(0x0403_0201_0000_000bn);
  expect(wordAt(bytes, 2)).toBeUndefined();
});
