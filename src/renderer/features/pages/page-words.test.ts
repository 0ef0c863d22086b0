import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { decodePages } from '../../../shared/analysis/pages/decode-pages.ts';
import type { Backing } from '../../../shared/analysis/pages/mapping-backing.ts';
import { PAGE_FLAG_SHARED, PAGE_STATES } from '../../../shared/model/page-state.ts';
import type { Region } from '../../../shared/model/region.ts';
import { outcomeMark } from '../../widgets/outcome-mark.ts';
import { bitsOf, contentWords, outcomeWords } from './page-words.ts';

const region = (more: Partial<Region>): Region => ({
  start: toAddress(0x7000_0000n), end: toAddress(0x7010_0000n), kind: 'text', perms: 'r-xp', offset: 0x26000n, dev: 'fe:00', inode: 7n, path: '/usr/lib/libc.so.6', module: undefined, part: '', label: 'libc.so.6 text',
  tid: undefined, ...more,
});

describe('bitsOf', () => {
  const BITS = { present: 63, swapped: 62, file: 61, guard: 58, exclusive: 56 } as const;

  it.each<Backing>(['anonymous', 'file', 'shared-memory', 'kernel'])('says of %s memory what the pagemap word said', (backing) => {
    const wrong: string[] = [];
    // All words that the five bits can make: present and swapped never go together.
    for (let set = 0; set < 32; set++) {
      const names = Object.keys(BITS) as (keyof typeof BITS)[];
      const on = names.filter((_, i) => (set & (1 << i)) !== 0);
      const isOn = (name: keyof typeof BITS): boolean => on.includes(name);
      const kernelMakesIt = !(isOn('present') && isOn('swapped')) && (!isOn('guard') || isOn('swapped')) && (isOn('present') || !isOn('exclusive')) && (isOn('present') || !isOn('file'));
      if (!kernelMakesIt) continue;
      const word = on.reduce((bits, name) => bits | (1n << BigInt(BITS[name])), 0n);
      const state = new Uint8Array(1);
      const flags = new Uint8Array(1);
      decodePages(Uint32Array.of(Number(word & 0xffff_ffffn), Number(word >> 32n)), 0, 1, backing, state, flags, 0, () => 'unknown');
      const shown = bitsOf(PAGE_STATES[state[0] ?? 0] ?? 'unknown', ((flags[0] ?? 0) & PAGE_FLAG_SHARED) !== 0);
      wrong.push(...names.filter((name) => shown[name] !== null && shown[name] !== isOn(name)).map((name) => `${name} of ${on.join(' ')}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe('contentWords', () => {
  it('counts file offsets from the mapping’s page', () => {
    expect(contentWords(region({}), 'file', 0x70003)).toBe('libc.so.6 +0x29000');
    expect(contentWords(region({ start: toAddress(0x7000_0050n), offset: 0x26050n }), 'absent', 0x70000)).toBe('libc.so.6 +0x26000');
    expect(contentWords(region({}), 'private-copy', 0x70003)).toBe('copy of libc.so.6');
  });
  it('names what has no file', () => {
    const anonymous = region({ inode: 0n, path: '', offset: 0n, kind: 'anon', perms: 'rw-p' });
    expect(contentWords(anonymous, 'absent', 0x70000)).toBe('never touched');
    expect(contentWords({ ...anonymous, perms: '---p' }, 'absent', 0x70000)).toBe('no memory behind it');
    expect(contentWords(anonymous, 'zero-page', 0x70000)).toBe('shared zero page');
  });
});

describe('outcomes', () => {
  it('tell a read of untouched memory from a write', () => {
    const access = { outcome: 'demand-zero', signal: undefined, code: undefined, faultAddress: undefined, reason: '', unless: '' } as const;
    expect([outcomeWords(access, 'reads'), outcomeWords(access, 'writes'), outcomeMark('demand-zero'), outcomeMark('copy-on-write')]).toEqual(['zero page', 'new page', 'maps', 'copies']);
    expect(outcomeWords({ ...access, outcome: 'fault', signal: 'SIGSEGV', code: 'SEGV_ACCERR' }, 'writes')).toBe('SEGV_ACCERR');
  });
});
