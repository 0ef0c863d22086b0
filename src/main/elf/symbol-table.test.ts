import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderByKey } from './radix-order.ts';
import type { ElfSection } from './read-elf.ts';
import { SymbolTable } from './symbol-table.ts';

interface Entry {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  readonly type: number;
  readonly binding: number;
  readonly section: number;
}

const TEXT: ElfSection = {
  index: 1, name: '.text', type: 1, flags: 6n, address: 0x1000n as ElfSection['address'], offset: 0x1000n, size: 0x400n, link: 0, info: 0, align: 16n, entrySize: 0n, flagLetters: 'AX',
};

/** Entries as Elf64_Sym (elf(5)); a name that ends another is stored inside it, as linkers do. */
function tableOf(entries: readonly Entry[]): SymbolTable {
  let strings = '\0';
  for (const name of entries.map((one) => one.name).toSorted((a, b) => b.length - a.length)) if (!strings.includes(`${name}\0`)) strings += `${name}\0`;
  const bytes = Buffer.alloc(entries.length * 24);
  for (const [index, one] of entries.entries()) {
    bytes.writeUInt32LE(strings.indexOf(`${one.name}\0`), index * 24);
    bytes.writeUInt8((one.binding << 4) | one.type, index * 24 + 4);
    bytes.writeUInt16LE(one.section, index * 24 + 6);
    bytes.writeBigUInt64LE(one.value, index * 24 + 8);
    bytes.writeBigUInt64LE(one.size, index * 24 + 16);
  }
  return new SymbolTable(bytes, Buffer.from(strings), [TEXT], '.symtab');
}

function entry(name: string, value: bigint, size: bigint, more: Partial<Entry> = {}): Entry {
  return { name, value, size, type: 2, binding: 1, section: 1, ...more };
}

function nameAt(table: SymbolTable, address: bigint): string | undefined {
  const row = table.rowAt(address);
  return row < 0 ? undefined : table.names.name(row);
}

describe('rowAt', () => {
  const sample = tableOf([
    entry('outer', 0x1000n, 0x100n),
    entry('inner', 0x1040n, 0x10n),
    entry('label', 0x1060n, 0n, { type: 0 }),
    entry('start', 0x1200n, 0n, { type: 0 }),
    entry('next', 0x1280n, 0x10n),
    entry('last', 0x1300n, 0n, { type: 0 }),
    entry('end_mark', 0x1400n, 0n, { type: 0 }),
  ]);

  test.each([
    [0xfffn, undefined],
    [0x1000n, 'outer'],
    [0x1045n, 'inner'],
    [0x1050n, 'outer'],
    // A bare label inside a function does not take its rest.
    [0x1070n, 'outer'],
    [0x1100n, undefined],
    // No size: up to the next symbol, or to the end of the section.
    [0x127fn, 'start'],
    [0x1290n, undefined],
    [0x13ffn, 'last'],
    // A mark at the end of a section, like _end, has no byte.
    [0x1400n, undefined],
    [0x5000n, undefined],
  ])('%x is in %s', (address, name) => {
    expect(nameAt(sample, address)).toBe(name);
  });

  test('of several symbols at one address the reader gets the plain global one', () => {
    const twins = tableOf([
      entry('__local_twin', 0x1000n, 8n, { binding: 0 }),
      entry('weak_twin', 0x1000n, 8n, { binding: 2 }),
      entry('__global_twin', 0x1000n, 8n),
      entry('twin', 0x1000n, 8n),
      entry('a_label', 0x1000n, 0n, { type: 0 }),
    ]);
    expect(nameAt(twins, 0x1004n)).toBe('twin');
    expect(nameAt(tableOf([entry('__environ', 0x1000n, 8n), entry('environ', 0x1000n, 8n, { binding: 2 })]), 0x1000n)).toBe('environ');
  });

  test('undefined, absolute, section, file and thread-local symbols have no address', () => {
    const table = tableOf([
      entry('imported', 0x1000n, 8n, { section: 0 }),
      entry('absolute', 0x1000n, 8n, { section: 0xfff1 }),
      entry('section', 0x1000n, 8n, { type: 3 }),
      entry('file.c', 0x1000n, 8n, { type: 4 }),
      entry('per_thread', 0x1000n, 8n, { type: 6 }),
    ]);
    expect(table.length).toBe(0);
    expect(table.rowAt(0x1000n)).toBe(-1);
  });

  const arbitraryEntry = fc.record({
    name: fc.stringMatching(/^[a-z_]{1,6}$/),
    value: fc.bigInt(0x1000n, 0x1400n),
    size: fc.oneof(fc.constant(0n), fc.bigInt(0n, 0x80n), fc.constant(0xffff_ffff_ffff_ffffn)),
    type: fc.constantFrom(0, 1, 2),
    binding: fc.constantFrom(0, 1, 2),
    section: fc.constant(1),
  });

  test('property: a sized symbol that holds the address is found whenever there is one, and it is the nearest', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 40 }), fc.bigInt(0xff0n, 0x1500n), (entries, address) => {
        const table = tableOf(entries);
        const holding = entries.filter(({ value, size }) => value <= address && address < value + size);
        const row = table.rowAt(address);
        if (holding.length > 0) {
          const nearest = holding.reduce((a, b) => (b.value > a.value ? b : a)).value;
          expect(row).toBeGreaterThanOrEqual(0);
          expect(table.value(row)).toBe(nearest);
          expect(address < table.value(row) + table.size(row)).toBe(true);
        } else if (row >= 0) {
          expect(table.size(row)).toBe(0n);
          expect(table.value(row) <= address && address < 0x1400n).toBe(true);
        }
      }),
    );
  });

  test('property: names are found exactly, and inside others', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 40 }), fc.stringMatching(/^[a-z_]{1,3}$/), (entries, text) => {
        const table = tableOf(entries);
        for (const name of new Set(entries.map((one) => one.name))) {
          const rows = table.names.rowsNamed(name);
          expect(rows.map((row) => table.names.name(row))).toEqual(entries.filter((one) => one.name === name).map(() => name));
        }
        const found = [...table.names.rowsContaining(text)].map((row) => table.names.name(row)).filter((name) => name.includes(text)).toSorted();
        expect(found).toEqual(entries.map((one) => one.name).filter((name) => name.includes(text)).toSorted());
      }),
    );
  });

  test('property: order by key is the stable sort', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0xffff_ffff), fc.nat(3)), { maxLength: 300 }), (keys) => {
        const order = orderByKey(Uint32Array.from(keys, ([low]) => low), Uint32Array.from(keys, ([, high]) => high));
        const wanted = keys.map((_, index) => index).toSorted((a, b) => {
          const [lowA, highA] = keys[a] ?? [0, 0];
          const [lowB, highB] = keys[b] ?? [0, 0];
          return highA - highB || lowA - lowB || a - b;
        });
        expect([...order]).toEqual(wanted);
      }),
    );
  });
});
