import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ElfFacts } from '../../shared/model/elf-facts.ts';
import { compileC, compileRust, hasRust, programSource, scratchFolder } from '../testing/compile.ts';
import { FileSource, MemorySource } from './byte-source.ts';
import { ElfImage } from './elf-image.ts';
import type { ElfSection } from './read-elf.ts';
import { readElfHeaders } from './read-elf.ts';
import { sectionLine } from './section-words.ts';
import type { SymbolTable } from './symbol-table.ts';

const source = readFileSync(programSource('regions.c'), 'utf8');

function libc(): string {
  const line = readFileSync('/proc/self/maps', 'utf8').split('\n').find((text) => /\/libc\.so\.6$|\/libc-[\d.]+\.so$/.test(text));
  if (line === undefined) throw new Error('this Node does not use glibc');
  return line.slice(line.indexOf('/'));
}

function stripped(path: string): string {
  execFileSync('strip', [path]);
  return path;
}

const files: Record<string, () => string> = {
  ls: () => realpathSync('/bin/ls'),
  gdb: () => realpathSync('/usr/bin/gdb'),
  node: () => realpathSync(process.execPath),
  libc,
  'C, PIE, -O0 -g': () => compileC(source, { flags: ['-O0', '-g'] }),
  'C, at fixed addresses': () => compileC(source, { flags: ['-no-pie', '-O2'] }),
  'C, static': () => compileC(source, { flags: ['-static', '-O2'] }),
  'C, static-pie': () => compileC(source, { flags: ['-static-pie'] }),
  'C, stripped': () => stripped(compileC(source)),
  ...(hasRust() ? { Rust: () => compileRust(readFileSync(programSource('regions.rs'), 'utf8')) } : {}),
};

function readelf(...args: string[]): string[] {
  return execFileSync('readelf', args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } }).split('\n');
}

const TYPE_WORDS: Record<string, string> = { FUNC: 'function', OBJECT: 'object', IFUNC: 'ifunc', NOTYPE: 'other' };

/** `value size type binding name` of each symbol that has an address, sorted, in readelf's numbers. */
function symbolsByReadelf(file: string, table: '.symtab' | '.dynsym'): string[] {
  const lines = readelf('-sW', file);
  const start = lines.findIndex((line) => line.startsWith(`Symbol table '${table}'`));
  const end = lines.findIndex((line, index) => index > start && line === '');
  const rows: string[] = [];
  for (const line of lines.slice(start + 2, end)) {
    const match = /^\s*\d+: ([0-9a-f]+)\s+(\S+) (\S+)\s+(\S+)\s+\S+\s+(?:\[.*\] )?(\S+) (.+)$/.exec(line);
    const [, value = '', size = '', type = '', binding = '', section = '', name = ''] = match ?? [];
    if (!match || section === 'UND' || section === 'ABS' || ['SECTION', 'FILE', 'TLS'].includes(type)) continue;
    rows.push(`${BigInt(`0x${value}`)} ${BigInt(size)} ${TYPE_WORDS[type] ?? 'other'} ${binding.toLowerCase()} ${name.replace(/@.*/, '')}`);
  }
  return rows.toSorted();
}

function symbolsByUs(table: SymbolTable): string[] {
  return Array.from({ length: table.length }, (_, row) => `${table.value(row)} ${table.size(row)} ${table.type(row)} ${table.binding(row)} ${table.names.name(row)}`).toSorted();
}

describe.each(Object.keys(files))('%s', (name) => {
  let file = '';
  let image: ElfImage;
  let sections: readonly ElfSection[];

  beforeAll(() => {
    file = files[name]?.() ?? '';
    image = new ElfImage(new FileSource(file, file));
    const again = new FileSource(file, file);
    ({ sections } = readElfHeaders(again).facts);
    again.close();
  });
  afterAll(() => image.close());

  test('sections are those of readelf -SW, word for word', () => {
    const lines = readelf('-SW', file).filter((line) => /^ +\[ *[1-9]/.test(line)).map((line) => line.trim());
    expect(lines.length).toBeGreaterThan(5);
    expect(sections.map(sectionLine)).toEqual(lines);
  });

  test('program headers, entry, interpreter, build id and soname are those of readelf', () => {
    const text = readelf('-hlnWd', file).join('\n');
    expect(image.facts.entry).toBe(BigInt(/Entry point address:\s+(0x[0-9a-f]+)/.exec(text)?.[1] ?? -1));
    expect(image.facts.type).toBe(/Type:\s+(\w+) \(/.exec(text)?.[1]?.toLowerCase());
    expect(image.facts.interp).toBe(/program interpreter: ([^\]]+)\]/.exec(text)?.[1]);
    expect(image.facts.buildId).toBe(/Build ID: ([0-9a-f]+)/.exec(text)?.[1]);
    expect(image.facts.soname).toBe(/Library soname: \[([^\]]+)\]/.exec(text)?.[1]);
    const loads = [...text.matchAll(/^ +LOAD +(0x[0-9a-f]+) (0x[0-9a-f]+) 0x[0-9a-f]+ (0x[0-9a-f]+) (0x[0-9a-f]+) ([R ])([W ])([E ]) (0x[0-9a-f]+)$/gm)];
    expect(loads.length).toBeGreaterThan(1);
    expect(image.facts.programHeaders.filter(({ type }) => type === 1)).toEqual(
      loads.map(([, offset = '', vaddr = '', fileSize = '', memSize = '', r, w, x, align = '']) => ({
        type: 1,
        flags: (r === 'R' ? 4 : 0) | (w === 'W' ? 2 : 0) | (x === 'E' ? 1 : 0),
        offset: BigInt(offset), vaddr: BigInt(vaddr), fileSize: BigInt(fileSize), memSize: BigInt(memSize), align: BigInt(align),
      })),
    );
    const relro = /^ +GNU_RELRO +0x[0-9a-f]+ (0x[0-9a-f]+) 0x[0-9a-f]+ 0x[0-9a-f]+ (0x[0-9a-f]+)/m.exec(text);
    expect(image.facts.relro).toEqual(relro ? { vaddr: BigInt(relro[1] ?? ''), memSize: BigInt(relro[2] ?? '') } : undefined);
  });

  test('symbols are those of readelf -s', () => {
    const { origin } = image.symbols;
    expect(origin).toBe(name === 'libc' || name === 'ls' || name === 'gdb' || name === 'C, stripped' ? '.dynsym' : '.symtab');
    if (origin === 'none') return;
    const wanted = symbolsByReadelf(file, origin);
    // A stripped program that exports nothing has nothing with an address.
    if (name !== 'C, stripped') expect(wanted.length).toBeGreaterThan(5);
    expect(symbolsByUs(image.symbols)).toEqual(wanted);
    expect(image.problem).toBeUndefined();
  });

  test('each byte of a sized symbol leads back to a symbol that holds it, and each name to its rows', () => {
    const { symbols } = image;
    const step = Math.max(1, Math.floor(symbols.length / 2000));
    for (let row = 0; row < symbols.length; row += step) {
      const value = symbols.value(row);
      const size = symbols.size(row);
      expect(symbols.names.rowsNamed(symbols.names.name(row))).toContain(row);
      if (size === 0n) continue;
      const found = symbols.rowAt(value + size - 1n);
      expect(found).toBeGreaterThanOrEqual(0);
      expect(symbols.value(found)).toBeGreaterThanOrEqual(value);
      expect(symbols.value(found) + symbols.size(found)).toBeGreaterThanOrEqual(value + size);
    }
  });
});

