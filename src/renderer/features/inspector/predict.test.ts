import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { Region, RegionKind } from '../../../shared/model/region.ts';
import type { PageFacts } from '../../../shared/rpc/contracts/map.ts';
import { predictAccess } from './predict.ts';

const address = toAddress(0x5000n);

function region(kind: RegionKind, perms: string, inode = 0n): Region {
  return { start: address, end: toAddress(0x6000n), kind, perms, offset: 0n, dev: '', inode, path: '', module: undefined, part: '', label: '', tid: undefined };
}

function page(own: Partial<PageFacts> = {}): PageFacts {
  return { start: address, word: 1n, present: true, swapped: false, fileOrShared: false, exclusive: true, softDirty: false, guardRegion: false, pfn: undefined, words: '', ...own };
}

/** `read write execute`, each `ok`, `depends` or the si_code. */
function outcome(kind: RegionKind, perms: string, facts: PageFacts | undefined = page(), at = address): string {
  return predictAccess(region(kind, perms), facts, at).map((one) => one.code || one.verdict).join(' ');
}

describe('predictAccess', () => {
  // What the kernel reports was seen by experiment: signal, si_code per case.
  it.each([
    ['text', 'r-xp', 'ok SEGV_ACCERR ok'],
    ['rodata', 'r--p', 'ok SEGV_ACCERR SEGV_ACCERR'],
    ['data', 'rw-p', 'ok ok SEGV_ACCERR'],
    ['jit', 'rwxp', 'ok ok ok'],
    ['guard', '---p', 'SEGV_ACCERR SEGV_ACCERR SEGV_ACCERR'],
    ['reserved', '---p', 'SEGV_ACCERR SEGV_ACCERR SEGV_ACCERR'],
    ['anon', '-w-p', 'ok ok SEGV_ACCERR'],
    ['anon', '--xp', 'depends SEGV_ACCERR ok'],
    ['gap', '', 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['null', '', 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['guard', '', 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['kernel', '', 'SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR'],
    ['non-canonical', '', 'SI_KERNEL SI_KERNEL SI_KERNEL'],
    ['stack-room', '', 'ok ok SEGV_ACCERR'],
  ] as const)('%s %s: %s', (kind, perms, expected) => expect(outcome(kind, perms)).toBe(expected));

  it('knows a guard region inside a writable mapping from its page', () => {
    expect(outcome('anon', 'rw-p', page({ guardRegion: true, present: false }))).toBe('SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR');
  });

  it('lets only the three entries of the vsyscall page run', () => {
    const entry = toAddress(0xffff_ffff_ff60_0400n);
    expect(outcome('vsyscall', '--xp', undefined, entry)).toBe('SEGV_MAPERR SEGV_MAPERR ok');
    expect(outcome('vsyscall', '--xp', undefined, toAddress(entry + 1n))).toBe('SEGV_MAPERR SEGV_MAPERR SEGV_MAPERR');
  });

  it('says when a write copies the page first', () => {
    const words = (facts: PageFacts | undefined): string | undefined => predictAccess(region('data', 'rw-p', 5n), facts, address)[1]?.words;
    expect(words(page({ fileOrShared: true }))).toContain('copied first');
    expect(words(page())).toContain('already done');
    expect(words(page({ present: false }))).toContain('brings the page in');
    expect(words(undefined)).toBe('');
  });
});
