import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { mapChanges } from './map-changes.ts';
import { drawMap } from './testing/fake-target.ts';

function told(before: string, after: string): readonly string[] {
  return mapChanges(drawMap(before), drawMap(after)).map((change) => `${change.kind} ${change.start.toString(16)}-${change.end.toString(16)}: ${change.words}`);
}

describe('mapChanges', () => {
  it('tells growth at either end from something new', () => {
    expect(told('8000-a000 rw-p heap [heap]', '8000-2b000 rw-p heap [heap]')).toEqual(['grown a000-2b000: [heap] grew by 132 KiB']);
    expect(told('8000-a000 rw-p stack [stack]', '6000-a000 rw-p stack [stack]')).toEqual(['grown 6000-8000: [stack] grew by 8 KiB']);
    expect(told('8000-a000 rw-p heap [heap]', '8000-9000 rw-p heap [heap]')).toEqual(['shrunk 9000-a000: [heap] shrank by 4 KiB']);
    expect(told('1000-2000 rw-p anon a', '1000-2000 rw-p anon a\n5000-6000 rw-p anon b')).toEqual([
      'added 5000-6000: b appeared at 0x0000_0000_5000 – 0x0000_0000_6000 (4 KiB)',
    ]);
    expect(told('1000-2000 rw-p anon a\n5000-6000 rw-p anon b', '1000-2000 rw-p anon a')[0]).toMatch(/^removed 5000-6000: b is gone/);
  });

  it('tells a changed permission, also of a part', () => {
    expect(told('1000-4000 rw-p anon a', '1000-2000 rw-p anon a\n2000-3000 r--p anon a\n3000-4000 rw-p anon a')).toEqual(['permissions 2000-3000: a: rw-p became r--p']);
  });

  it('tells nothing of equal maps', () => {
    expect(told('1000-2000 rw-p anon a', '1000-2000 rw-p anon a')).toEqual([]);
  });

  it('stops telling at a thousand', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `${(0x1000 + i * 0x2000).toString(16)}-${(0x2000 + i * 0x2000).toString(16)} rw-p anon x`).join('\n');
    expect(mapChanges(drawMap('ffff000-ffff0000 rw-p anon y'), drawMap(many))).toHaveLength(1000);
  });

  /** Pages 1 to 40, each absent or mapped with one of two permissions; runs of equal pages are one region. */
  const maps = fc.array(fc.constantFrom('', 'rw-p', 'r--p'), { minLength: 40, maxLength: 40 });
  const draw = (pages: readonly string[]): string => {
    const lines: string[] = [];
    for (let i = 0; i < pages.length; ) {
      let end = i + 1;
      while (end < pages.length && pages[end] === pages[i]) end++;
      if (pages[i] !== '') lines.push(`${((i + 1) * 0x1000).toString(16)}-${((end + 1) * 0x1000).toString(16)} ${pages[i]} anon a`);
      i = end;
    }
    return ['fff000-1000000 rw-p anon z', ...lines].toSorted((a, b) => Number.parseInt(a, 16) - Number.parseInt(b, 16)).join('\n');
  };

  it('names exactly the pages that differ, each once, in order', () => {
    fc.assert(
      fc.property(maps, maps, (before, after) => {
        const changes = mapChanges(drawMap(draw(before)), drawMap(draw(after)));
        const seen = new Set<number>();
        let last = 0n;
        for (const change of changes) {
          expect(change.start).toBeGreaterThanOrEqual(last);
          last = change.end;
          for (let at = change.start; at < change.end; at = toAddress(at + 0x1000n)) {
            const page = Number(at >> 12n) - 1;
            seen.add(page);
            const [was, is] = [before[page] ?? '', after[page] ?? ''];
            const kinds = was === '' ? ['added', 'grown'] : is === '' ? ['removed', 'shrunk'] : ['permissions'];
            expect(kinds).toContain(change.kind);
          }
        }
        for (let page = 0; page < 40; page++) expect(seen.has(page)).toBe(before[page] !== after[page]);
      }),
    );
  });
});
