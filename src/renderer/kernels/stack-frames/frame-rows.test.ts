import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { SLOT_ROLES } from '../../../shared/model/stack.ts';
import { frameRows, rowAt, rowOf, slotBoxes, type PlacedSlot } from './frame-rows.ts';

const closed = (): boolean => false;
const BASE = 0x7fff_0000_1000n;

function slot(start: number, end: number, role: PlacedSlot['role'] = 'local'): PlacedSlot {
  return { start: toAddress(BASE + BigInt(start)), end: toAddress(BASE + BigInt(end)), role };
}

/** Slots without gap or overlap, as the service promises them. */
const frames = fc.record({
  low: fc.integer({ min: 0, max: 63 }),
  sizes: fc.array(fc.record({ bytes: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 100, max: 500 })), role: fc.constantFrom(...SLOT_ROLES), open: fc.boolean() }), { minLength: 1, maxLength: 14 }),
}).map(({ low, sizes }) => {
  let at = low;
  const slots = sizes.map(({ bytes, role }) => slot(at, (at += bytes), role));
  return { slots, low: toAddress(BASE + BigInt(low)), high: toAddress(BASE + BigInt(at)), isOpen: (i: number) => sizes[i]?.open === true };
});

describe('rows of a frame', () => {
  test('a word a row, the highest first', () => {
    const rows = frameRows([slot(0, 8), slot(8, 16), slot(16, 24)], toAddress(BASE), toAddress(BASE + 24n), closed);
    expect(rows.rows).toBe(3);
    expect(rowAt(rows, 0)).toEqual({ kind: 'word', address: BASE + 16n });
    expect(rowAt(rows, 2)).toEqual({ kind: 'word', address: BASE });
    expect(rowAt(rows, 3)).toBeUndefined();
  });

  test('a slot that begins inside a row has a part there and whole rows above; the larger one has the words', () => {
    const slots = [slot(0, 4), slot(4, 24), slot(24, 32, 'return-address')];
    const rows = frameRows(slots, toAddress(BASE), toAddress(BASE + 32n), closed);
    expect(slotBoxes(rows, slots, 0, rows.rows).filter((box) => box.slot === 1)).toEqual([
      { slot: 1, firstRow: 1, rows: 2, column: 0, columns: 8, isMain: true },
      { slot: 1, firstRow: 3, rows: 1, column: 4, columns: 4, isMain: false },
    ]);
  });

  test('a large array keeps its ends and folds the rest, unless it is opened', () => {
    const slots = [slot(0, 4096), slot(4096, 4104, 'return-address')];
    const folded = frameRows(slots, toAddress(BASE), toAddress(BASE + 4104n), closed);
    expect(folded.rows).toBe(1 + 4 + 1 + 2);
    expect(rowAt(folded, 5)).toMatchObject({ kind: 'fold', slot: 0, low: BASE + 16n, high: BASE + 4096n - 32n });
    expect(frameRows(slots, toAddress(BASE), toAddress(BASE + 4104n), () => true).rows).toBe(513);
  });

  test('every byte is in exactly one row, and rows go down by words', () => {
    fc.assert(fc.property(frames, ({ slots, low, high, isOpen }) => {
      const rows = frameRows(slots, low, high, isOpen);
      let next = rows.stretches.length === 0 ? low : high + ((8n - (high % 8n)) % 8n);
      for (let row = 0; row < rows.rows; row++) {
        const at = rowAt(rows, row);
        if (at === undefined) throw new Error(`no row ${row}`);
        const from = at.kind === 'word' ? at.address : at.low;
        const to = at.kind === 'word' ? at.address + 8n : at.high;
        expect(to).toBe(next);
        for (const byte of [from < low ? low : from, (to > high ? high : to) - 1n]) expect(rowOf(rows, byte)).toBe(row);
        next = from;
      }
      expect(next).toBe(low - (low % 8n));
      expect(rowOf(rows, high)).toBe(-1);
    }));
  });

  test('boxes of different slots never share a cell, each byte of an unfolded row is in one, and each slot has one main box', () => {
    fc.assert(fc.property(frames, ({ slots, low, high, isOpen }) => {
      const rows = frameRows(slots, low, high, isOpen);
      const boxes = slotBoxes(rows, slots, 0, rows.rows);
      const cells = new Map<string, number>();
      let shared = 0;
      for (const box of boxes) for (let row = box.firstRow; row < box.firstRow + box.rows; row++) for (let column = box.column; column < box.column + box.columns; column++) {
        shared += cells.has(`${row} ${column}`) ? 1 : 0;
        cells.set(`${row} ${column}`, box.slot);
      }
      expect(shared).toBe(0);
      for (const [index, one] of slots.entries()) {
        expect(boxes.filter((box) => box.slot === index && box.isMain)).toHaveLength(1);
        for (const byte of [one.start, one.end - 1n]) expect(cells.get(`${rowOf(rows, byte)} ${byte % 8n}`)).toBe(index);
      }
    }));
  });

  test('a part of the rows gives the boxes that touch it', () => {
    fc.assert(fc.property(frames, fc.nat(60), fc.nat(40), ({ slots, low, high, isOpen }, from, count) => {
      const rows = frameRows(slots, low, high, isOpen);
      const all = slotBoxes(rows, slots, 0, rows.rows);
      expect(slotBoxes(rows, slots, from, from + count)).toEqual(all.filter((box) => box.firstRow < from + count && box.firstRow + box.rows > from));
    }));
  });
});
