import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import type { StackOutlineRow } from '../../model/stack.ts';
import { foldRows, joinRuns } from './fold-rows.ts';
import { layoutInitialStack } from './initial-stack.ts';
import { followsCall } from './raw-words.ts';

type FrameRow = Extract<StackOutlineRow, { kind: 'frame' }>;

function rowsOf(functions: readonly number[]): FrameRow[] {
  let sp = 0x7000_0000n;
  return functions.map((number, level) => {
    const size = BigInt(number * 16);
    const row: FrameRow = { kind: 'frame', level, function: `f${number}`, pc: toAddress(BigInt(number) * 64n), sp: toAddress(sp), cfa: toAddress(sp + size), frameKind: 'normal', source: undefined };
    sp += size;
    return row;
  });
}

describe('folding', () => {
  it('keeps every level, in order, once', () => {
    const part = fc.tuple(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }).map((parts) => parts.flatMap(([functions, times]) => Array.from({ length: times }, () => functions).flat())), (functions) => {
        const rows = rowsOf(functions);
        const levels = joinRuns(foldRows(rows)).flatMap((row) =>
          row.kind === 'frame' ? [[row.level, row.function]] : Array.from({ length: row.count }, (_, at) => [row.firstLevel + at, row.functions[at % row.period]]));
        expect(levels).toEqual(rows.map(({ level, function: name }) => [level, name]));
      }),
    );
  });

  it('says what a flood costs', () => {
    const folded = foldRows(rowsOf([1, ...Array.from({ length: 100 }, () => 3), 2]));
    expect(folded).toMatchObject([{ kind: 'frame' }, { kind: 'run', count: 100, period: 1, functions: ['f3'], bytesPerRepeat: 48, words: expect.stringContaining('f3 ×100') }, { kind: 'frame' }]);
  });
});

describe('the top of the main stack', () => {
  const START = 0x7ffd_0000n;

  it('is laid out word by word and string by string', () => {
    const bytes = new Uint8Array(256);
    const view = new DataView(bytes.buffer);
    const strings = 160;
    new TextEncoder().encodeInto('prog\0-x\0HOME=/\0', bytes.subarray(strings));
    const at = (offset: number): bigint => START + BigInt(offset);
    [2n, at(160), at(165), 0n, at(168), 0n, 6n, 4096n, 31n, at(160), 25n, at(140), 0n, 0n].forEach((word, index) => view.setBigUint64(index * 8, word, true));
    const parts = layoutInitialStack({ start: START, end: START + 256n, bytes, arguments: { start: at(160), end: at(168) }, environment: { start: at(168), end: at(175) } });
    expect(parts.map(({ start, name, value }) => [Number(start - START), name, value])).toEqual([
      [0, 'argc', '2'], [8, 'argv[0]', '"prog"'], [16, 'argv[1]', '"-x"'], [24, 'argv[2]', '0'], [32, 'envp[0]', '"HOME=/"'], [40, 'envp[1]', '0'], [48, 'AT_PAGESZ', '0x1000'],
      [64, 'AT_EXECFN', `0x${at(160).toString(16)}`], [80, 'AT_RANDOM', `0x${at(140).toString(16)}`], [96, 'AT_NULL', '0x0'], [112, 'alignment', undefined],
      [140, 'AT_RANDOM, 16 random bytes', undefined], [156, 'alignment', undefined], [160, 'AT_EXECFN', '"prog"'], [165, 'arguments', 'prog -x'], [168, 'environment, 1 strings', undefined],
      [175, 'alignment', undefined],
    ]);
  });

  it('is gapless and without overlap for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 400 }), (bytes) => {
        const end = START + BigInt(bytes.length);
        let at = START;
        for (const part of layoutInitialStack({ start: START, end, bytes, arguments: undefined, environment: undefined })) {
          expect(part.start).toBe(at);
          at = part.end;
        }
        expect(at).toBe(end);
      }),
    );
  });
});

describe('return-address candidates', () => {
  const code = (hex: string) => {
    const bytes = Uint8Array.from(`90 90 90 90 90 90 90 90 ${hex}`.split(' '), (pair) => Number.parseInt(pair, 16));
    return followsCall(0x1000n + BigInt(bytes.length), (address, length) => bytes.subarray(Number(address - 0x1000n), Number(address - 0x1000n) + length));
  };

  it.each(['e8 01 02 03 04', 'ff d0', '41 ff d4', 'ff 53 08', 'ff 15 01 02 03 04', 'ff 94 c8 01 02 03 04', '41 ff 94 c8 01 02 03 04'])('%s is a call', (hex) => {
    expect(code(hex)).toBe(true);
  });

  it.each(['e9 01 02 03 04', 'ff e0', 'ff 25 01 02 03 04', 'c3', '48 89 c7'])('%s is none', (hex) => {
    expect(code(hex)).toBe(false);
  });
});
