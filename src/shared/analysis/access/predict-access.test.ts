import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../address/address.ts';
import { ACCESS_OUTCOMES } from '../../model/access.ts';
import { PERM_MAPPED, permsText } from '../../model/region-table.ts';
import { permsBits } from '../../model/region-table-builder.ts';
import type { AccessFacts, AccessMapping, AccessSpace } from './access-facts.ts';
import { predictAccess } from './predict-access.ts';

const SPACE: AccessSpace = {
  fiveLevelPaging: false, mmapMinAddr: 65536n, stackLimitBytes: 8n << 20n, stackGuardGapBytes: 1n << 20n, clockSources: ['tsc'], inFirstTimeNamespace: true, freeHugePages: 0,
  hasProtectionKeys: false,
};
const BASE = 0x7f00_0000_0000n;

function mapping(perms: string, more: Partial<AccessMapping> = {}): AccessMapping {
  return {
    start: toAddress(BASE), end: toAddress(BASE + 0x10000n), perms: permsBits(perms), name: '', offset: 0n, inode: 0n, vmFlags: undefined, protectionKey: undefined,
    fileSizeBytes: undefined, ...more,
  };
}

function facts(more: Partial<AccessFacts>): AccessFacts {
  return { address: toAddress(BASE + 0x1234n), mapping: undefined, below: undefined, above: undefined, word: 0n, zeroFrame: undefined, pkru: undefined, space: SPACE, ...more };
}

/** `read write execute`, each an outcome or a signal's code. */
function outcomes(more: Partial<AccessFacts>): string {
  const { read, write, execute } = predictAccess(facts(more));
  return [read, write, execute].map(({ outcome, code }) => code ?? outcome).join(' ');
}

const PRESENT = 1n << 63n;
const SWAPPED = 1n << 62n;
const FILE = 1n << 61n;
const GUARD = (1n << 58n) | SWAPPED;
const EXCLUSIVE = 1n << 56n;
const FILE_FACTS = { name: '/usr/lib/libdemo.so', inode: 77n, fileSizeBytes: 0x3000n } as const;

