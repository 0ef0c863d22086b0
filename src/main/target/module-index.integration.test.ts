import { execFileSync } from 'node:child_process';
import { readFileSync, readSync, openSync, closeSync, renameSync, unlinkSync, copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toAddress, type Address } from '../../shared/address/address.ts';
import { rangeFrom } from '../../shared/address/range.ts';
import { findModules, endOf, startOf, type ElfLookup } from '../../shared/analysis/find-modules.ts';
import type { LoadedModule } from '../../shared/model/loaded-module.ts';
import type { MappingColumns } from '../../shared/model/mapping-columns.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { ModuleStore, pathOfMapping, type MappedFile } from '../elf/module-store.ts';
import { parseAuxv } from '../procfs/auxv.ts';
import { parseMaps } from '../procfs/maps.ts';
import { compileC, compileRust, hasRust, programSource } from '../testing/compile.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { buildModuleIndex } from './module-index.ts';
import type { ModuleIndex } from './target.ts';

function mappedFile(pid: number, mappings: MappingColumns, row: number): MappedFile {
  return { pid, start: startOf(mappings, row), end: endOf(mappings, row), name: mappings.names[mappings.name[row] ?? 0] ?? '', inode: BigInt(mappings.inode[row] ?? 0) };
}

function readBytes(pid: number, start: bigint, length: number): Uint8Array {
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  const bytes = new Uint8Array(length);
  readSync(fd, bytes, 0, length, Number(start));
  closeSync(fd);
  return bytes;
}

function modulesOf(pid: number, store: ModuleStore): LoadedModule[] {
  const mappings = parseMaps(readFileSync(`/proc/${pid}/maps`));
  const lookup = (row: number): ElfLookup => {
    const file = mappedFile(pid, mappings, row);
    try {
      const image = file.name === '[vdso]' ? store.openBytes('[vdso]', readBytes(pid, file.start, Number(file.end - file.start))) : store.open(file);
      return { kind: 'elf', facts: image.facts, path: pathOfMapping(file) };
    } catch (error) {
      if (error instanceof VmatlasError) return { kind: 'not-elf' };
      throw error;
    }
  };
  return findModules(mappings, parseAuxv(readFileSync(`/proc/${pid}/auxv`)), lookup).images.map(({ module }) => module);
}

/** Value of a symbol in the file, by nm. */
function nmValue(file: string, name: string): bigint {
  const line = execFileSync('nm', [file], { encoding: 'utf8' }).split('\n').find((text) => text.endsWith(` ${name}`));
  return BigInt(`0x${line?.split(' ')[0]}`);
}

const cSource = readFileSync(programSource('regions.c'), 'utf8');
const variants: Record<string, readonly string[]> = {
  'PIE -O0': ['-O0'],
  'PIE -O2': ['-O2'],
  'fixed addresses': ['-no-pie', '-O1'],
  static: ['-static', '-O1'],
  'static-pie': ['-static-pie', '-O1'],
};
const OBJECTS: Record<string, string> = {
  add_one: '.text', fixed_table: '.rodata', greeting: '.rodata', filled_counter: '.data', private_counter: '.data', empty_counter: '.bss', empty_block: '.bss',
};

