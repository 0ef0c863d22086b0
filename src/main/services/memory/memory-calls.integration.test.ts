import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { fieldsIn } from '../../../shared/analysis/typed/flatten.ts';
import { formatField } from '../../../shared/analysis/typed/format-value.ts';
import { unsignedOf } from '../../../shared/analysis/typed/numbers.ts';
import { compileC, compileCpp, compileRust, hasRust } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { LiveHost } from '../testing/live-host.ts';
import { readMemory, until } from '../testing/process-truth.ts';

const SOURCE = `
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
typedef struct node { struct node *next; int id; char name[12]; } node_t;
typedef struct { unsigned port; unsigned short flags, retries; double timeout; } config_t;
config_t config = { 8080, 3, 5, 2.5 };
volatile int input = 1, output = 0;
volatile int made = 0;
const int fixed = 77;
node_t third = { NULL, 3, "third" };
node_t second = { &third, 2, "second" };
node_t first = { &second, 1, "first" };
node_t *head = &first;
node_t ring_b, ring_a = { &ring_b, 1, "a" };
node_t ring_b = { &ring_a, 2, "b" };
const char *greeting = "Hello, memory";
void *deep[12];
__attribute__((noipa)) int number(void) { return 0x11223344; }
int main(void) {
  for (int i = 0; i < 11; i++) deep[i] = &deep[i + 1];
  char *area = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  area[0] = 1; area[10 * 4096] = 2;
  mprotect(area + 5 * 4096, 4096, PROT_NONE);
  node_t *heap = calloc(1, sizeof *heap); strcpy(heap->name, "on the heap"); heap->next = &first;
  static node_t *via; via = heap;
  char *readable = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  printf("config %p\\nconfig.port %zu\\nconfig.flags %zu\\nconfig.retries %zu\\nconfig.timeout %zu\\n", (void *)&config, offsetof(config_t, port), offsetof(config_t, flags), offsetof(config_t, retries), offsetof(config_t, timeout));
  printf("input %p\\noutput %p\\nmade %p\\nfixed %p\\nnumber %p\\n", (void *)&input, (void *)&output, (void *)&made, (void *)&fixed, (void *)number);
  printf("head %p\\nfirst %p\\nsecond %p\\nthird %p\\nring_a %p\\nring_b %p\\ngreeting %p\\ntext %p\\ndeep %p\\narea %p\\nvia %p\\nheap %p\\nshared %p\\nready\\n",
    (void *)&head, (void *)&first, (void *)&second, (void *)&third, (void *)&ring_a, (void *)&ring_b, (void *)&greeting, (void *)greeting, (void *)deep, (void *)area, (void *)&via, (void *)heap, (void *)readable);
  fflush(stdout);
  for (;;) { output = input; made = number(); usleep(1000); }
}`;

let host: LiveHost;
let program: RunningProgram;
let sessionId = '';

beforeAll(async () => {
  host = new LiveHost();
  program = await runProgram(compileC(SOURCE, { name: 'memory', flags: ['-g', '-O1', '-pie', '-fPIE'] }));
  ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
});
afterAll(async () => {
  await host.dispose();
  await program.stop();
});

const at = (key: string): Address => toAddress(program.address(key));
/** What the kernel gives of the process now, apart from the product's code. */
const truth = (key: string, count: number): number[] => [...readMemory(program.pid, at(key), count)];
const int32 = (key: string): number => new DataView(Uint8Array.from(truth(key, 4)).buffer).getInt32(0, true);
const i32 = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const write = (start: Address, bytes: Uint8Array, privateCopy = false) => host.calls.memory.write({ sessionId, start, bytes, privateCopy, label: 'test' }, host.context);

