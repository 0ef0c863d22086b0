import { describe, expect, it } from 'vitest';
import { wishOf } from './add-wish.ts';

describe('what the form adds', () => {
  it('places as gdb writes them; an address gets its star', () => {
    expect(wishOf('break', ' tour.c:38 ')).toEqual({ kind: 'break', location: 'tour.c:38', temporary: false, hardware: false });
    expect(wishOf('hardware', '0x7fff_f7dd_5000')).toEqual({ kind: 'break', location: '*0x7ffff7dd5000', temporary: false, hardware: true });
    expect(wishOf('temporary', '*0x401000')).toMatchObject({ location: '*0x401000', temporary: true });
    expect(wishOf('break', '  ')).toBeUndefined();
  });

  it('ranges with their bytes, and expressions', () => {
    expect(wishOf('watch-read', '0x10_0000, 16')).toEqual({ kind: 'watch-range', range: { start: 0x10_0000n, end: 0x10_0010n }, access: 'read' });
    expect(wishOf('watch-write', '0x100000')).toMatchObject({ range: { end: 0x10_0008n } });
    expect(wishOf('watch-access', 'list_head->next')).toEqual({ kind: 'watch', expression: 'list_head->next', access: 'access' });
    expect(wishOf('watch-write', '0x100000, 0')).toBeUndefined();
    expect(wishOf('watch-write', '0xffff_ffff_ffff_ffff, 2')).toBeUndefined();
  });

  it('catches, with names where names are meant', () => {
    expect(wishOf('catch-fork', 'ignored')).toEqual({ kind: 'catch', catching: 'fork', what: [] });
    expect(wishOf('catch-signal', 'SIGUSR1, SIGHUP')).toEqual({ kind: 'catch', catching: 'signal', what: ['SIGUSR1', 'SIGHUP'] });
    expect(wishOf('catch-syscall', 'write; quit')).toBeUndefined();
  });
});
