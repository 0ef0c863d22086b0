import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { PERM_MAPPED } from '../../../shared/model/region-table.ts';
import type { RegionKind } from '../../../shared/model/region.ts';
import { ModuleStore } from '../../elf/module-store.ts';
import { compileC, compileRust, hasRust, programSource } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { Picture } from '../target.ts';
import { openLiveTarget, type LiveTarget } from './live-target.ts';

/** Programs print where their objects are; the picture must say what is there. */
const KIND_OF_OBJECT: Readonly<Record<string, RegionKind>> = {
  main_report: 'text', add_one: 'text', fixed_table: 'rodata', greeting: 'rodata', filled_counter: 'data', private_counter: 'data', empty_counter: 'bss', empty_block: 'bss',
  empty_block_end: 'bss', heap: 'heap', big_heap: 'anon', anonymous: 'anon', fenced: 'reserved', stack: 'stack',
};

const store = new ModuleStore();
const open: { program: RunningProgram; target: LiveTarget }[] = [];

async function look(path: string, args: readonly string[] = []): Promise<{ program: RunningProgram; target: LiveTarget; picture: Picture }> {
  const program = await runProgram(path, args);
  const target = await openLiveTarget(program.pid, store);
  open.push({ program, target });
  return { program, target, picture: await target.readPicture() };
}

afterEach(async () => {
  for (const { program, target } of open.splice(0)) {
    target.dispose();
    // eslint-disable-next-line no-await-in-loop -- a handful of programs
    await program.stop();
  }
});

function kindsOf(picture: Picture, program: RunningProgram, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, picture.regions.regionAt(toAddress(program.address(key)))?.kind ?? 'none']));
}

const LINKINGS = [['pie', ['-fPIE', '-pie']], ['no-pie', ['-no-pie']], ['static', ['-static']], ['static-pie', ['-static-pie']]] as const;
const matrix = LINKINGS.flatMap(([linking, link]) => (['-O0', '-O2'] as const).flatMap((level) => ([[], ['-s']] as const).map((strip) => ({
  name: `${linking} ${level}${strip.length > 0 ? ' stripped' : ''}`, flags: [level, ...strip, ...link],
}))));

describe('kinds of what a program placed itself', () => {
  const source = readFileSync(programSource('regions.c'), 'utf8');

  it.each(matrix)('C, $name', async ({ flags }) => {
    const { program, picture } = await look(compileC(source, { name: 'regions', flags }));
    expect(kindsOf(picture, program, Object.keys(KIND_OF_OBJECT))).toEqual(KIND_OF_OBJECT);
    for (const key of ['main_report', 'fixed_table', 'filled_counter', 'empty_counter', 'empty_block_end']) {
      expect(picture.regions.regionAt(toAddress(program.address(key)))?.module).toMatchObject({ role: 'program', path: expect.stringContaining('regions') });
    }
    checkAgainstKernel(picture, program.pid);
  });

  it.each([['-Wl,-z,noseparate-code'], ['-Wl,-z,norelro'], ['-Wl,-z,now'], ['-Wl,-z,max-page-size=0x200000']])('C, linked with %s', async (...flags) => {
    const { program, picture } = await look(compileC(source, { name: 'regions', flags }));
    const expected = { ...KIND_OF_OBJECT };
    expect(kindsOf(picture, program, Object.keys(expected))).toEqual(expected);
    checkAgainstKernel(picture, program.pid);
  });

  it('C, with the heap right after .bss because addresses are not randomised', async () => {
    const { program, picture } = await look('/usr/bin/setarch', ['-R', compileC(source, { name: 'regions', flags: ['-static'] })]);
    expect(kindsOf(picture, program, Object.keys(KIND_OF_OBJECT))).toEqual(KIND_OF_OBJECT);
    checkAgainstKernel(picture, program.pid);
  });

  it.runIf(hasRust())('Rust', async () => {
    const rust = readFileSync(programSource('regions.rs'), 'utf8');
    const { program, picture } = await look(compileRust(rust, { name: 'regions-rs' }));
    const keys = [...program.facts.keys()].filter((key) => key in KIND_OF_OBJECT);
    expect(keys.length).toBeGreaterThan(5);
    expect(kindsOf(picture, program, keys)).toEqual(Object.fromEntries(keys.map((key) => [key, KIND_OF_OBJECT[key]])));
    checkAgainstKernel(picture, program.pid);
  });
});

