import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import type { Region } from '../../shared/model/region.ts';
import { pageFacts } from './page-facts.ts';

const bit = (...bits: readonly bigint[]): bigint => bits.reduce((word, each) => word | (1n << each), 0n);

const anonymous: Region = {
  start: toAddress(0x5000n), end: toAddress(0x9000n), kind: 'anon', perms: 'rw-p', offset: 0n, dev: '00:00', inode: 0n, path: '', module: undefined, part: '', label: 'anonymous',
  tid: undefined,
};
/** Begins in the middle of a page, as .bss does. */
const ofFile: Region = { ...anonymous, start: toAddress(0x6010n), kind: 'bss', offset: 0x3010n, inode: 7n, path: '/bin/tour' };

describe('pageFacts', () => {
  it.each([
    ['untouched', anonymous, 0n, 'not present: never touched, the next access gets a page of zeros'],
    ['not read in yet', ofFile, 0n, 'not present: the next access brings it from tour +0x3000'],
    ['reserved', { ...anonymous, perms: '---p' }, 0n, 'not present, and no access is allowed'],
    ['its own', anonymous, bit(63n, 56n), 'present, anonymous memory of this process'],
    ['the zero page', anonymous, bit(63n), 'present, anonymous: the shared zero page, or shared with a forked process'],
    ['a page of a file', ofFile, bit(63n, 61n), 'present, page of tour +0x3000, mapped by others too'],
    ['written to', ofFile, bit(63n, 56n), 'present, private copy of tour +0x3000'],
    ['shared', { ...anonymous, kind: 'shm', inode: 5n, path: '/dev/zero (deleted)' }, bit(63n, 61n, 56n), 'present, shared memory, mapped by this process only'],
    ['swapped', anonymous, bit(62n), 'swapped out: the next access reads it back from swap'],
    ['a guard, which is not swapped', anonymous, bit(62n, 58n), 'guard: any access raises SIGSEGV'],
    ['not told', anonymous, undefined, 'the kernel does not tell its state'],
  ] as const)('says of a page that is %s', (_what, region, word, words) => {
    expect(pageFacts(toAddress(region.start + 0x20n), word, region).words).toBe(words);
  });

  it('takes every bit of any word for what it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (word) => {
        const has = (at: bigint): boolean => ((word >> at) & 1n) === 1n;
        const facts = pageFacts(toAddress(0x6020n), word, anonymous);
        expect(facts).toMatchObject({
          start: 0x6000n, word, present: has(63n), fileOrShared: has(61n), exclusive: has(56n), softDirty: has(55n), guardRegion: has(58n), swapped: has(62n) && !has(58n),
        });
        const frame = word & ((1n << 55n) - 1n);
        expect(facts.pfn).toBe(has(63n) && frame !== 0n ? frame : undefined);
      }),
    );
  });
});