describe('predicted accesses that no proof on this machine can make', () => {
  it.each([
    ['swapped out', { mapping: mapping('rw-p'), word: SWAPPED | 5n }, 'swap-in swap-in SEGV_ACCERR'],
    ['a protection key that forbids all', { mapping: mapping('rw-p', { protectionKey: 3 }), word: PRESENT | EXCLUSIVE, space: { ...SPACE, hasProtectionKeys: true } }, 'SEGV_PKUERR SEGV_PKUERR SEGV_ACCERR'],
    ['a protection key that forbids writing', { mapping: mapping('rw-p', { protectionKey: 3 }), word: PRESENT | EXCLUSIVE, pkru: 0b10 << 6, space: { ...SPACE, hasProtectionKeys: true } }, 'ok SEGV_PKUERR SEGV_ACCERR'],
    ['a protection key with all rights', { mapping: mapping('rw-p', { protectionKey: 3 }), word: PRESENT | EXCLUSIVE, pkru: 0, space: { ...SPACE, hasProtectionKeys: true } }, 'ok ok SEGV_ACCERR'],
    ['execute-only with protection keys', { mapping: mapping('--xp', { protectionKey: 1 }), word: PRESENT | EXCLUSIVE, space: { ...SPACE, hasProtectionKeys: true } }, 'SEGV_PKUERR SEGV_ACCERR ok'],
    ['execute-only without', { mapping: mapping('--xp'), word: PRESENT | EXCLUSIVE }, 'ok SEGV_ACCERR ok'],
    ['a shadow stack', { mapping: mapping('rw-p', { vmFlags: ['rd', 'wr', 'ss'] }), word: PRESENT | EXCLUSIVE }, 'ok SEGV_ACCERR SEGV_ACCERR'],
    ['5-level paging: 47 bits are not the end', { address: toAddress(1n << 50n), space: { ...SPACE, fiveLevelPaging: true } }, 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['5-level paging: not canonical', { address: toAddress(1n << 60n), space: { ...SPACE, fiveLevelPaging: true } }, 'SI_KERNEL SI_KERNEL SI_KERNEL'],
    ['vsyscall=none', { address: toAddress(0xffff_ffff_ff60_0000n) }, 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['vsyscall=emulate', { address: toAddress(0xffff_ffff_ff60_0400n), mapping: mapping('r-xp', { name: '[vsyscall]' }) }, 'ok SEGV_MAPERR emulated'],
    ['past the end of a file', { address: toAddress(BASE + 0x3000n), mapping: mapping('rwxp', FILE_FACTS) }, 'BUS_ADRERR BUS_ADRERR BUS_ADRERR'],
    ['the last page of a file', { address: toAddress(BASE + 0x2fffn), mapping: mapping('rwxp', FILE_FACTS) }, 'page-in copy-on-write page-in'],
    ['a guard region', { mapping: mapping('rwxp'), word: GUARD }, 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
  ] as const)('%s', (_, given, expected) => {
    expect(outcomes(given)).toBe(expected);
  });

  it('uncertain answers say what they hang on', () => {
    const waits = predictAccess(facts({ mapping: mapping('rw-p', { vmFlags: ['rd', 'wr', 'um'] }) }));
    expect(waits.read.unless).toContain('monitor');
    expect(predictAccess(facts({ mapping: mapping('rw-p'), word: undefined })).read.unless).toContain('page table');
    expect(predictAccess(facts({ mapping: mapping('r--p', { ...FILE_FACTS, fileSizeBytes: undefined }) })).read.unless).toContain('SIGBUS');
    expect(predictAccess(facts({ mapping: mapping('rw-p', { protectionKey: 3 }), word: PRESENT, space: { ...SPACE, hasProtectionKeys: true } })).read.unless).toContain('PKRU');
    expect(predictAccess(facts({ address: toAddress(1n << 60n) })).read.unless).toContain('SIGBUS');
  });

  it('the reason names file and offset, or the signal’s cause', () => {
    const file = predictAccess(facts({ mapping: mapping('rw-p', FILE_FACTS) }));
    expect(file.read.reason).toBe('the page is brought from libdemo.so +0x1000');
    expect(file.write.reason).toContain('libdemo.so +0x1000');
    expect(predictAccess(facts({ mapping: mapping('r--p', FILE_FACTS), word: PRESENT | FILE })).write).toMatchObject({ signal: 'SIGSEGV', code: 'SEGV_ACCERR', reason: 'the mapping has no w' });
  });

  it('after a fork every private page is copied by whoever writes first, and shared memory is not', () => {
    expect(predictAccess(facts({ mapping: mapping('rw-p'), word: PRESENT | EXCLUSIVE })).writeAfterFork?.outcome).toBe('copy-on-write');
    expect(predictAccess(facts({ mapping: mapping('rw-s'), word: PRESENT | FILE })).writeAfterFork?.outcome).toBe('ok');
    expect(predictAccess(facts({ mapping: mapping('rw-p') })).writeAfterFork?.outcome).toBe('demand-zero');
    expect(predictAccess(facts({ mapping: mapping('r--p') })).writeAfterFork).toBeUndefined();
  });

  it('the stack grows to its limit and not past it', () => {
    const stack = mapping('rw-p', { name: '[stack]', start: toAddress(BASE + (100n << 20n)), end: toAddress(BASE + (101n << 20n)) });
    const at = (below: bigint): string => outcomes({ address: toAddress(stack.end - below), above: stack });
    expect(at(8n << 20n)).toBe('stack-growth stack-growth SEGV_ACCERR');
    expect(at((8n << 20n) + 1n)).toBe('SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR');
    const below = mapping('rw-p', { start: toAddress(stack.start - (3n << 20n)), end: toAddress(stack.start - (2n << 20n)) });
    expect(outcomes({ address: toAddress(below.end + (1n << 20n) - 1n), above: stack, below })).toBe('SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR');
    expect(outcomes({ address: toAddress(below.end + (1n << 20n)), above: stack, below })).toBe('stack-growth stack-growth SEGV_ACCERR');
  });
});

describe('any facts at all', () => {
  const anyMapping = fc.record({
    perms: fc.integer({ min: 0, max: 15 }), name: fc.constantFrom('', '[stack]', '[heap]', '[vvar]', '[vdso]', '/lib/x.so', '/dev/zero', '/memfd:a (deleted)'), inode: fc.constantFrom(0n, 9n),
    vmFlags: fc.option(fc.subarray(['gd', 'ht', 'nr', 'um', 'io', 'pf', 'ss']), { nil: undefined }), protectionKey: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined }),
    fileSizeBytes: fc.option(fc.bigInt(0n, 0x10000n), { nil: undefined }),
  });

  it('a fault has signal and code and every other outcome none; kernel access fails with EFAULT exactly when it faults', () => {
    fc.assert(
      fc.property(fc.option(anyMapping, { nil: undefined }), fc.bigInt(0n, (1n << 64n) - 1n), fc.option(fc.bigInt(0n, (1n << 64n) - 1n), { nil: undefined }), fc.boolean(), (made, anywhere, word, keys) => {
        const held = made && mapping('---p', { ...made, perms: made.perms | PERM_MAPPED });
        const address = toAddress(held ? BASE + (anywhere & 0xffffn) : anywhere);
        const prediction = predictAccess(facts({ address, mapping: held, word, space: { ...SPACE, hasProtectionKeys: keys } }));
        for (const user of [prediction.read, prediction.write, prediction.execute]) {
          expect(ACCESS_OUTCOMES).toContain(user.outcome);
          expect(user.reason).not.toBe('');
          expect([user.signal === undefined, user.code === undefined, user.faultAddress === undefined]).toEqual(Array.from({ length: 3 }, () => user.outcome !== 'fault'));
        }
        for (const kernel of [prediction.kernelRead, prediction.kernelWrite, prediction.otherProcessRead]) expect(kernel.errno === 'EFAULT').toBe(kernel.outcome === 'fault');
        // What the mapping does not allow is never predicted to work.
        const perms = held ? permsText(held.perms) : '';
        if (!perms.includes('w')) expect(prediction.write.outcome).toBe('fault');
        if (!perms.includes('x')) expect(prediction.execute.outcome === 'fault').toBe(true);
      }),
    );
  });
});