/** The kernel's list of mappings, read by the test itself, against the picture: nothing lost, nothing invented, no byte with two kinds, no gap in the space. */
function checkAgainstKernel(picture: Picture, pid: number): void {
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').filter(Boolean).map((line) => {
    const [range = '', perms = ''] = line.split(' ');
    const [start = '', end = ''] = range.split('-');
    return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), perms };
  });
  expect(picture.mappingCount).toBe(lines.length);
  const pieces: { start: bigint; end: bigint; perms: string }[] = [];
  let at = 0n;
  for (const region of picture.regions) {
    expect(region.start).toBe(at);
    at = region.end;
    if (region.perms === '') continue;
    const last = pieces.at(-1);
    const line = lines.find((candidate) => candidate.start <= region.start && region.end <= candidate.end);
    if (last && last.end === region.start && line && line.start < region.start) last.end = region.end;
    else pieces.push({ start: region.start, end: region.end, perms: region.perms });
  }
  expect(at).toBe(1n << 64n);
  expect(pieces).toEqual(lines);
}

const THREADS = String.raw`
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
static pthread_barrier_t ready;
static volatile int spin_on = 1;
static void *worker(void *name) {
  int local = 0;
  void *stack; size_t size, guard;
  pthread_attr_t attr;
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstack(&attr, &stack, &size);
  pthread_attr_getguardsize(&attr, &guard);
  char *block = malloc(1000);
  flockfile(stdout);
  printf("%s_tid %d\n%s_local %p\n%s_stack %p\n%s_end %p\n%s_guard %p\n%s_malloc %p\n", (char *)name, (int)syscall(SYS_gettid), (char *)name, (void *)&local,
         (char *)name, stack, (char *)name, (void *)((char *)stack + size), (char *)name, (void *)((char *)stack - guard), (char *)name, (void *)block);
  funlockfile(stdout);
  pthread_barrier_wait(&ready);
  if (strcmp(name, "busy") == 0) while (spin_on) { }
  pause();
  return NULL;
}
int main(void) {
  pthread_barrier_init(&ready, NULL, 4);
  pthread_t thread;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 256 * 1024);
  pthread_attr_setguardsize(&small, 5 * 4096);
  pthread_create(&thread, NULL, worker, "plain");
  pthread_create(&thread, &small, worker, "small");
  pthread_create(&thread, NULL, worker, "busy");
  pthread_barrier_wait(&ready);
  printf("ready\n");
  fflush(stdout);
  getchar();
  return 0;
}`;

describe('threads and arenas', () => {
  it.each([[['-pie', '-fPIE']], [['-static']]] as const)('finds stacks with their thread, guards and arenas (%s)', async (flags) => {
    const { program, picture } = await look(compileC(THREADS, { name: 'threads', flags }));
    for (const name of ['plain', 'small', 'busy']) {
      const tid = Number(program.facts.get(`${name}_tid`));
      const at = (key: string, delta = 0n): ReturnType<Picture['regions']['regionAt']> => picture.regions.regionAt(toAddress(program.address(`${name}_${key}`) + delta));
      expect(at('local')).toMatchObject({ kind: 'thread-stack', tid, start: program.address(`${name}_stack`), end: program.address(`${name}_end`) });
      expect(at('guard')).toMatchObject({ kind: 'guard', tid, end: program.address(`${name}_stack`) });
      expect(at('malloc')?.kind).toBe('arena');
      const row = picture.regions.indexAt(toAddress(program.address(`${name}_local`)));
      expect(picture.evidenceOf(row).some((evidence) => evidence.source === 'memory' && evidence.text.includes(String(tid)))).toBe(true);
    }
    checkAgainstKernel(picture, program.pid);
  });
});

const LARGE_ARENA = String.raw`
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static pthread_barrier_t ready;
static void *worker(void *unused) {
  for (int i = 0; i < 1500; i++) {
    char *block = malloc(100000);
    memset(block, 'x', 100000);
    if (i % 100 == 0) printf("block%d %p\n", i, (void *)block);
  }
  pthread_barrier_wait(&ready);
  pause();
  return unused;
}
int main(void) {
  pthread_barrier_init(&ready, NULL, 2);
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  pthread_barrier_wait(&ready);
  printf("ready\n");
  fflush(stdout);
  getchar();
  return 0;
}`;

it('follows an arena through all of its heaps', async () => {
  const { program, picture } = await look(compileC(LARGE_ARENA, { name: 'arena' }));
  const keys = [...program.facts.keys()].filter((key) => key.startsWith('block'));
  expect(keys).toHaveLength(15);
  expect(new Set(Object.values(kindsOf(picture, program, keys)))).toEqual(new Set(['arena']));
  // 150 MB do not fit into two heaps of 64 MiB.
  expect(new Set(keys.map((key) => program.address(key) >> 26n)).size).toBeGreaterThan(2);
  checkAgainstKernel(picture, program.pid);
});

