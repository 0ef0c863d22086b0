import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import { parseSmaps } from './smaps.ts';
import { parseSmapsColumns, readSmapsColumns, smapsBytes, smapsRowAt } from './smaps-columns.ts';

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.smaps.txt'));
const columnsOf = (text: string): ReturnType<typeof parseSmapsColumns> => parseSmapsColumns(Buffer.from(text));

describe('smaps as columns', () => {
  it.each(fixtures)('%s: every field of every mapping as the line-by-line parser reads it', (name) => {
    const text = readFileSync(join(folder, name));
    const columns = parseSmapsColumns(text);
    const entries = parseSmaps(text.toString());
    expect(columns.length).toBe(entries.length);
    for (const [row, entry] of entries.entries()) {
      const start = Number(BigInt(`0x${entry.line.split('-')[0]}`) >> 12n);
      expect(columns.startPage[row]).toBe(start);
      expect(smapsRowAt(columns, start)).toBe(row);
      expect(new Map([...entry.bytes.keys()].map((key) => [key, smapsBytes(columns, row, key)]))).toEqual(entry.bytes);
      expect(columns.flagSets[columns.flagSet[row] ?? -1]).toEqual(entry.flags);
      const key = entry.other.get('ProtectionKey');
      expect(columns.protectionKey[row]).toBe(key === undefined ? -1 : Number(key));
    }
    expect(smapsRowAt(columns, 1)).toBe(-1);
  });

  it.each([700, 5000, 65_536])('read in pieces of at most %i bytes it is the same', (most) => {
    for (const name of fixtures) {
      const text = readFileSync(join(folder, name));
      let at = 0;
      const { smaps, bytes } = readSmapsColumns((buffer, offset) => {
        const count = Math.min(most, buffer.length - offset, text.length - at);
        buffer.set(text.subarray(at, at + count), offset);
        at += count;
        return count;
      });
      expect(smaps).toEqual(parseSmapsColumns(text));
      expect(bytes).toBe(text.length);
    }
  });

  it('fields may come in another order, be missing, or end without a newline', () => {
    const columns = columnsOf('1000-2000 rw-p 00000000 00:00 0 \nSize: 4 kB\nRss: 8 kB\nProtectionKey: 3\nVmFlags: rd wr\n3000-5000 r--p 00000000 00:00 0 /a b\nRss: 12 kB\nNew_Field: 1 kB\nSize: 8 kB');
    expect([...(columns.kib.get('Rss') ?? [])]).toEqual([8, 12]);
    expect([...(columns.kib.get('Size') ?? [])]).toEqual([4, 8]);
    expect([...(columns.kib.get('New_Field') ?? [])]).toEqual([0, 1]);
    expect([...columns.protectionKey]).toEqual([3, -1]);
    expect([columns.startPage[1], columns.endPage[1]]).toEqual([3, 5]);
  });

  it('a field before any mapping is malformed; other garbage is refused or read, and never hangs', () => {
    expect(() => columnsOf('Rss: 4 kB\n')).toThrow(VmatlasError);
    expect(columnsOf('').length).toBe(0);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(parseSmapsColumns(bytes).length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(VmatlasError);
        }
      }),
    );
  });
});
