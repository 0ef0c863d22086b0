import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT_ROLES } from '../../model/stack.ts';
import { layoutFrame, type FrameGround, type PlacedThing } from './layout-frame.ts';

const BASE = 0x7fff_0000_0000n;

const thing = fc.record({ at: fc.integer({ min: -40, max: 300 }), length: fc.integer({ min: 1, max: 64 }), role: fc.constantFrom(...SLOT_ROLES) }).map(
  ({ at, length, role }): PlacedThing => ({ start: BASE + BigInt(at), end: BASE + BigInt(at + length), role, name: `${role} ${at}` }),
);
const run = fc.tuple(fc.integer({ min: -256, max: -1 }), fc.integer({ min: 1, max: 32 })).map(([low, length]) => ({ low, high: low + length }));
const ground = fc
  .record({ size: fc.integer({ min: 0, max: 256 }), sp: fc.integer({ min: 0, max: 128 }), fixedLow: fc.option(fc.integer({ min: -256, max: -8 }), { nil: undefined }), isDynamic: fc.boolean(), named: fc.option(fc.array(run), { nil: undefined }), known: fc.boolean() })
  .map(({ size, sp, fixedLow, isDynamic, named, known }): FrameGround => {
    const high = BASE + BigInt(size);
    const merged = named?.toSorted((a, b) => a.low - b.low).filter((one, at, all) => at === 0 || (all[at - 1]?.high ?? 0) <= one.low);
    return { low: BASE, high, sp: BASE + BigInt(Math.min(sp, size)), cfa: known ? high : undefined, facts: known ? { start: 1n, end: 2n, fixedLow, isDynamic, named: merged } : undefined };
  });

describe('the layout of a frame', () => {
  it('labels every byte exactly once, ascending, whatever claims it', () => {
    fc.assert(
      fc.property(ground, fc.array(thing, { maxLength: 12 }), (given, things) => {
        const slots = layoutFrame(given, things);
        let at = given.low;
        for (const slot of slots) {
          expect(slot.start).toBe(at);
          expect(slot.end).toBeGreaterThan(slot.start);
          expect(SLOT_ROLES).toContain(slot.role);
          at = slot.end;
        }
        expect(at).toBe(given.high);
      }),
    );
  });

  it('gives a byte to the first thing in the list that claims it', () => {
    fc.assert(
      fc.property(ground, fc.array(thing, { maxLength: 12 }), (given, things) => {
        const slots = layoutFrame(given, things);
        for (let address = given.low; address < given.high; address++) {
          const claim = things.find(({ start, end }) => start <= address && address < end);
          const slot = slots.find(({ start, end }) => start <= address && address < end);
          if (claim) expect(slot).toMatchObject({ name: claim.name, role: claim.role });
          else expect(slot?.name).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });

  it('calls unclaimed bytes red zone below rsp, alloca below the fixed part, padding where no instruction names them, and spill otherwise', () => {
    const high = BASE + 0x100n;
    const facts = { start: 0x1000n, end: 0x1100n, fixedLow: -0x60, isDynamic: true, named: [{ low: -0x20, high: -0x18 }] };
    const slots = layoutFrame({ low: BASE, high, sp: BASE + 0x80n, cfa: high, facts }, [{ start: high - 8n, end: high, role: 'return-address' }]);
    expect(slots.map(({ start, end, role }) => [Number(start - BASE), Number(end - BASE), role])).toEqual([
      [0, 0x80, 'red-zone'], [0x80, 0xa0, 'alloca'], [0xa0, 0xe0, 'padding'], [0xe0, 0xe8, 'spill'], [0xe8, 0xf8, 'padding'], [0xf8, 0x100, 'return-address'],
    ]);
  });

  it('claims nothing of code that it could not read', () => {
    const slots = layoutFrame({ low: BASE, high: BASE + 32n, sp: BASE, cfa: BASE + 32n, facts: { start: 0n, end: 0n, fixedLow: undefined, isDynamic: false, named: undefined } }, []);
    expect(slots).toMatchObject([{ role: 'spill', words: 'not known' }]);
  });
});