describe('damaged files', () => {
  const program = compileC(source, { flags: ['-O1'] });
  const good = readFileSync(program);

  /** Reads everything there is; anything thrown must be typed. */
  function readAll(bytes: Uint8Array): ElfFacts | VmatlasError {
    try {
      const image = new ElfImage(new MemorySource('mutant', bytes));
      const { symbols } = image;
      for (const address of [0n, 0x1100n, 0x4010n, 1n << 47n, (1n << 64n) - 1n]) symbols.rowAt(address);
      for (let row = 0; row < Math.min(50, symbols.length); row++) symbols.rowAt(symbols.value(row));
      symbols.names.rowsNamed('main');
      for (const row of symbols.names.rowsContaining('a')) symbols.names.name(row);
      for (const section of image.loadedSections) sectionLine({ ...section, index: 1, link: 0, info: 0, align: 0n, entrySize: 0n, flagLetters: '' });
      return image.facts;
    } catch (error) {
      if (error instanceof VmatlasError) return error;
      throw error;
    }
  }

  test('5000 mutants end in facts or in a typed error', () => {
    // Small, so that a failure can be repeated: a linear congruential generator with Knuth's MMIX constants.
    let state = 20_260_101n;
    const random = (below: number): number => {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      return Number((state >> 33n) % BigInt(below));
    };
    const sectionTable = Number(good.readBigUInt64LE(0x28));
    const hot = [[0, 64], [64, 13 * 56], [sectionTable, good.length - sectionTable]] as const;
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const mutant = Buffer.from(good);
      for (let change = 0; change <= random(4); change++) {
        const [start, length] = hot[random(3)] ?? [0, 64];
        const where = start + random(length);
        const value = [0, 0xff, 0x7f, 0x80, random(256)][random(5)] ?? 0;
        mutant.fill(value, where, Math.min(mutant.length, where + 2 ** random(4)));
      }
      const result = readAll(random(4) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant);
      if (result instanceof VmatlasError) {
        refused++;
        expect(['malformed-input', 'not-elf', 'not-64-bit']).toContain(result.code);
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(5000);
  });

  test('a damaged section table costs the sections and nothing else', () => {
    const mutant = Buffer.from(good);
    mutant.writeBigUInt64LE(0x7fff_ffff_ffffn, 0x28);
    const image = new ElfImage(new MemorySource('mutant', mutant));
    expect(image.facts.programHeaders.length).toBeGreaterThan(5);
    expect(image.facts.sections).toEqual([]);
    expect(image.problem?.code).toBe('malformed-input');
    expect(image.facts.buildId).toBe(new ElfImage(new MemorySource('good', good)).facts.buildId);
  });

  test('what is no ELF file, a 32-bit one, or no file says so', () => {
    const code = (path: string): string => {
      try {
        return `facts of ${new ElfImage(new FileSource(path, path)).name}`;
      } catch (error) {
        return error instanceof VmatlasError ? error.code : String(error);
      }
    };
    expect(code(programSource('regions.c'))).toBe('not-elf');
    expect(code('/dev/null')).toBe('not-elf');
    const narrow = join(scratchFolder(), 'narrow');
    writeFileSync(narrow, Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]), Buffer.alloc(100)]));
    expect(code(narrow)).toBe('not-64-bit');
  });

  test('symbols can still be read after the file was deleted and overwritten at its path', () => {
    const path = join(scratchFolder(), 'deleted');
    copyFileSync(program, path);
    const image = new ElfImage(new FileSource(path, path));
    execFileSync('rm', [path]);
    writeFileSync(path, 'something else');
    expect(image.symbols.names.rowsNamed('main')).toHaveLength(1);
  });
});
