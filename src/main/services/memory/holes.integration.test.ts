import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { compileC, scratchFolder } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { LiveHost } from '../testing/live-host.ts';
import { readMemory } from '../testing/process-truth.ts';

/** One page of memory, four of a file that then has one and a half, one page of memory. */
const SOURCE = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char *area = mmap(NULL, 6 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
  char filler[4 * 4096];
  memset(filler, 'f', sizeof filler);
  write(file, filler, sizeof filler);
  mmap(area + 4096, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
  memset(area, 'a', 4096);
  memset(area + 5 * 4096, 'z', 4096);
  ftruncate(file, 4096 + 2048);
  volatile char sum = area[4096] + area[2 * 4096];
  (void)sum;
  printf("area %p\\nready\\n", (void *)area);
  fflush(stdout);
  pause();
}`;

let host: LiveHost;
let program: RunningProgram;
let sessionId = '';

beforeAll(async () => {
  host = new LiveHost();
  program = await runProgram(compileC(SOURCE, { name: 'holes' }), [join(scratchFolder(), 'truncated')]);
  ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
});
afterAll(async () => {
  await host.dispose();
  await program.stop();
});

/** Each page as `valid aa…`, or its state and why. */
async function states(start: Address, pages: number, touchNotPresent = false): Promise<string[]> {
  const { ranges } = await host.calls.memory.read({ sessionId, start, lengthBytes: pages * 4096, touchNotPresent }, host.context);
  return Array.from({ length: pages }, (_, page) => {
    const at = start + BigInt(page) * 4096n;
    const range = ranges.find((one) => one.start <= at && at < one.start + (one.kind === 'valid' ? BigInt(one.bytes.length) : one.lengthBytes));
    if (range?.kind === 'valid') return `valid ${[0, 2047, 2048, 4095].map((inPage) => range.bytes[Number(at - range.start) + inPage]).join(' ')}`;
    return range?.kind === 'unreadable' ? `unreadable ${range.reason}` : (range?.kind ?? 'nothing');
  });
}

function errnoOf(address: bigint): string {
  try {
    return readMemory(program.pid, address, 4096).length === 4096 ? 'read' : 'short';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function presentPages(start: bigint, count: number): boolean[] {
  const fd = openSync(`/proc/${program.pid}/pagemap`, 'r');
  const words = Buffer.alloc(count * 8);
  readSync(fd, words, 0, words.length, Number(start >> 12n) * 8);
  closeSync(fd);
  return Array.from({ length: count }, (_, page) => words.readBigUInt64LE(page * 8) >> 63n === 1n);
}

describe('the bytes on both sides of a hole', () => {
  it('are read around pages past the end of a file, which are told from pages that are only absent', async () => {
    const area = toAddress(program.address('area'));
    const before = presentPages(area, 6);
    const expected = ['valid 97 97 97 97', 'valid 102 102 102 102', 'valid 102 102 0 0', 'unreadable EIO', 'unreadable EIO', 'valid 122 122 122 122'];
    expect(await states(area, 6)).toEqual(expected);
    expect(presentPages(area, 6)).toEqual(before);
    const { ranges } = await host.calls.memory.read({ sessionId, start: toAddress(area + 3n * 4096n), lengthBytes: 4096, touchNotPresent: false }, host.context);
    expect(ranges[0]).toMatchObject({ kind: 'unreadable', detail: expect.stringMatching(/past the end of its file.*6144 bytes.*SIGBUS/) as string });
    // The kernel's own answer, apart from the product.
    expect([0, 1, 2, 3, 4, 5].map((page) => errnoOf(area + BigInt(page) * 4096n))).toEqual(['read', 'read', 'read', 'EIO', 'EIO', 'read']);
    expect(await states(area, 6, true)).toEqual(expected);
  });

  it('are read around [vvar]', async () => {
    const rows = readFileSync(`/proc/${program.pid}/maps`, 'latin1').trim().split('\n').map((line) => /^(\w+)-(\w+) (\S+) .*?(\[v\w+\])?$/.exec(line));
    const place = (name: string): { start: bigint; end: bigint } | undefined => {
      const row = rows.find((one) => one?.[4] === name);
      return row ? { start: BigInt(`0x${row[1]}`), end: BigInt(`0x${row[2]}`) } : undefined;
    };
    const vdso = place('[vdso]');
    const vvar = place('[vvar]');
    if (vdso === undefined || vvar === undefined) throw new Error('this kernel gives the process no vdso');
    const pages = Number((vvar.end - vvar.start) >> 12n);
    expect(new Set(await states(toAddress(vvar.start), pages))).toEqual(new Set(['unreadable EIO']));
    expect(errnoOf(vvar.start)).toBe('EIO');
    // From the last page of the kernel's data on into its code, in one read.
    const last = [...rows].findLast((one) => one !== null && BigInt(`0x${one[2]}`) === vdso.start);
    const [data, code] = await states(toAddress(vdso.start - 4096n), 2);
    expect(data).toBe(last?.[4]?.startsWith('[vvar') === true ? 'unreadable EIO' : 'unmapped');
    expect(code).toBe(`valid ${[0, 2047, 2048, 4095].map((inPage) => readMemory(program.pid, vdso.start, 4096)[inPage]).join(' ')}`);
  });
});
