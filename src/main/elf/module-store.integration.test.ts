import { copyFileSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import { compileC, programSource, scratchFolder } from '../testing/compile.ts';
import { ModuleStore, pathOfMapping, type MappedFile } from './module-store.ts';

const stores: ModuleStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.dispose();
});

function newStore(): ModuleStore {
  const store = new ModuleStore();
  stores.push(store);
  return store;
}

/** As if this process had the file mapped at an address where it has not: map_files leads nowhere, as it does without the privilege to follow it. */
function byName(name: string, inode = statSync(name, { bigint: true }).ino): MappedFile {
  return { pid: process.pid, start: 0x1000n, end: 0x2000n, name, inode };
}

function refusal(run: () => unknown): VmatlasError {
  try {
    run();
  } catch (error) {
    if (error instanceof VmatlasError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const program = compileC(readFileSync(programSource('regions.c'), 'utf8'));

test('without map_files the path leads to the file, if its inode is the mapped one', () => {
  const store = newStore();
  const image = store.open(byName(program));
  expect(image.symbols.names.rowsNamed('main')).toHaveLength(1);
  expect(store.imageOf(image.facts)).toBe(image);
  const other = refusal(() => newStore().open(byName(program, 1n)));
  expect(other.code).toBe('io-error');
  expect(other.evidence).toMatch(/map_files.*has inode \d+, the mapping has 1/);
});

test('one build at two places is one image; a file changed in place is a new one', () => {
  const store = newStore();
  const copy = join(scratchFolder(), 'copy');
  copyFileSync(program, copy);
  const image = store.open(byName(program));
  expect(store.open(byName(copy))).toBe(image);
  writeFileSync(copy, readFileSync(compileC('int another_program; int main(void) { return 0; }')));
  utimesSync(copy, 1, 1);
  const changed = store.open(byName(copy));
  expect(changed).not.toBe(image);
  expect(changed.symbols.names.rowsNamed('another_program')).toHaveLength(1);
  expect(store.open(byName(program))).toBe(image);
});

test('what is no ELF file is asked once and refused each time in the same words', () => {
  const store = newStore();
  const text = programSource('regions.c');
  const first = refusal(() => store.open(byName(text)));
  expect(first.code).toBe('not-elf');
  expect(refusal(() => store.open(byName(text)))).toBe(first);
});

test('the mark of a deleted file is told from a file that is called so', () => {
  const odd = join(scratchFolder(), 'tool (deleted)');
  copyFileSync(program, odd);
  expect(pathOfMapping(byName(odd))).toBe(odd);
  expect(pathOfMapping(byName(odd, 1n))).toBe(join(scratchFolder(), 'tool'));
  expect(pathOfMapping(byName(program))).toBe(program);
  expect(newStore().open(byName(odd)).facts.type).toBe('dyn');
});

test('a link into a device is never opened for reading', () => {
  const link = join(scratchFolder(), 'zero');
  symlinkSync('/dev/zero', link);
  expect(refusal(() => newStore().open(byName(link))).code).toBe('not-elf');
});
