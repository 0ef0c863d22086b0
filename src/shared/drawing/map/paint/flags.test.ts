import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../address/address.ts';
import { placeFlags } from './flags.ts';
import type { PlacedMark } from './scene.ts';

const FLAG_PX = 13;
const mark = (kind: PlacedMark['kind'], y: number, label: string): PlacedMark => ({ kind, y, label, address: toAddress(BigInt(Math.round(100_000 - y))) });

/** The registers of a stopped thread and of others, anywhere on the panel. */
const someMarks = fc.array(fc.tuple(fc.constantFrom<PlacedMark['kind']>('sp', 'pc', 'breakpoint', 'brk'), fc.double({ min: 0, max: 890, noNaN: true }), fc.boolean()), { maxLength: 400 })
  .map((list) => list.map(([kind, y, other]) => mark(kind, y, other && (kind === 'sp' || kind === 'pc') ? `rsp ${1000 + Math.round(y)}` : kind)).toSorted((a, b) => a.y - b.y));

describe('placeFlags', () => {
  it('tells every mark, with none over another, on the panel, whatever their number', () => {
    fc.assert(fc.property(someMarks, (marks) => {
      const flags = placeFlags(marks, FLAG_PX, 890);
      expect(flags.reduce((sum, flag) => sum + flag.count, 0)).toBe(marks.length);
      expect(flags.length * FLAG_PX).toBeLessThanOrEqual(890 * 0.62);
      for (const [i, flag] of flags.entries()) {
        expect(flag.top >= 0 && flag.top + FLAG_PX <= 890).toBe(true);
        if (i > 0) expect(flag.top - (flags[i - 1]?.top ?? 0)).toBeGreaterThanOrEqual(FLAG_PX - 1e-9);
      }
    }));
  });

  it('counts the threads that stand in one place, and keeps the flags of the selected one', () => {
    const waiting = Array.from({ length: 60 }, (_, i) => mark('pc', 300 + i / 30, `rip ${2000 + i}`));
    const flags = placeFlags([mark('sp', 40, 'rsp'), ...waiting, mark('pc', 303, 'rip'), mark('cursor', 304, 'cur')], FLAG_PX, 890);
    expect(flags.map((flag) => (flag.words === '' ? flag.mark.label : flag.words))).toEqual(['rsp', '+ 60 rip', 'rip', 'cur']);
  });

  it('shows a few neighbours one by one', () => {
    const few = Array.from({ length: 5 }, (_, i) => mark('pc', 300 + i, `rip ${2000 + i}`));
    expect(placeFlags(few, FLAG_PX, 890).map((flag) => flag.count)).toEqual([1, 1, 1, 1, 1]);
  });
});