describe.each(Object.keys(variants))('C, %s', (variant) => {
  const store = new ModuleStore();
  let file = '';
  let program: RunningProgram;
  let index: ModuleIndex;

  beforeAll(async () => {
    file = compileC(cSource, { flags: variants[variant] ?? [] });
    program = await runProgram(file);
    index = buildModuleIndex(modulesOf(program.pid, store), store);
  });
  afterAll(async () => {
    await program.stop();
    store.dispose();
  });

  test.each(Object.keys(OBJECTS))('%s lies where the program says', (name) => {
    const address = toAddress(program.address(name));
    const at = index.symbolAt(toAddress(address + 1n));
    expect(at).toMatchObject({ symbol: { name, address, modulePath: file }, offset: 1n });
    expect(index.sectionAt(address)?.section.name).toBe(OBJECTS[name]);
    expect(index.sectionAt(address)?.evidence.text).toMatch(/^\[ ?\d+\] \./);
    expect(index.findSymbol(name)[0]?.address).toBe(address);
    expect(index.loadBiasAt(address)).toBe(address - nmValue(file, name));
    const length = Number(at?.symbol.sizeBytes ?? 0n);
    expect(index.symbolsIn(rangeFrom(address, length), 50).symbols.map((symbol) => symbol.name)).toContain(name);
    expect(index.completeSymbol(name.slice(0, -2), 20).map((symbol) => symbol.name)).toContain(name);
  });

  test('stack and heap belong to no module', () => {
    for (const name of ['stack', 'heap', 'anonymous', 'big_heap']) {
      const address = toAddress(program.address(name));
      expect(index.symbolAt(address)).toBeUndefined();
      expect(index.sectionAt(address)).toBeUndefined();
      expect(index.loadBiasAt(address)).toBeUndefined();
    }
  });

  test('sections in memory are ascending, do not overlap, and hold the symbols in them', () => {
    const start = toAddress(0n);
    const sections = index.sectionsIn({ start, end: toAddress(1n << 47n) });
    expect(sections.length).toBeGreaterThan(10);
    for (const [i, section] of sections.entries()) {
      const before = sections[i - 1];
      if (before) expect(before.address + before.memorySizeBytes <= section.address).toBe(true);
      expect(index.sectionAt(section.address)?.section.name).toBe(section.name);
    }
  });

  test('gdb names the same symbols', () => {
    const addresses = Object.keys(OBJECTS).map((name) => program.address(name) + 1n);
    const commands = addresses.flatMap((address) => ['-ex', `info symbol 0x${address.toString(16)}`]);
    const output = execFileSync('gdb', ['-nx', '-q', '-batch', '-p', String(program.pid), ...commands], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const answers = output.split('\n').filter((line) => / in section /.test(line));
    expect(answers.map((line) => line.split(' ')[0])).toEqual(addresses.map((address) => index.symbolAt(toAddress(address))?.symbol.name));
    expect(answers.map((line) => / in section (\S+)/.exec(line)?.[1])).toEqual(addresses.map((address) => index.sectionAt(toAddress(address))?.section.name));
  });
});

test('libraries, loader and vdso: symbols by nm and by the loader\'s own addresses', async () => {
  const store = new ModuleStore();
  const program = await runProgram(compileC(cSource));
  const modules = modulesOf(program.pid, store);
  expect(modules.map(({ ref }) => ref.role).toSorted()).toEqual(['library', 'loader', 'program', 'vdso']);
  const index = buildModuleIndex(modules, store);
  const libc = index.findModule('libc.so.6')[0];
  const malloc = index.findSymbol('malloc').find((symbol) => symbol.modulePath === libc?.path);
  const nm = execFileSync('nm', ['-D', libc?.path ?? ''], { encoding: 'utf8' }).split('\n').find((line) => / T malloc@@/.test(line));
  expect(malloc?.address).toBe((libc?.base ?? 0n) + BigInt(`0x${nm?.split(' ')[0]}`));
  expect(index.findModule(libc?.path ?? '')).toEqual([libc]);
  expect(index.findModule('[vdso]')).toHaveLength(1);
  expect(index.findSymbol('__vdso_clock_gettime')[0]?.modulePath).toBe('[vdso]');
  expect(index.findSymbol('main')[0]?.modulePath).toBe(modules.find(({ ref }) => ref.role === 'program')?.ref.path);
  await program.stop();
  store.dispose();
});

test('a stripped program keeps its sections and its dynamic symbols; a deleted one is read through map_files, and long after', async () => {
  const store = new ModuleStore();
  const file = compileC(cSource, { flags: ['-s', '-rdynamic'] });
  const gone = `${file}-gone`;
  copyFileSync(file, gone);
  const program = await runProgram(gone);
  // Another file takes its place: its symbols must not be shown.
  unlinkSync(gone);
  renameSync(compileC('int main(void) { return 0; } int imposter;'), gone);
  let modules: LoadedModule[];
  try {
    modules = modulesOf(program.pid, store);
  } finally {
    await program.stop();
  }
  const index = buildModuleIndex(modules, store);
  const address = toAddress(program.address('filled_counter'));
  expect(index.findSymbol('imposter')).toEqual([]);
  const own = modules.find(({ ref }) => ref.path === gone);
  // map_files takes CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN; without it the file is out of reach, and that is what must be said.
  if (process.getuid?.() !== 0) {
    expect(own?.facts).toBeUndefined();
    return;
  }
  expect(index.symbolAt(address)?.symbol.name).toBe('filled_counter');
  expect(index.sectionAt(toAddress(program.address('private_counter')))?.section.name).toBe('.data');
  expect(index.symbolAt(toAddress(program.address('private_counter')))?.symbol.name).not.toBe('private_counter');
  store.dispose();
});

test.runIf(hasRust()).each([['-O0', []], ['-O', ['-O']], ['static', ['-C', 'target-feature=+crt-static']]] as const)('Rust %s: names are read as written', async (_, flags) => {
  const store = new ModuleStore();
  const file = compileRust(readFileSync(programSource('regions.rs'), 'utf8'), { flags, name: 'regions_rs' });
  const program = await runProgram(file);
  const index = buildModuleIndex(modulesOf(program.pid, store), store);
  const readable = (key: string): string | undefined => index.symbolAt(toAddress(program.address(key)))?.symbol.demangled;
  expect(readable('add_one')).toMatch(/::places::add_one$/);
  expect(readable('filled_counter')).toMatch(/::places::FILLED_COUNTER$/);
  expect(readable('empty_block')).toMatch(/::places::EMPTY_BLOCK$/);
  const whole = readable('add_one') ?? '';
  expect(index.findSymbol(whole).map((symbol) => symbol.address)).toContain(program.address('add_one') as Address);
  expect(index.completeSymbol(whole.slice(0, -3), 10).map((symbol) => symbol.demangled)).toContain(whole);
  const sections = ['add_one', 'greeting', 'filled_counter', 'empty_block'].map((key) => index.sectionAt(toAddress(program.address(key)))?.section.name);
  expect(sections).toEqual(['.text', '.rodata', '.data', '.bss']);
  await program.stop();
  store.dispose();
});

test('C++ names, overloads included', async () => {
  const store = new ModuleStore();
  const source = `
    #include <cstdio>
    namespace outer { __attribute__((noinline)) int twice(int v) { return v * 2; } __attribute__((noinline)) int twice(char v) { return v; } }
    int main() {
      printf("int %p\\n", (void *)(int (*)(int))outer::twice);
      printf("char %p\\nready\\n", (void *)(int (*)(char))outer::twice);
      fflush(stdout);
      getchar();
      return outer::twice(1) + outer::twice('c');
    }`;
  const program = await runProgram(compileC(source, { flags: ['-x', 'c++'] }));
  const index = buildModuleIndex(modulesOf(program.pid, store), store);
  const addresses = (name: string): bigint[] => index.findSymbol(name).map((symbol) => symbol.address);
  expect(addresses('outer::twice(int)')).toEqual([program.address('int')]);
  expect(new Set(addresses('outer::twice'))).toEqual(new Set([program.address('int'), program.address('char')]));
  expect(addresses('_ZN5outer5twiceEc')).toEqual([program.address('char')]);
  await program.stop();
  store.dispose();
});

test('a thread-local variable is found by name, as such, and never by address', async () => {
  const store = new ModuleStore();
  const program = await runProgram(
    compileC('#include <stdio.h>\n_Thread_local int per_thread = 5; int main(void) { printf("mine %p\\nready\\n", (void *)&per_thread); fflush(stdout); getchar(); return 0; }'),
  );
  const index = buildModuleIndex(modulesOf(program.pid, store), store);
  const [found] = index.findSymbol('per_thread');
  expect(found).toMatchObject({ type: 'tls', sizeBytes: 4n });
  const template = found && index.sectionAt(found.address)?.section.name;
  expect(template).toBe('.tdata');
  expect([...readBytes(program.pid, found?.address ?? 0n, 4)]).toEqual([5, 0, 0, 0]);
  expect(index.symbolAt(toAddress(program.address('mine')))).toBeUndefined();
  await program.stop();
  store.dispose();
});

test('a second look and a second process take the image from the store', async () => {
  const store = new ModuleStore();
  const file = compileC(cSource);
  const [one, two] = [await runProgram(file), await runProgram(file)];
  const facts = [one, one, two].map(({ pid }) => modulesOf(pid, store).map((module) => module.facts));
  expect(facts[1]?.length).toBe(4);
  for (const list of facts) for (const fact of list) expect(facts[0]?.some((known) => known === fact)).toBe(true);
  await one.stop();
  await two.stop();
  store.dispose();
});
