import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { StackOutlineRow } from '../../../shared/model/stack.ts';
import { blocksBetween, FOLDED_PX, foldedBetween, frameMoves, placeOfLevel, stackBlocks, type BlockFacts } from './stack-blocks.ts';

const TOP = 0x7fff_ffff_0000n;

function frame(level: number, depth: number, name = `f${level}`): Extract<StackOutlineRow, { kind: 'frame' }> {
  const cfa = TOP - BigInt(depth - 1 - level) * 64n;
  return { kind: 'frame', level, function: name, pc: toAddress(0x1000n), sp: toAddress(cfa - 64n), cfa: toAddress(cfa), frameKind: 'normal', source: undefined };
}

function run(firstLevel: number, count: number): Extract<StackOutlineRow, { kind: 'run' }> {
  return { kind: 'run', firstLevel, count, period: 1, functions: ['leaf'], bytesPerRepeat: 64, start: toAddress(TOP - BigInt(count) * 64n), end: toAddress(TOP), words: '' };
}

const facts = (over: Partial<BlockFacts>): BlockFacts => ({ outline: [], initialRows: undefined, isRunOpen: () => false, changesStack: () => false, rowsOf: () => undefined, openLevels: [], redZoneRows: 0, poppedFrames: 0, hasBelow: false, ...over });

describe('blocks of a stack', () => {
  test('the outermost frame is on top, folded neighbours are one block', () => {
    const outline = [frame(0, 4), frame(1, 4), frame(2, 4), frame(3, 4)];
    const { blocks } = stackBlocks(facts({ outline, initialRows: 0, rowsOf: (level) => (level < 2 ? 8 : undefined) }));
    expect(blocks.map((block) => (block.kind === 'frame' ? block.level : block.kind === 'folded' ? [block.firstLevel, block.count] : block.kind))).toEqual(['initial', [2, 2], 1, 0, 'mark']);
  });

  test('an opened recursion of 118 000 frames is a few blocks, and each frame has its place', () => {
    const outline = [frame(0, 2), run(1, 118_000), frame(118_001, 118_002)];
    const { blocks } = stackBlocks(facts({ outline, isRunOpen: () => true, openLevels: [60_000], rowsOf: (level) => (level === 60_000 ? 8 : undefined) }));
    expect(blocks.length).toBeLessThan(8);
    expect(placeOfLevel(blocks, 118_000)?.topPx).toBeLessThan(placeOfLevel(blocks, 60_001)?.topPx ?? 0);
    const open = blocks.find((block) => block.kind === 'frame' && block.level === 60_000);
    expect(placeOfLevel(blocks, 60_001)?.topPx).toBe((open?.topPx ?? 0) - FOLDED_PX);
    expect(placeOfLevel(blocks, 59_999)?.topPx).toBe((open?.topPx ?? 0) + (open?.heightPx ?? 0));
  });

  test('a frame whose caller is on another stack is told from it', () => {
    const outline = [frame(0, 3), frame(1, 3), frame(2, 3)];
    const { blocks } = stackBlocks(facts({ outline, changesStack: ({ level }) => level === 1 }));
    expect(blocks.map((block) => (block.kind === 'folded' ? [block.firstLevel, block.count] : block.kind))).toEqual([[2, 1], 'switch', [0, 2], 'mark']);
  });

  test('blocks lie below each other without gap, and every level of the outline has a place', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }), { minLength: 40, maxLength: 40 }), fc.nat(3), (depth, rows, popped) => {
      const outline = Array.from({ length: depth }, (_, level) => frame(level, depth));
      const { blocks, heightPx } = stackBlocks(facts({ outline, rowsOf: (level) => rows[level], poppedFrames: popped, redZoneRows: 3, hasBelow: true }));
      let at = 0;
      for (const block of blocks) {
        expect(block.topPx).toBe(at);
        at += block.heightPx;
      }
      expect(heightPx).toBe(at);
      const tops = outline.map(({ level }) => placeOfLevel(blocks, level)?.topPx ?? -1);
      expect(tops).toEqual(tops.toSorted((a, b) => b - a));
      expect(tops.every((top) => top >= 0)).toBe(true);
    }));
  });

  test('what is on screen is found, and no more', () => {
    fc.assert(fc.property(fc.nat(3_000_000), fc.integer({ min: 1, max: 2000 }), (fromPx, heightPx) => {
      const { blocks } = stackBlocks(facts({ outline: [run(0, 118_000)], isRunOpen: () => true }));
      for (const block of blocksBetween(blocks, fromPx, fromPx + heightPx)) {
        if (block.kind !== 'folded') continue;
        const shown = foldedBetween(block, fromPx, fromPx + heightPx);
        expect(shown.length).toBeLessThanOrEqual(Math.ceil(heightPx / FOLDED_PX) + 1);
        for (const { level, topPx } of shown) {
          expect(placeOfLevel(blocks, level)?.topPx).toBe(topPx);
          expect(topPx < fromPx + heightPx && topPx + FOLDED_PX > fromPx).toBe(true);
        }
      }
    }));
  });
});

describe('calls that came and went', () => {
  test('a step into a function pushes it, the return pops it', () => {
    const outer = [frame(1, 3, 'main'), frame(2, 3, '_start')];
    const before = outer.map((row) => ({ ...row, level: row.level - 1 }));
    const inside = [frame(0, 3, 'work'), ...outer];
    expect([...frameMoves(before, inside).pushed]).toHaveLength(1);
    expect(frameMoves(before, inside).popped).toEqual([]);
    expect(frameMoves(inside, before).popped.map((row) => row.function)).toEqual(['work']);
    expect(frameMoves(inside, inside)).toEqual({ pushed: new Set(), popped: [] });
  });
});