describe('edits', () => {
  it('are seen by the running program, and undone and done again', async () => {
    const { done } = await write(at('input'), i32(1234));
    expect(done.at(-1)).toMatchObject({ start: at('input'), lengthBytes: 4 });
    await until('the program copies what was written', () => int32('output') === 1234);
    await host.calls.memory.undo({ sessionId }, host.context);
    await until('the program copies the old value', () => int32('output') === 1);
    await host.calls.memory.redo({ sessionId }, host.context);
    await until('the program copies the new value again', () => int32('output') === 1234);
    await host.calls.memory.undoAll({ sessionId }, host.context);
    expect(int32('input')).toBe(1);
  });

  it('of code ask first, then change what the running program does, and leave the file alone', async () => {
    const code = readMemory(program.pid, at('number'), 16);
    const immediate = code.findIndex((byte, i) => byte === 0x44 && code[i + 1] === 0x33 && code[i + 2] === 0x22 && code[i + 3] === 0x11);
    expect(immediate).toBeGreaterThan(0);
    const place = toAddress(at('number') + BigInt(immediate));
    const plan = await host.calls.memory.planWrite({ sessionId, start: place, lengthBytes: 4 }, host.context);
    expect(plan.verdict).toBe('confirm');
    expect(plan.words).toContain('private copy');
    await expect(write(place, i32(7))).rejects.toMatchObject({ code: 'needs-confirmation' });
    expect(int32('made')).toBe(0x11223344);
    await write(place, i32(7), true);
    await until('the program returns what was written into its code', () => int32('made') === 7);
    await host.calls.memory.undoAll({ sessionId }, host.context);
    await until('the program returns its own number', () => int32('made') === 0x11223344);
  });

  it('are refused in words where nothing is mapped, and where the kernel would refuse', async () => {
    await expect(write(toAddress(0x1000n), i32(1))).rejects.toMatchObject({ code: 'unmapped' });
    await expect(write(at('shared'), i32(1), true)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('shared') });
    await expect(host.calls.memory.undo({ sessionId }, host.context)).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('across the end of a mapping write nothing', async () => {
    const before = truth('area', 4);
    const start = toAddress(at('area') + 64n * 4096n - 2n);
    const plan = await host.calls.memory.planWrite({ sessionId, start, lengthBytes: 4 }, host.context);
    if (plan.verdict === 'refused') await expect(write(start, i32(-1), true)).rejects.toMatchObject({ code: 'unmapped' });
    expect(truth('area', 4)).toEqual(before);
  });
});

describe('pointer chains', () => {
  const chain = (key: string) => host.calls.memory.chain({ sessionId, address: at(key), hops: 8 }, host.context);

  it('follow the program\'s own list to its null', async () => {
    const { hops, end } = await chain('head');
    expect(hops.map(({ address }) => address)).toEqual([at('head'), at('first'), at('second'), at('third')]);
    expect(hops.map(({ symbol }) => symbol?.name)).toEqual(['head', 'first', 'second', 'third']);
    expect(end).toEqual({ why: 'null' });
  });

  it('end at text, notice a loop, and stop after eight hops', async () => {
    const text = await chain('greeting');
    expect(text.hops.map(({ address }) => address)).toEqual([at('greeting'), at('text')]);
    expect(text.hops[1]?.text).toEqual({ text: 'Hello, memory', cut: false });
    expect(text.end).toEqual({ why: 'text' });
    const loop = await chain('ring_a');
    expect(loop.hops.map(({ address }) => address)).toEqual([at('ring_a'), at('ring_b')]);
    expect(loop.end).toEqual({ why: 'loop', to: 0 });
    const long = await chain('deep');
    expect(long.hops).toHaveLength(9);
    expect(long.end).toEqual({ why: 'long' });
  });

  it('lead through the heap, whose kind is told', async () => {
    const { hops } = await chain('via');
    expect(hops[1]).toMatchObject({ address: at('heap'), kind: 'heap' });
    expect(hops[2]?.address).toBe(at('first'));
  });

  it('say of many values at once what they point into', async () => {
    const { pointees } = await host.calls.memory.pointees({ sessionId, values: [at('text'), at('heap'), at('first'), toAddress(8080n)] }, host.context);
    expect(pointees[0]?.text?.text).toBe('Hello, memory');
    expect(pointees[1]?.kind).toBe('heap');
    expect(pointees[2]?.symbol).toEqual({ name: 'first', offset: 0n });
    expect(pointees[3]).toBeNull();
  });
});

describe('typed variables', () => {
  it('lie where the program says, member by member, with the bytes it holds', async () => {
    const { variables, types } = await host.calls.memory.variables({ sessionId, start: at('config'), lengthBytes: 16, limit: 100 }, host.context);
    const config = variables.find(({ name }) => name === 'config');
    expect(config?.address).toBe(at('config'));
    const fields = fieldsIn(types, config?.type ?? -1, 0, 16, 100, () => undefined);
    for (const { path, offsetBytes } of fields) expect(`${path} ${offsetBytes}`).toBe(`${path} ${program.facts.get(`config${path}`)}`);
    const bytes = Uint8Array.from(truth('config', 16));
    expect(fields.map((field) => formatField(types, field, bytes.subarray(field.offsetBytes, field.offsetBytes + field.sizeBytes), () => undefined).text)).toEqual(['8080', '3', '5', '2.5']);
  });

  const GRAPH = { cpp: `
#include <cstdio>
#include <unistd.h>
namespace app { struct Leaf { virtual ~Leaf() {} int value = 9; }; struct Tree { char tag = 't'; Leaf *leaf; double weight = 0.25; }; Leaf leaf; Tree tree; Tree *root = &tree; }
int main() { app::tree.leaf = &app::leaf; std::printf("root %p\\ntree %p\\nleaf %p\\nweight %zu\\nready\\n", (void *)&app::root, (void *)&app::tree, (void *)&app::leaf, (size_t)((char *)&app::tree.weight - (char *)&app::tree)); std::fflush(stdout); pause(); }`,
  rust: `
use std::mem::offset_of;
struct Tree { tag: u8, leaf: &'static u32, weight: f64 }
static LEAF: u32 = 9;
static mut TREE: Tree = Tree { tag: b't', leaf: &LEAF, weight: 0.25 };
static mut ROOT: *const Tree = std::ptr::null();
fn main() { unsafe { ROOT = &raw const TREE; TREE.tag = b'u'; println!("root {:p}\\ntree {:p}\\nleaf {:p}\\nweight {}\\nready", &raw const ROOT, &raw const TREE, &LEAF, offset_of!(Tree, weight)); }
  use std::io::Write; std::io::stdout().flush().unwrap(); let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); }` };

  it.each([['C++', 'cpp'], ...(hasRust() ? [['Rust', 'rust']] : [])] as [string, 'cpp' | 'rust'][])('and pointer graphs of %s equal what the program prints', async (_, language) => {
    const other = await runProgram(language === 'cpp' ? compileCpp(GRAPH.cpp, { name: 'graph', flags: ['-g'] }) : compileRust(GRAPH.rust, { name: 'graph', flags: ['-g'] }));
    try {
      const session = await host.calls.sessions.observe({ pid: other.pid }, host.context);
      const place = (key: string): Address => toAddress(other.address(key));
      const { variables, types } = await host.calls.memory.variables({ sessionId: session.sessionId, start: place('tree'), lengthBytes: 24, limit: 100 }, host.context);
      const tree = variables.find(({ address }) => address === place('tree'));
      expect(tree?.name).toMatch(/::(tree|TREE)$/);
      const weight = fieldsIn(types, tree?.type ?? -1, 0, 24, 50, () => undefined).find(({ path }) => path === '.weight');
      expect(weight?.offsetBytes).toBe(Number(other.facts.get('weight')));
      const { hops } = await host.calls.memory.chain({ sessionId: session.sessionId, address: place('root'), hops: 8 }, host.context);
      expect(hops.slice(0, 2).map(({ address }) => address)).toEqual([place('root'), place('tree')]);
      const raw = readMemory(other.pid, place('tree'), 24);
      const pointers = fieldsIn(types, tree?.type ?? -1, 0, 24, 50, () => undefined).filter(({ type }) => types[type]?.kind === 'pointer');
      expect(pointers.map(({ offsetBytes }) => unsignedOf(Uint8Array.from(raw.subarray(offsetBytes, offsetBytes + 8))))).toEqual([place('leaf')]);
      await host.calls.sessions.close({ sessionId: session.sessionId }, host.context);
    } finally {
      await other.stop();
    }
  });
});

describe('files beside memory', () => {
  it('have the bytes that stand in the file, and the relocations that explain the others', async () => {
    const start = at('greeting');
    const { ranges, relocations } = await host.calls.memory.onDisk({ sessionId, start, lengthBytes: 8 }, host.context);
    const [range] = ranges;
    if (range?.kind !== 'file') throw new Error('not in a file');
    expect([...range.bytes]).toEqual([...readFileSync(`/proc/${program.pid}/exe`).subarray(Number(range.fileOffset), Number(range.fileOffset) + 8)]);
    expect(relocations).toMatchObject([{ address: start, type: 'R_X86_64_RELATIVE', sizeBytes: 8 }]);
    // The loader writes bias + addend there (psABI, R_X86_64_RELATIVE).
    const { loadBias } = await host.calls.map.describe({ sessionId, address: start }, host.context);
    expect((relocations[0]?.addend ?? 0n) + (loadBias ?? 0n)).toBe(unsignedOf(Uint8Array.from(truth('greeting', 8))));
  });
});

describe('holes and pages nobody touched', () => {
  const presentPages = async (): Promise<number[]> => {
    const pages: number[] = [];
    const { openSync, readSync, closeSync } = await import('node:fs');
    const fd = openSync(`/proc/${program.pid}/pagemap`, 'r');
    const words = Buffer.alloc(64 * 8);
    readSync(fd, words, 0, words.length, Number(at('area') >> 12n) * 8);
    closeSync(fd);
    for (let page = 0; page < 64; page++) if (words.readBigUInt64LE(page * 8) >> 63n === 1n) pages.push(page);
    return pages;
  };

  it('are read round, told apart, and not made present by looking, naming or following', async () => {
    expect(await presentPages()).toEqual([0, 10]);
    const { ranges } = await host.calls.memory.read({ sessionId, start: at('area'), lengthBytes: 64 * 4096, touchNotPresent: false }, host.context);
    expect(ranges.filter(({ kind }) => kind === 'valid').map(({ start }) => Number(start - at('area')) / 4096)).toEqual([0, 10]);
    expect(ranges.every(({ kind }) => kind === 'valid' || kind === 'not-present')).toBe(true);
    const untouched = toAddress(at('area') + 3n * 4096n);
    await host.calls.memory.chain({ sessionId, address: untouched, hops: 8 }, host.context);
    await host.calls.memory.pointees({ sessionId, values: [untouched] }, host.context);
    await host.calls.memory.variables({ sessionId, start: at('area'), lengthBytes: 64 * 4096, limit: 10 }, host.context);
    await host.calls.memory.onDisk({ sessionId, start: at('area'), lengthBytes: 64 * 4096 }, host.context);
    expect(await presentPages()).toEqual([0, 10]);
  });
});
