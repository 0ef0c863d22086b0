import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_FLAG_SHARED, PAGE_FLAG_UFFD_WP, PAGE_STATE_CODE, PAGE_STATES, pageFlagNames } from '../../model/page-state.ts';
import { decodePages, frameNumber } from './decode-pages.ts';
import { backingOf, type Backing } from './mapping-backing.ts';
import { CellBuilder, isPresentCode, PageCounter, RunBuilder, type PageChunk } from './page-builders.ts';

/** One mapping per list of [state code, flags] pairs, from `firstPage` on, split in chunks. */
function chunks(mappings: readonly (readonly (readonly [number, number])[])[], firstPage: number, chunkPages: number): PageChunk[] {
  const made: PageChunk[] = [];
  let page = firstPage;
  for (const [row, pages] of mappings.entries()) {
    for (let i = 0; i < pages.length; i += chunkPages) {
      const part = pages.slice(i, i + chunkPages);
      made.push({
        row, perms: 17, firstPage: page + i, count: part.length, state: Uint8Array.from(part, ([state]) => state), flags: Uint8Array.from(part, ([, flags]) => flags), at: 0, uniform: undefined,
        uniformFlags: 0, frame: (k) => page + i + k,
      });
    }
    page += pages.length + 3;
  }
  return made;
}

const onePage = fc.tuple(fc.integer({ min: 0, max: PAGE_STATES.length - 1 }), fc.constantFrom(0, 1, 9));
const anyMappings = fc.array(fc.array(onePage, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 });

describe('runs', () => {
  it('hold exactly the pages they were made of, never across a mapping’s end, and never two equal neighbours', () => {
    fc.assert(
      fc.property(anyMappings, fc.integer({ min: 1, max: 16 }), (mappings, chunkPages) => {
        const builder = new RunBuilder(10_000);
        for (const chunk of chunks(mappings, 100, chunkPages)) expect(builder.add(chunk)).toBe(true);
        const runs = builder.build();
        const told: string[] = [];
        for (let i = 0; i < runs.length; i++) for (let k = 0; k < (runs.pageCount[i] ?? 0); k++) told.push(`${(runs.startPage[i] ?? 0) + k} ${runs.state[i]} ${runs.flags[i]}`);
        const expected: string[] = [];
        let page = 100;
        for (const pages of mappings) {
          for (const [k, [state, flags]] of pages.entries()) expected.push(`${page + k} ${state} ${flags}`);
          page += pages.length + 3;
        }
        expect(told).toEqual(expected);
        for (let i = 1; i < runs.length; i++) {
          const touches = (runs.startPage[i - 1] ?? 0) + (runs.pageCount[i - 1] ?? 0) === runs.startPage[i];
          expect(touches && runs.state[i] === runs.state[i - 1] && runs.flags[i] === runs.flags[i - 1]).toBe(false);
        }
      }),
    );
  });

  it('a full answer says where to go on, and going on gives the rest', () => {
    fc.assert(
      fc.property(anyMappings, fc.integer({ min: 1, max: 5 }), (mappings, limit) => {
        const all = new RunBuilder(10_000);
        for (const chunk of chunks(mappings, 0, 1000)) all.add(chunk);
        const whole = all.build();
        const starts: number[] = [];
        let from = 0;
        for (;;) {
          const builder = new RunBuilder(limit);
          for (const chunk of chunks(mappings, 0, 1)) if (chunk.firstPage >= from && !builder.add(chunk)) break;
          starts.push(...builder.build().startPage);
          if (builder.nextPage === undefined) break;
          from = builder.nextPage;
        }
        expect(starts).toEqual([...whole.startPage]);
      }),
    );
  });
});