const EVERYTHING = String.raw`
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>
#define P(name, flags, prot, fd) printf(name " %p\n", mmap(NULL, 8192, prot, flags, fd, 0))
int main(int argc, char **argv) {
  int file = open(argv[1], O_RDWR | O_CREAT, 0600), odd = open(argv[2], O_RDWR | O_CREAT, 0600), gone = open(argv[3], O_RDWR | O_CREAT, 0600), memfd = memfd_create("a b", 0);
  ftruncate(file, 8192); ftruncate(odd, 8192); ftruncate(gone, 8192); ftruncate(memfd, 8192);
  unlink(argv[3]);
  int segment = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600);
  P("jit_wx", MAP_PRIVATE | MAP_ANONYMOUS, 7, -1);
  P("jit_rx", MAP_PRIVATE | MAP_ANONYMOUS, 5, -1);
  P("anon_ro", MAP_PRIVATE | MAP_ANONYMOUS, 1, -1);
  P("reserved", MAP_PRIVATE | MAP_ANONYMOUS, 0, -1);
  P("shm_anonymous", MAP_SHARED | MAP_ANONYMOUS, 3, -1);
  P("shm_memfd", MAP_SHARED, 3, memfd);
  P("file_private", MAP_PRIVATE, 3, file);
  P("file_shared", MAP_SHARED, 3, file);
  P("file_odd", MAP_SHARED, 3, odd);
  P("file_gone", MAP_SHARED, 3, gone);
  printf("shm_sysv %p\n", shmat(segment, NULL, 0));
  shmctl(segment, IPC_RMID, NULL);
  printf("ready\n"); fflush(stdout); getchar();
  return 0;
}`;

describe('other mappings', () => {
  it('tells them by name, permissions and sharing', async () => {
    const path = compileC(EVERYTHING, { name: 'everything' });
    const { program, picture } = await look(path, [`${path}.file`, `${path}.odd (deleted)`, `${path}.gone`]);
    const at = (key: string): ReturnType<Picture['regions']['regionAt']> => picture.regions.regionAt(toAddress(program.address(key)));
    const expected: Record<string, RegionKind> = {
      jit_wx: 'jit', jit_rx: 'jit', anon_ro: 'anon', reserved: 'reserved', shm_anonymous: 'shm', shm_memfd: 'shm', file_private: 'file-private', file_shared: 'file-shared',
      file_odd: 'file-shared', file_gone: 'file-shared', shm_sysv: 'shm',
    };
    expect(kindsOf(picture, program, Object.keys(expected))).toEqual(expected);
    expect(at('shm_memfd')?.label).toBe('memfd a b');
    expect(at('file_odd')?.label).toMatch(/odd \(deleted\)$/);
    expect(at('file_gone')?.label).toMatch(/gone$/);
    expect(at('file_gone')?.path).toMatch(/gone \(deleted\)$/);
    checkAgainstKernel(picture, program.pid);
  });

  it('reads a program whose file is gone or replaced', async () => {
    const { unlinkSync, writeFileSync } = await import('node:fs');
    const path = compileC(readFileSync(programSource('regions.c'), 'utf8'), { name: 'vanishing' });
    const program = await runProgram(path);
    unlinkSync(path);
    writeFileSync(path, 'something else');
    const target = await openLiveTarget(program.pid, store);
    open.push({ program, target });
    const picture = await target.readPicture();
    expect(kindsOf(picture, program, Object.keys(KIND_OF_OBJECT))).toEqual(KIND_OF_OBJECT);
    expect(picture.regions.regionAt(toAddress(program.address('add_one')))?.module).toEqual({ path, role: 'program' });
  });

  it('sums up as the kernel does', async () => {
    const { program, picture } = await look(compileC(readFileSync(programSource('regions.c'), 'utf8'), { name: 'regions' }));
    const status = readFileSync(`/proc/${program.pid}/status`, 'latin1');
    const kib = Number(/^VmSize:\s+(\d+) kB$/m.exec(status)?.[1]);
    expect(picture.virtualBytes).toBe(BigInt(kib) * 1024n);
    let sum = 0n;
    for (const region of picture.regions) if (region.perms !== '' && region.kind !== 'vsyscall') sum += region.end - region.start;
    expect(sum).toBe(picture.virtualBytes);
    expect(picture.regions.columns.perms.some((bits) => (bits & PERM_MAPPED) === 0)).toBe(true);
    expect(picture.programBreak).toBe(picture.regions.regionAt(toAddress(program.address('heap')))?.end);
  });
});
