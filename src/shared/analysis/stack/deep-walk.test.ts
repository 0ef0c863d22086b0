import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RIP, RSP, type UnwindRow } from './cfi.ts';
import { walkStack, type WalkedFrame } from './deep-walk.ts';

/** Functions whose frames have a fixed size; a pc is 0x1000 times the function's number. A made-up stack of them, innermost first. */
const SIZES = [0, 32, 48, 16, 96];
const START = 0x7000_0000n;

function build(functions: readonly number[]) {
  const total = functions.reduce((sum, number) => sum + (SIZES[number] ?? 0), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, number] of functions.entries()) {
    at += SIZES[number] ?? 0;
    view.setBigUint64(at - 8, BigInt((functions[index + 1] ?? 0) * 0x1000), true);
  }
  const read = (address: bigint, length: number): Uint8Array | undefined => {
    const from = Number(address - START);
    return from < 0 || from + length > total ? undefined : bytes.subarray(from, from + length);
  };
  const rowAt = (pc: bigint): { row: UnwindRow; isSignalFrame: boolean } | undefined => {
    const size = SIZES[Number(pc / 0x1000n)];
    if (size === undefined || size === 0) return undefined;
    return { row: { start: pc, cfa: { kind: 'register', register: RSP, offset: size }, registers: new Map([[RIP, { kind: 'offset', offset: -8 }]]) }, isSignalFrame: false };
  };
  const pc = BigInt((functions[0] ?? 0) * 0x1000);
  const first: WalkedFrame = { pc, sp: START, cfa: undefined, registers: new Map([[RSP, START], [RIP, pc]]), saved: new Map() };
  return { first, sources: { read, rowAt } };
}

/** Every frame of a walk, its runs unrolled. */
function unrolled(walk: ReturnType<typeof walkStack>): { function: number; sp: bigint }[] {
  return walk.pieces.flatMap((piece) => {
    if (piece.kind === 'frame') return [{ function: Number(piece.frame.pc / 0x1000n), sp: piece.frame.sp }];
    const { period, count, bytesPerRepeat } = piece.run;
    return Array.from({ length: count }, (_, index) => {
      const frame = period[index % period.length];
      return { function: Number((frame?.pc ?? 0n) / 0x1000n), sp: (frame?.sp ?? 0n) + BigInt(Math.floor(index / period.length) * bytesPerRepeat) };
    });
  });
}

function truth(functions: readonly number[]): { function: number; sp: bigint }[] {
  let sp = START;
  return functions.map((number) => {
    const frame = { function: number, sp };
    sp += BigInt(SIZES[number] ?? 0);
    return frame;
  });
}

const part = fc.tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 60 })).map(([functions, times]) => Array.from({ length: times }, () => functions).flat());

describe('a walk along a stack', () => {
  it('finds every frame, folded or not', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.flat()), (functions) => {
        const { first, sources } = build(functions);
        const walk = walkStack(first, 100_000, sources, true);
        expect(walk.complete).toBe(true);
        expect(unrolled(walk)).toEqual(truth(functions));
      }),
      { numRuns: 200 },
    );
  });

  it('answers a recursion of a million frames with a handful of pieces', () => {
    const functions = [3, ...Array.from({ length: 1_000_000 }, () => 1), 2, 4];
    const { first, sources } = build(functions);
    const walk = walkStack(first, 64, sources, true);
    expect(walk.complete).toBe(true);
    expect(walk.pieces.map((piece) => (piece.kind === 'run' ? piece.run.count : 1)).reduce((sum, count) => sum + count)).toBe(functions.length);
    expect(walk.pieces.length).toBeLessThan(10);
  });

  it('stops at a bound and says so', () => {
    const { first, sources } = build(Array.from({ length: 100 }, (_, at) => 1 + ((at * at) % 4)));
    expect(walkStack(first, 5, sources, true)).toMatchObject({ complete: false, pieces: { length: 5 } });
  });
});
