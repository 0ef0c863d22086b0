import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRow, evaluate, RBP, RIP, rowAt, RSP, unwindRows, type RegisterRule, type UnwindRow } from './cfi.ts';
import { findFrameDescription, listDescriptions, type FrameDescription } from './eh-frame.ts';
import type { ReadBytes } from './read-bytes.ts';

const BASE = 0x40_0000n;

function memory(bytes: Uint8Array, base = BASE): ReadBytes {
  return (address, length) => {
    const at = Number(address - base);
    return at < 0 || at + length > bytes.length ? undefined : bytes.subarray(at, at + length);
  };
}

const none: ReadBytes = () => undefined;

function describeFunction(instructions: readonly number[]): FrameDescription {
  return {
    start: 0x1000n, end: 0x1100n, codeAlign: 1, dataAlign: -8, isSignalFrame: false, pointerEncoding: 0x1b, address: 0n,
    // DW_CFA_def_cfa rsp+8; rip at CFA-8: what every CIE of gcc says.
    initial: Uint8Array.of(0x0c, 7, 8, 0x80 + 16, 1), instructions: Uint8Array.from(instructions),
  };
}

describe('unwind rules', () => {
  it('follow a prologue with a frame pointer, and its epilogue', () => {
    // push %rbp (1 byte); mov %rsp,%rbp (3); … ; leave at +0x40
    const rows = unwindRows(describeFunction([0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 0x3c, 0x0c, 7, 8, 0xc6]));
    expect(rowAt(rows, 0x1000n)?.cfa).toEqual({ kind: 'register', register: RSP, offset: 8 });
    expect(rowAt(rows, 0x1001n)?.cfa).toEqual({ kind: 'register', register: RSP, offset: 16 });
    const body = rowAt(rows, 0x1010n);
    expect(body?.cfa).toEqual({ kind: 'register', register: RBP, offset: 16 });
    expect(body?.registers.get(RBP)).toEqual({ kind: 'offset', offset: -16 });
    expect(rowAt(rows, 0x1040n)).toMatchObject({ cfa: { register: RSP, offset: 8 } });
    expect(rowAt(rows, 0x1040n)?.registers.has(RBP)).toBe(false);
    expect(rowAt(rows, 0xfffn)).toBeUndefined();
  });

  it('remember and restore', () => {
    const rows = unwindRows(describeFunction([0x0e, 32, 0x0a, 0x41, 0x0e, 8, 0x41, 0x0b]));
    expect([0x1000n, 0x1001n, 0x1002n].map((pc) => rowAt(rows, pc)?.cfa)).toMatchObject([{ offset: 32 }, { offset: 8 }, { offset: 32 }]);
  });

  it('give places and values of the caller', () => {
    const stack = new Uint8Array(64);
    const view = new DataView(stack.buffer);
    view.setBigUint64(16, 0xbbbbn, true);
    view.setBigUint64(24, 0xccccn, true);
    const registers = new Map<number, RegisterRule>([[RBP, { kind: 'offset', offset: -16 }], [RIP, { kind: 'offset', offset: -8 }]]);
    const row: UnwindRow = { start: 0n, cfa: { kind: 'register', register: RSP, offset: 32 }, registers };
    const unwound = applyRow(row, new Map([[RSP, BASE], [RBP, 1n], [3, 7n], [0, 9n]]), memory(stack));
    expect(unwound?.cfa).toBe(BASE + 32n);
    expect(unwound?.saved).toEqual([{ register: RBP, address: BASE + 16n }, { register: RIP, address: BASE + 24n }]);
    // rbx is kept, rax is nobody's to keep.
    expect(unwound?.caller).toEqual(new Map([[RSP, BASE + 32n], [RBP, 0xbbbbn], [3, 7n], [RIP, 0xccccn]]));
  });

  it('evaluate the expression of a PLT entry', () => {
    // CFA = rsp + 8 + ((rip & 15) >= 11) * 8
    const expression = Uint8Array.of(0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22);
    expect(evaluate(expression, new Map([[RSP, 100n], [RIP, 0x102an]]), none, [])).toBe(108n);
    expect(evaluate(expression, new Map([[RSP, 100n], [RIP, 0x102bn]]), none, [])).toBe(116n);
    expect(evaluate(expression, new Map(), none, [])).toBeUndefined();
  });

  it('never throw on damaged tables', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), fc.bigInt({ min: 0n, max: 0x500000n }), (bytes, pc) => {
        const found = findFrameDescription(BASE, pc, memory(bytes));
        if (found) expect(found.start <= pc && pc < found.end).toBe(true);
        expect(listDescriptions(BASE, bytes.length, memory(bytes)).length).toBeLessThanOrEqual(bytes.length / 8);
        expect(unwindRows(describeFunction([...bytes])).length).toBeGreaterThan(0);
        evaluate(bytes, new Map([[RSP, 8n]]), none, [1n]);
      }),
    );
  });
});