describe('cells and counts', () => {
  it('cells add up to the pages, whatever their size', () => {
    fc.assert(
      fc.property(anyMappings, fc.constantFrom(1, 16, 64, 512), fc.integer({ min: 1, max: 16 }), (mappings, perCell, chunkPages) => {
        const pages = mappings.flat();
        const builder = new CellBuilder(96, 200, perCell);
        const counter = new PageCounter();
        for (const chunk of chunks(mappings, 100, chunkPages)) {
          builder.add(chunk);
          counter.add(chunk);
        }
        const sum = (column: Uint16Array): number => column.reduce((total, value) => total + value, 0);
        expect(sum(builder.mapped)).toBe(pages.length);
        expect(sum(builder.present)).toBe(pages.filter(([state]) => isPresentCode(state)).length);
        const counts = counter.build();
        expect([counts.pages, counts.present]).toEqual([pages.length, sum(builder.present)]);
        expect([...counts.byState].reduce((a, b) => a + b, 0)).toBe(pages.length);
        const states = builder.states();
        for (let cell = 0; cell < states.length; cell++) {
          if ((builder.mapped[cell] ?? 0) === 0) continue;
          // The shown state is one that is there, and a present one if any is.
          expect((builder.stateSet[cell] ?? 0) & (1 << (states[cell] ?? 0))).not.toBe(0);
          expect(isPresentCode(states[cell] ?? 0)).toBe((builder.present[cell] ?? 0) > 0);
        }
      }),
    );
  });
});

describe('pagemap words', () => {
  const decode = (word: bigint, backing: Backing, zero: 'zero' | 'other' | 'unknown' = 'unknown'): string => {
    const state = new Uint8Array(1);
    const flags = new Uint8Array(1);
    decodePages(new Uint32Array([Number(word & 0xffff_ffffn), Number(word >> 32n)]), 0, 1, backing, state, flags, 0, () => zero);
    return [PAGE_STATES[state[0] ?? 0], ...pageFlagNames(flags[0] ?? 0)].join(' ');
  };
  const [PRESENT, SWAP, FILE, GUARD, UFFD, EXCLUSIVE, SOFT] = [63n, 62n, 61n, 58n, 57n, 56n, 55n].map((bit) => 1n << bit) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint];

  it.each([
    ['0', 0n, 'anonymous', 'absent'],
    ['own', PRESENT | EXCLUSIVE | 7n, 'anonymous', 'anonymous'],
    ['soft-dirty', PRESENT | EXCLUSIVE | SOFT, 'anonymous', 'anonymous soft-dirty'],
    ['file, alone', PRESENT | FILE | EXCLUSIVE, 'file', 'file'],
    ['file, with others', PRESENT | FILE, 'file', 'file shared'],
    ['private copy', PRESENT | EXCLUSIVE, 'file', 'private-copy'],
    ['shared memory', PRESENT | FILE, 'shared-memory', 'shared-memory shared'],
    ['swapped', SWAP | 99n, 'anonymous', 'swapped'],
    ['guard, which sets the swap bit too', SWAP | GUARD, 'anonymous', 'guard'],
    ['hidden frame', PRESENT, 'anonymous', 'zero-or-shared'],
    ['uffd', PRESENT | EXCLUSIVE | UFFD, 'anonymous', 'anonymous uffd-wp'],
    ['kernel', PRESENT | FILE, 'kernel', 'kernel'],
  ] as const)('%s', (_, word, backing, expected) => {
    expect(decode(word, backing)).toBe(expected);
  });

  it('a frame tells the page of zeros from one shared since a fork', () => {
    expect(decode(PRESENT | 5n, 'anonymous', 'zero')).toBe('zero-page');
    expect(decode(PRESENT | 5n, 'anonymous', 'other')).toBe('anonymous shared');
    expect(frameNumber(new Uint32Array([5, 0x8000_0001]), 0)).toBe(0x1_0000_0005);
    expect(frameNumber(new Uint32Array([5, 1]), 0)).toBe(-1);
    expect(PAGE_FLAG_SHARED & PAGE_FLAG_UFFD_WP).toBe(0);
  });

  it('backing by the mapping’s line', () => {
    expect([backingOf('', 17, 0), backingOf('/dev/zero', 3, 5), backingOf('/dev/zero (deleted)', 8, 5), backingOf('/memfd:x (deleted)', 8, 5), backingOf('/memfd:x (deleted)', 0, 5), backingOf('[vdso]', 5, 0)]).toEqual(
      ['anonymous', 'anonymous', 'shared-memory', 'shared-memory', 'file', 'kernel'],
    );
    expect(PAGE_STATE_CODE.unknown).toBe(0);
  });
});
