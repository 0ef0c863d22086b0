import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import { breakpointsByLine, lineAddresses, lineOfAddress } from './line-marks.ts';

const at = (line: number, address: number) => ({ line, address: toAddress(BigInt(address)) });
const breakpoint = (number: string, places: readonly [string, string | undefined, number][]): BreakpointInfo => ({
  number, kind: 'software', enabled: true, temporary: false, original: '', condition: undefined, ignoreCount: 0, hits: 0, threadId: undefined, catching: undefined, watched: undefined, pending: false,
  locations: places.map(([file, fullName, line]) => ({ address: toAddress(1n), function: undefined, enabled: true, source: { file, fullName, line } })),
});

describe('lines and addresses', () => {
  const table = [at(3, 0x10), at(4, 0x14), at(3, 0x20), at(0, 0x28), at(9, 0x40), at(0, 0x44)];

  it('an address belongs to the last line that begins at or before it, and to none in the holes', () => {
    expect([0x0f, 0x10, 0x13, 0x14, 0x1f, 0x20, 0x27, 0x28, 0x3f, 0x40, 0x43, 0x44].map((address) => lineOfAddress(table, toAddress(BigInt(address))))).toEqual(
      [undefined, 3, 3, 4, 4, 3, 3, undefined, undefined, 9, 9, undefined]);
    expect([...lineAddresses(table)]).toEqual([[3, 0x10n], [4, 0x14n], [9, 0x40n]]);
  });

  it('a line’s own address leads back to it', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 2 }), (addresses) => {
      const sorted = addresses.toSorted((a, b) => a - b).map((address, index) => at(index + 1, address));
      for (const [line, address] of lineAddresses(sorted.slice(0, -1))) expect(lineOfAddress(sorted, address)).toBe(line);
    }));
  });

  it('breakpoints are found by full name or by the compiled name, once a line', () => {
    const found = breakpointsByLine([breakpoint('1', [['a.c', '/s/a.c', 3], ['a.c', '/s/a.c', 3]]), breakpoint('2', [['b.c', '/s/b.c', 3]]), breakpoint('3', [['a.c', undefined, 5]])], { path: '/moved/a.c', file: 'a.c' });
    expect([...found].map(([line, all]) => [line, all.map(({ number }) => number)])).toEqual([[3, ['1']], [5, ['3']]]);
  });
});
