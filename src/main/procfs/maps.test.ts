import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstMappingAfter, mappingLine, mappingRowOfPage } from '../../shared/model/mapping-columns.ts';
import { permsText } from '../../shared/model/region-table.ts';
import { parseMaps } from './maps.ts';

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.maps.txt'));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The same facts read another way: one regular expression a line, with bigint. */
function readLines(text: Buffer): { start: bigint; end: bigint; perms: string; offset: bigint; dev: string; inode: bigint; name: string }[] {
  return text.toString('latin1').split('\n').filter(Boolean).map((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/s.exec(line);
    if (!match) throw new Error(`not a maps line: ${line}`);
    const [, start, end, perms = '', offset, dev = '', inode = '', name = ''] = match;
    return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), perms, offset: BigInt(`0x${offset}`), dev, inode: BigInt(inode), name: Buffer.from(name, 'latin1').toString('utf8') };
  });
}

describe('parseMaps', () => {
  it.each(fixtures)('reads every line of %s as a line-by-line reading does', (name) => {
    const text = readFileSync(join(folder, name));
    const expected = readLines(text);
    const maps = parseMaps(text);
    expect(maps.length).toBe(expected.length);
    for (const [row, line] of expected.entries()) {
      const dev = maps.dev[row] ?? 0;
      expect({
        start: BigInt(maps.startPage[row] ?? 0) << 12n, end: BigInt(maps.endPage[row] ?? 0) << 12n, perms: permsText(maps.perms[row] ?? 0),
        offset: BigInt(maps.offsetPage[row] ?? 0) << 12n, dev: `${(dev >>> 20).toString(16).padStart(2, '0')}:${(dev & 0xfffff).toString(16).padStart(2, '0')}`,
        inode: BigInt(maps.inode[row] ?? 0), name: maps.names[maps.name[row] ?? 0],
      }).toEqual(line);
    }
  });

  it.each(fixtures)('gives each line of %s back as the kernel printed it', (name) => {
    const text = readFileSync(join(folder, name));
    const maps = parseMaps(text);
    const lines = Array.from({ length: maps.length }, (_, row) => mappingLine(maps, row));
    expect(lines.join('\n')).toBe(text.toString('utf8').trimEnd());
  });

  it('keeps spaces, backslashes, escaped newlines and doubtful marks of names', () => {
    const maps = parseMaps(readFileSync(join(folder, 'unusual.maps.txt')));
    for (const name of ['/opt/demo/with space.bin', '/opt/demo/new\\012line.bin', '/opt/demo/back\\slash.bin', '/opt/demo/café \ufffd.bin', '/opt/demo/real (deleted)']) {
      expect(maps.names).toContain(name);
    }
  });

  it('is exact at the top of the space and for 57-bit addresses', () => {
    const maps = parseMaps(bytes('00ffffffffffe000-00fffffffffff000 rw-p ffffffffffff000 fff:fffff 9007199254740991 x\nffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]'));
    expect([maps.startPage[0], maps.endPage[0]]).toEqual([0xffffffffffe, 0xfffffffffff]);
    expect(maps.startPage[1]).toBe(0xffffffffff600);
    expect(maps.dev[0]).toBe(0xffffffff);
    expect(maps.inode[0]).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('takes an empty file as no mappings, and a last line without newline as a line', () => {
    expect(parseMaps(new Uint8Array()).length).toBe(0);
    expect(parseMaps(bytes('1000-2000 r--p 00000000 00:00 0')).length).toBe(1);
  });

  it.each(['hello', '1000-2001 r--p 0 00:00 0', '1000 2000 r--p 0 00:00 0', '1000-2000 r--p', '1000-2000 r--p 0 0000 0', '\n', '1000-2000 r--p 0 00:00 '])(
    'refuses %j and shows it', (line) => {
      expect(() => parseMaps(bytes(`0000-1000 r--p 00000000 00:00 0\n${line}\n`))).toThrow(expect.objectContaining({ code: 'malformed-input' }));
    });

  it('finds the row of any page', () => {
    const rows = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 40 });
    fc.assert(fc.property(rows, fc.integer({ min: 0, max: 420 }), (borders, page) => {
      const sorted = borders.toSorted((a, b) => a - b);
      const pairs = sorted.slice(0, sorted.length - (sorted.length % 2)).flatMap((start, i) => (i % 2 === 0 ? [{ start, end: sorted[i + 1] ?? 0 }] : []));
      const maps = parseMaps(bytes(pairs.map(({ start, end }) => `${(start * 4096).toString(16)}-${(end * 4096).toString(16)} rw-p 00000000 00:00 0 \n`).join('')));
      expect(mappingRowOfPage(maps, page)).toBe(pairs.findIndex(({ start, end }) => start <= page && page < end));
      const after = pairs.findIndex(({ end }) => end > page);
      expect(firstMappingAfter(maps, page)).toBe(after < 0 ? pairs.length : after);
    }));
  });
});
