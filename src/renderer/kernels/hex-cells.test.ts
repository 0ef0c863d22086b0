import { describe, expect, it } from 'vitest';
import type { Address } from '../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../shared/address/page.ts';
import type { MemoryRange } from '../../shared/model/memory-range.ts';
import { CELL_NOT_PRESENT, CELL_NOT_READ_YET, CELL_UNMAPPED, CELL_UNREADABLE, CELL_VALID, changedCells, pageCells, readUnsigned } from './hex-cells.ts';

const PAGE = 0x7ff_f000 as PageNumber;
const START = pageStart(PAGE);
const at = (offset: number): Address => (START + BigInt(offset)) as Address;

describe('pageCells', () => {
  it('keeps five states apart, byte by byte', () => {
    const ranges: MemoryRange[] = [
      { kind: 'valid', start: at(0), bytes: Uint8Array.of(0, 0xff) },
      { kind: 'unreadable', start: at(2), lengthBytes: 3n, reason: 'EIO', detail: '' },
      { kind: 'unmapped', start: at(5), lengthBytes: 1n },
      { kind: 'not-present', start: at(6), lengthBytes: 2n, why: 'swapped' },
    ];
    const { states, values } = pageCells(PAGE, ranges);
    expect([...states.slice(0, 9)]).toEqual([
      CELL_VALID, CELL_VALID, CELL_UNREADABLE, CELL_UNREADABLE, CELL_UNREADABLE, CELL_UNMAPPED, CELL_NOT_PRESENT, CELL_NOT_PRESENT, CELL_NOT_READ_YET,
    ]);
    expect([...values.slice(0, 2)]).toEqual([0, 0xff]);
  });
});

describe('changedCells', () => {
  it('marks a byte only when both values are known and differ', () => {
    const before = pageCells(PAGE, [{ kind: 'valid', start: at(0), bytes: Uint8Array.of(1, 2) }, { kind: 'unreadable', start: at(2), lengthBytes: 1n, reason: 'EIO', detail: '' }]);
    const now = pageCells(PAGE, [{ kind: 'valid', start: at(0), bytes: Uint8Array.of(1, 3, 4) }]);
    const changed = changedCells(now, before);
    expect([...(changed ?? []).slice(0, 3)]).toEqual([0, 1, 0]);
    expect(changedCells(now, now)).toBeUndefined();
    expect(changedCells(now, undefined)).toBeUndefined();
  });
});

describe('readUnsigned', () => {
  it('reads little-endian and refuses a value with an unread byte', () => {
    const cells = pageCells(PAGE, [{ kind: 'valid', start: at(0), bytes: Uint8Array.of(0x2a, 0, 0, 0, 1) }]);
    expect(readUnsigned(cells, 0, 4)).toBe(42n);
    expect(readUnsigned(cells, 1, 4)).toBe(0x0100_0000n);
    expect(readUnsigned(cells, 0, 8)).toBeUndefined();
  });
});
