import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fieldsIn, type TypedField } from '../../../shared/analysis/typed/flatten.ts';
import { formatField } from '../../../shared/analysis/typed/format-value.ts';
import { unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import { PT_LOAD } from '../../../shared/model/elf-facts.ts';
import type { TypeNode } from '../../../shared/model/typed-data.ts';
import { compileC, compileCpp, compileRust, hasRust } from '../../testing/compile.ts';
import { ElfImage } from '../elf-image.ts';
import { FileSource } from '../byte-source.ts';

/** A file's variables with the bytes the file gives them. */
class Program {
  readonly image: ElfImage;
  readonly path: string;
  types: TypeNode[] = [];
  #variables = new Map<string, { address: bigint; sizeBytes: number; type: number; inFunction: string }>();

  constructor(path: string) {
    this.path = path;
    this.image = new ElfImage(new FileSource(path, path));
  }

  async load(): Promise<this> {
    const { variables, more } = await this.image.dwarf.variablesIn(0n, 1n << 62n, 10_000, this.types);
    if (more || this.image.dwarf.problems.length > 0) throw new Error(`not all was read: ${this.image.dwarf.problems.join(', ')}`);
    for (const variable of variables) this.#variables.set(variable.name, variable);
    return this;
  }

  get names(): string[] {
    return [...this.#variables.keys()];
  }

  of(name: string) {
    const found = this.#variables.get(name);
    if (found === undefined) throw new Error(`no variable ${name} among ${this.names.join(', ')}`);
    return found;
  }

  typeName(name: string): string {
    return this.types[this.of(name).type]?.name ?? '';
  }

  bytes(name: string): Uint8Array {
    const { address, sizeBytes } = this.of(name);
    const load = this.image.facts.programHeaders.find((header) => header.type === PT_LOAD && header.vaddr <= address && address < header.vaddr + header.memSize);
    if (load === undefined) throw new Error(`${name} is in no segment`);
    if (address - load.vaddr >= load.fileSize) return new Uint8Array(sizeBytes);
    return this.image.readFile(load.offset + (address - load.vaddr), sizeBytes);
  }

  fields(name: string): TypedField[] {
    const bytes = this.bytes(name);
    return fieldsIn(this.types, this.of(name).type, 0, this.of(name).sizeBytes, 1000, (at, size) => unsignedOf(bytes.subarray(at, at + size)));
  }

  /** `{ '.port': '8080' }` without padding. */
  values(name: string): Record<string, string> {
    const bytes = this.bytes(name);
    return Object.fromEntries(
      this.fields(name).filter(({ role }) => role !== 'padding')
        .map((field) => [field.path, formatField(this.types, field, bytes.subarray(field.offsetBytes, field.offsetBytes + field.sizeBytes), () => undefined).text]),
    );
  }
}

/** gdb's answers to C expressions about a file that does not run. */
function gdb(path: string, expressions: readonly string[]): string[] {
  const out = execFileSync('gdb', ['-nx', '-q', '-batch', '-iex', 'set debuginfod enabled off', ...expressions.flatMap((text) => ['-ex', `output ${text}`, '-ex', 'echo \\n']), path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return out.trimEnd().split('\n');
}

const C = `
#include <stdint.h>
#include <stdio.h>
typedef struct item { struct item *next; int id; char name[20]; } item_t;
typedef struct { unsigned port; unsigned short flags, retries; double timeout; } config_t;
enum color { RED, GREEN = 7, BLUE };
struct bits { unsigned a : 3; unsigned b : 7; int c : 5; unsigned long long big : 40; _Bool flag : 1; enum color col : 4; };
struct nest { char tag; struct { short p, q; } in; union { int i; float f; unsigned char raw[8]; }; int tail[0]; };
config_t config = { 8080, 3, 5, 2.5 };
int primes[8] = { 2, 3, 5, 7, 11, 13, 17, 19 };
int matrix[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
item_t sentinel = { &sentinel, -1, "sentinel" };
struct bits bits = { 5, 100, -3, 0x123456789aULL, 1, BLUE };
struct nest nest = { 't', { 1, -2 }, { .f = 1.5f } };
enum color color = GREEN;
const char *const words[2] = { "one", "two" };
int (*operation)(const char *, ...) = printf;
static int8_t tiny = -5;
long double wide = 1.25L;
float ratio = 0.1f;
_Bool yes = 1;
unsigned char raw[3] = { 1, 2, 255 };
item_t many[3];
volatile unsigned long counter = 7;
int main(void) { static int calls = 3; calls++; tiny++; return calls; }
`;

const LEAVES = ['config', 'primes', 'matrix', 'sentinel', 'nest', 'many', 'raw', 'words', 'operation', 'color'];

const FLAVOURS: readonly (readonly string[])[] = [['-gdwarf-5'], ['-gdwarf-4'], ['-gdwarf-3'], ['-gdwarf-5', '-gz=zlib'], ['-gdwarf-4', '-gz=zlib-gnu'], ['-gdwarf-5', '-fdebug-types-section'], ['-gdwarf-4', '-fdebug-types-section'], ['-gdwarf64', '-gdwarf-5']];

describe.each(FLAVOURS.map((flags) => [flags.join(' '), flags] as const))('a C program built with %s', (_, flags) => {
  it('has the variables, places, types and members that gdb sees', async () => {
    const program = await new Program(compileC(C, { name: 'dwarf', flags })).load();
    for (const name of [...LEAVES, 'bits', 'ratio', 'wide', 'yes']) expect(program.names).toContain(name);
    const names = LEAVES.filter((name) => program.of(name).sizeBytes > 0);
    const asked: string[] = [];
    const ours: string[] = [];
    for (const name of names) {
      asked.push(`(long)&${name}`, `(long)sizeof(${name})`);
      ours.push(String(program.of(name).address), String(program.of(name).sizeBytes));
      for (const field of program.fields(name)) {
        if (field.role === 'padding' || field.bits !== undefined) continue;
        asked.push(`(long)&(${name}${field.path})-(long)&${name}`, `(long)sizeof(${name}${field.path})`);
        ours.push(String(field.offsetBytes), String(field.sizeBytes));
      }
    }
    expect(ours).toEqual(gdb(program.path, asked));
  });

  it('reads the values that gdb prints', async () => {
    const program = await new Program(compileC(C, { name: 'dwarf', flags })).load();
    for (const name of ['bits', 'config', 'matrix', 'nest', 'color', 'raw', 'ratio', 'wide', 'primes', 'yes', 'counter']) {
      const values = program.values(name);
      const paths = Object.keys(values);
      const own = paths.map((path) => values[path]);
      const theirs = gdb(program.path, paths.map((path) => `${name}${path}`)).map((text, i) => text.replace(/^(-?\d+) ('.*')$/, own[i]?.startsWith("'") ? '$2' : '$1'));
      // gdb prints a char as code and letter, a float to nine digits: both are brought to the shorter form.
      const norm = (text: string | undefined): string => String(Number.isNaN(Number(text)) ? text : Math.fround(Number(text)));
      expect([name, ...own.map(norm)]).toEqual([name, ...theirs.map(norm)]);
    }
  });
});

it('names types as gdb does', async () => {
  const program = await new Program(compileC(C, { name: 'dwarf', flags: ['-g'] })).load();
  for (const name of ['config', 'primes', 'sentinel', 'words', 'operation', 'color', 'counter', 'matrix', 'wide', 'bits']) {
    const theirs = execFileSync('gdb', ['-nx', '-q', '-batch', '-ex', `whatis ${name}`, program.path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    expect(`${name}: type = ${program.typeName(name)}`).toBe(`${name}: ${theirs}`);
  }
  expect(program.of('calls').inFunction).toBe('main');
});

it('shows holes where `ptype /o` shows them', async () => {
  const program = await new Program(compileC(C, { name: 'dwarf', flags: ['-g'] })).load();
  const holes = (name: string): string[] => program.fields(name).filter(({ role }) => role === 'padding').map(({ offsetBytes, sizeBytes }) => `${offsetBytes}+${sizeBytes}`);
  expect(holes('config')).toEqual([]);
  expect(holes('nest')).toEqual(['1+1', '6+2']);
  const text = execFileSync('gdb', ['-nx', '-q', '-batch', '-ex', 'ptype /o struct nest', program.path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect([...text.matchAll(/XXX +(\d+)-byte hole/g)].map(([, size]) => size)).toEqual(['1', '2']);
});

const CPP = `
#include <cstddef>
#include <cstdio>
#include <string>
namespace outer {
  namespace { int hidden = 5; }
  struct Base { virtual ~Base() {} int b = 7; };
  class Derived : public Base { public: static int count; char tag = 'd'; double d = 1.5; };
  int Derived::count = 9;
  Derived derived;
  enum class Color : unsigned char { red, green = 7 };
  Color color = Color::green;
}
template <typename T> struct Pair { T first; T second; };
Pair<short> pair = { 3, -4 };
int numbers[2] = { 1, 2 };
int &reference = numbers[1];
int outer::Derived::*unused = nullptr;
int counter() { static int calls = 3; return calls++; }
int main() { counter(); outer::hidden++; std::printf("%zu\\n", sizeof(outer::derived)); }
`;

it.each([['-gdwarf-5'], ['-gdwarf-4'], ['-gdwarf-5 -fdebug-types-section']])('reads C++ built with %s: namespaces, bases, static members, references', async (flags) => {
  const program = await new Program(compileCpp(CPP, { name: 'dwarf', flags: flags.split(' ') })).load();
  const derived = program.fields('outer::derived').map(({ path, offsetBytes, sizeBytes, role }) => `${role === 'padding' ? 'hole' : path} ${offsetBytes} ${sizeBytes}`);
  expect(derived).toEqual(['._vptr.Base 0 8', '.b 8 4', '.tag 12 1', 'hole 13 3', '.d 16 8']);
  expect(gdb(program.path, ['(long)&outer::derived.d-(long)&outer::derived', '(long)&outer::Derived::count', '(long)sizeof(pair)', '(long)&pair.second-(long)&pair']))
    .toEqual(['16', String(program.of('outer::Derived::count').address), String(program.of('pair').sizeBytes), '2']);
  expect(program.values('outer::color')).toEqual({ '': 'green' });
  expect(program.values('pair')).toEqual({ '.first': '3', '.second': '-4' });
  expect(program.typeName('outer::derived')).toBe('outer::Derived');
  expect(program.typeName('pair')).toBe('Pair<short int>');
  expect(program.typeName('reference')).toBe('int &');
  expect(program.of('calls').inFunction).toBe('counter');
  expect(program.names).toContain('outer::(anonymous namespace)::hidden');
});

const RUST = `
use std::mem::offset_of;
enum Shape { Empty, Circle(f32), Rect { w: u16, h: u32 } }
#[repr(u8)] enum Level { Low = 1, High = 9 }
struct Item { id: u8, name: &'static str, next: Option<&'static u32>, ratio: f64 }
static NUM: u32 = 77;
static mut ITEM: Item = Item { id: 3, name: "gear", next: Some(&NUM), ratio: 2.5 };
static mut SHAPE: Shape = Shape::Rect { w: 4, h: 5 };
static mut ROUND: Shape = Shape::Circle(1.5);
static mut LEVEL: Level = Level::High;
static mut TABLE: [(u8, u32); 3] = [(1, 2), (3, 4), (5, 6)];
static mut LETTER: char = 'é';
mod inner { pub static mut COUNT: i64 = -4; }
fn main() { unsafe {
  println!("id {}\\nname {}\\nnext {}\\nratio {}\\nitem {}\\nshape {}", offset_of!(Item, id), offset_of!(Item, name), offset_of!(Item, next), offset_of!(Item, ratio), size_of::<Item>(), size_of::<Shape>());
  for p in [&raw const ITEM as usize, &raw const SHAPE as usize, &raw const ROUND as usize, &raw const LEVEL as usize, &raw const TABLE as usize, &raw const LETTER as usize, &raw const inner::COUNT as usize] { if p == 0 { return; } }
  SHAPE = Shape::Empty; LEVEL = Level::Low;
} }
`;

it.runIf(hasRust())('reads Rust: reordered structs, enums with data, tuples, char', async () => {
  const path = compileRust(RUST, { name: 'dwarf', flags: ['-g'] });
  const program = await new Program(path).load();
  const told = new Map(execFileSync(path, { encoding: 'utf8' }).trim().split('\n').map((line) => line.split(' ') as [string, string]));
  const item = program.types[program.of('dwarf::ITEM'.replace('dwarf', crateOf(program))).type];
  if (item?.kind !== 'record') throw new Error('ITEM is no record');
  for (const member of item.members) expect(`${member.name} ${member.offsetBytes}`).toBe(`${member.name} ${told.get(member.name)}`);
  const crate = crateOf(program);
  expect(String(program.of(`${crate}::ITEM`).sizeBytes)).toBe(told.get('item'));
  expect(String(program.of(`${crate}::SHAPE`).sizeBytes)).toBe(told.get('shape'));
  expect(Object.values(program.values(`${crate}::SHAPE`))).toEqual(expect.arrayContaining(['4', '5']));
  expect(Object.values(program.values(`${crate}::ROUND`))).toContain('1.5');
  expect(program.values(`${crate}::LEVEL`)).toEqual({ '': 'High' });
  expect(program.values(`${crate}::TABLE`)).toMatchObject({ '[0].__0': '1', '[0].__1': '2', '[2].__1': '6' });
  expect(program.values(`${crate}::LETTER`)).toEqual({ '': "'é'" });
  expect(program.values(`${crate}::inner::COUNT`)).toEqual({ '': '-4' });
});

function crateOf(program: Program): string {
  const name = program.names.find((one) => one.endsWith('::ITEM'));
  if (name === undefined) throw new Error('ITEM is not there');
  return name.slice(0, -'::ITEM'.length);
}
