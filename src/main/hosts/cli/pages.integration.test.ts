import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { WhereJson } from './json.ts';
import type { PageRunJson } from './pages-command.ts';
import { captureReal } from './testing/capture-real.ts';

const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
const char fixed[] = "constant";
int filled = 7;
__attribute__((noinline)) int returns(int x) { char room[32]; snprintf(room, sizeof room, "%d", x); return room[0]; }
int main(void) {
  returns(3);
  char *p = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = 1;
  p[4096] = 1;
  (void)*(volatile char *)(p + 3 * 4096);
  char *both = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *reserved = mmap(0, 1L << 40, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  filled++;
  printf("block %p\\nboth %p\\nreserved %p\\nfixed %p\\nfilled %p\\nmain %p\\nready\\n", (void *)p, (void *)both, (void *)reserved, (void *)fixed, (void *)&filled, (void *)main);
  fflush(stdout);
  for (;;) pause();
}`;

let program: RunningProgram;
let path: string;

beforeAll(async () => {
  path = compileC(SOURCE, { name: 'pages', flags: ['-O1', '-fPIE', '-pie', '-fstack-protector-all', '-Wl,-z,relro,-z,now'] });
  program = await runProgram(path);
});
afterAll(() => program.stop());

async function json<T>(...argv: string[]): Promise<T> {
  const { out, err } = await captureReal(...argv, '--json');
  expect(err).toBe('');
  return JSON.parse(out) as T;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

describe('pages', () => {
  test('states of a block that was written, read and left alone', async () => {
    const block = program.address('block');
    const { ranges } = await json<{ ranges: PageRunJson[] }>('pages', String(program.pid), `${hex(block)}-${hex(block + 8n * 4096n)}`);
    expect(ranges.map(({ start, pages, state, perms }) => [BigInt(start) - block, pages, state, perms])).toEqual([
      [0n, 2, 'anonymous', 'rw-p'], [8192n, 1, 'absent', 'rw-p'], [12288n, 1, expect.stringMatching(/^zero-(?:page|or-shared)$/), 'rw-p'], [16384n, 4, 'absent', 'rw-p'],
    ]);
  });

  test('a terabyte of reserved space is one line and is not walked', async () => {
    const { ranges } = await json<{ ranges: PageRunJson[] }>('pages', String(program.pid), 'reserved');
    expect(ranges.find(({ start }) => BigInt(start) === program.address('reserved'))).toMatchObject({ pages: 2 ** 28, state: 'reserved', perms: '---p' });
  });

  test('a location stands for its page, a kind for its regions, and every page of the process is told once', async () => {
    const one = await json<{ ranges: PageRunJson[] }>('pages', String(program.pid), 'filled');
    expect(one.ranges).toMatchObject([{ pages: 1, state: 'private-copy', kind: expect.stringMatching(/data|bss/) }]);
    const all = (await json<{ ranges: PageRunJson[] }>('pages', String(program.pid))).ranges;
    const mapped = readFileSync(`/proc/${program.pid}/maps`, 'utf8').trim().split('\n').map((line) => line.split(' ')[0]?.split('-').map((end) => BigInt(`0x${end}`)) ?? []);
    const sum = (pairs: readonly (readonly bigint[])[]): bigint => pairs.reduce((total, [start = 0n, end = 0n]) => total + (end - start), 0n);
    expect(all.reduce((total, { pages }) => total + BigInt(pages) * 4096n, 0n)).toBe(sum(mapped));
    const heap = await captureReal('pages', String(program.pid), 'stack');
    expect(heap.out).toMatch(/^START +END +PAGES +SIZE +PERM +STATE/);
    expect((await captureReal('pages', String(program.pid), 'arena')).code).toBe(1);
    expect(await captureReal('pages', String(program.pid), '0x1000-0x2000')).toMatchObject({ code: 1, out: 'Nothing is mapped there.\n' });
  });
});

describe('where --json', () => {
  test('tells page and access', async () => {
    const answers = await json<WhereJson[]>('where', String(program.pid), ...['block', 'fixed', 'main', 'filled', 'reserved'].map((key) => hex(program.address(key))), '0x8000000000000');
    const outcomes = answers.map(({ page, access: { read, write, execute } }) => [page?.state ?? null, ...[read, write, execute].map(({ outcome, signal, code }) => [outcome, signal, code].filter(Boolean).join(' '))]);
    expect(outcomes).toEqual([
      ['anonymous', 'ok', 'ok', 'fault SIGSEGV SEGV_ACCERR'],
      ['file', 'ok', 'fault SIGSEGV SEGV_ACCERR', 'fault SIGSEGV SEGV_ACCERR'],
      ['file', 'ok', 'fault SIGSEGV SEGV_ACCERR', 'ok'],
      ['private-copy', 'ok', 'ok', 'fault SIGSEGV SEGV_ACCERR'],
      ['absent', 'fault SIGSEGV SEGV_ACCERR', 'fault SIGSEGV SEGV_ACCERR', 'fault SIGSEGV SEGV_ACCERR'],
      [null, 'fault SIGSEGV SI_KERNEL', 'fault SIGSEGV SI_KERNEL', 'fault SIGSEGV SI_KERNEL'],
    ]);
    expect(answers.every(({ access }) => access.read.reason !== '')).toBe(true);
  });
});

describe('security', () => {
  test('what readelf says of the program, and the writable and executable block', async () => {
    interface Security {
      aslr: { randomizeVaSpace: number };
      modules: { path: string; role: string; checks: Record<string, { verdict: string; value: string }>; relroPages: { start: string; end: string } | null }[];
      writableExecutable: { start: string; perms: string; how: string }[];
    }
    const answer = await json<Security>('security', String(program.pid));
    const own = answer.modules[0];
    expect(own).toMatchObject({ path, role: 'program' });
    const notes = execFileSync('readelf', ['-nW', path], { encoding: 'utf8' });
    expect(own?.checks['build-id']?.value).toBe(/Build ID: ([0-9a-f]+)/.exec(notes)?.[1]);
    expect(Object.fromEntries(Object.entries(own?.checks ?? {}).map(([id, { verdict }]) => [id, verdict]))).toMatchObject({ 'pie': 'yes', 'nx-stack': 'yes', 'relro': 'yes', 'canary': 'yes' });
    expect(answer.writableExecutable).toMatchObject([{ start: hex(program.address('both')), perms: 'rwxp', how: 'now' }]);
    expect(String(answer.aslr.randomizeVaSpace)).toBe(readFileSync('/proc/sys/kernel/randomize_va_space', 'utf8').trim());
    // The pages that RELRO names are read-only in the running program.
    const maps = readFileSync(`/proc/${program.pid}/maps`, 'utf8');
    expect(maps).toMatch(new RegExp(`^${own?.relroPages?.start.slice(2)}-${own?.relroPages?.end.slice(2)} r--p`, 'm'));
  });
});

describe('usage', () => {
  test('sums equal smaps_rollup', async () => {
    type Sums = Record<string, number>;
    const answer = await json<{ rows: Sums[]; total: Sums; rollup: Sums }>('usage', String(program.pid), '--by', 'module');
    const rollup = readFileSync(`/proc/${program.pid}/smaps_rollup`, 'utf8');
    const kib = (field: string): number => Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024;
    expect(answer.total).toMatchObject({ resident: kib('Rss'), anonymous: kib('Anonymous'), swap: kib('Swap'), shared: kib('Shared_Clean') + kib('Shared_Dirty') });
    const sums = Object.fromEntries(Object.keys(answer.total).map((field) => [field, answer.rows.reduce((sum, row) => sum + (row[field] ?? 0), 0)]));
    expect(sums).toEqual(answer.total);
    expect((await captureReal('usage', String(program.pid))).out).toMatch(/^ *VIRTUAL +RESIDENT/);
  });
});
