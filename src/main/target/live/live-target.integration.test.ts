import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { rangeFrom } from '../../../shared/address/range.ts';
import { memoryRangeLength, type MemoryRange } from '../../../shared/model/memory-range.ts';
import { listProcesses } from '../../procfs/process-list.ts';
import { compileC, scratchFolder } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { openLiveTarget, type LiveTarget } from './live-target.ts';

const PROGRAM = String.raw`
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static const char constant[] = "constant bytes";
static void *last_thread(void *unused) { (void)unused; sleep(600); return NULL; }
int main(int argc, char **argv) {
  char *block = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int page = 0; page < 8; page++) memset(block + page * 4096, 'a' + page, 4096);
  mprotect(block + 2 * 4096, 4096, PROT_NONE);
  munmap(block + 4 * 4096, 4096);
  char *guarded = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(guarded, 'g', 4 * 4096);
  int guard_works = madvise(guarded + 4096, 4096, 102) == 0;
  int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
  char filler[8192];
  memset(filler, 'f', sizeof filler);
  write(file, filler, sizeof filler);
  char *mapped = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, file, 0);
  volatile char touched = mapped[0] + mapped[4096];
  (void)touched;
  ftruncate(file, 4096);
  printf("block %p\nguarded %p\nguard_works %d\nmapped %p\nconstant %p\nready\n", block, guarded, guard_works, mapped, constant);
  fflush(stdout);
  char order[64];
  while (fgets(order, sizeof order, stdin)) {
    if (order[0] == 'e') execl("/bin/sleep", "sleep", "600", NULL);
    if (order[0] == 't') { pthread_t thread; pthread_create(&thread, NULL, last_thread, NULL); pthread_exit(NULL); }
    if (order[0] == 'q') return 0;
  }
  return 0;
}`;

let program: string;
beforeAll(() => {
  program = compileC(PROGRAM, { name: 'memory' });
});

const stops: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  // eslint-disable-next-line no-await-in-loop -- in order: targets first
  for (const stop of stops.splice(0).toReversed()) await stop();
});

let files = 0;
async function look(): Promise<{ running: RunningProgram; target: LiveTarget; at: (key: string, pages?: number) => Address }> {
  const running = await runProgram(program, [join(scratchFolder(), `mapped-${++files}`)]);
  stops.push(() => running.stop());
  const target = await openLiveTarget(running.pid);
  stops.push(() => target.dispose());
  return { running, target, at: (key, pages = 0) => toAddress(running.address(key) + BigInt(pages * 4096)) };
}

/** `valid a 4096` and the like: kinds, first bytes and sizes. */
function words(ranges: readonly MemoryRange[]): string[] {
  return ranges.map((range) => {
    const size = memoryRangeLength(range);
    if (range.kind === 'valid') return `valid ${String.fromCharCode(range.bytes[0] ?? 0)} ${size}`;
    return `${range.kind}${range.kind === 'unreadable' ? ` ${range.reason}` : ''}${range.kind === 'not-present' ? ` ${range.why}` : ''} ${size}`;
  });
}

function checkGapless(ranges: readonly MemoryRange[], start: bigint, size: bigint): void {
  let at = start;
  for (const range of ranges) {
    expect(range.start).toBe(at);
    at += memoryRangeLength(range);
  }
  expect(at).toBe(start + size);
}

/** bit 63 of the kernel's own word, read by the test. */
function isPresent(pid: number, address: bigint): boolean {
  const fd = openSync(`/proc/${pid}/pagemap`, 'r');
  const word = Buffer.alloc(8);
  readSync(fd, word, 0, 8, Number(address >> 12n) * 8);
  closeSync(fd);
  return (word.readBigUInt64LE() >> 63n) === 1n;
}

describe('readMemory', () => {
  it('answers every byte: read, unmapped, not touched', async () => {
    const { target, at } = await look();
    const ranges = await target.readMemory(rangeFrom(at('block'), 16 * 4096), { touchNotPresent: false });
    checkGapless(ranges, at('block'), 16n * 4096n);
    // The page without access was written before it was closed; the kernel gives it out all the same.
    expect(words(ranges)).toEqual(['valid a 16384', 'unmapped 4096', 'valid f 12288', 'not-present untouched 32768']);
    const [first] = ranges;
    expect(first?.kind === 'valid' && [0, 1, 2, 3].map((page) => String.fromCharCode(first.bytes[page * 4096 + 4095] ?? 0)).join('')).toBe('abcd');
  });

  it('leaves pages alone that are not present, unless told otherwise', async () => {
    const { running, target, at } = await look();
    const untouched = at('block', 10);
    expect(isPresent(running.pid, untouched)).toBe(false);
    expect(words(await target.readMemory(rangeFrom(untouched, 100), { touchNotPresent: false }))).toEqual(['not-present untouched 100']);
    await target.readPicture();
    expect(isPresent(running.pid, untouched)).toBe(false);
    expect(words(await target.readMemory(rangeFrom(untouched, 100), { touchNotPresent: true }))).toEqual(['valid \0 100']);
    expect(isPresent(running.pid, untouched)).toBe(true);
  });

  it('shows the bytes on both sides of a hole inside the asked range', async () => {
    const { target, at } = await look();
    const start = toAddress(at('block', 4) - 10n);
    const ranges = await target.readMemory(rangeFrom(start, 4096 + 20), { touchNotPresent: true });
    expect(words(ranges)).toEqual(['valid d 10', 'unmapped 4096', 'valid f 10']);
    checkGapless(ranges, start, 4116n);
  });

  it('tells a guard region from a page that was never touched', async ({ skip }) => {
    const { running, target, at } = await look();
    if (running.facts.get('guard_works') !== '1') skip('this kernel has no MADV_GUARD_INSTALL');
    expect(words(await target.readMemory(rangeFrom(at('guarded'), 4 * 4096), { touchNotPresent: false }))).toEqual(['valid g 4096', 'not-present guard 4096', 'valid g 8192']);
  });

  it('gives the errno past the end of a file, and the bytes before it', async () => {
    const { target, at } = await look();
    const ranges = await target.readMemory(rangeFrom(at('mapped'), 8192), { touchNotPresent: true });
    expect(words(ranges)).toEqual(['valid f 4096', 'unreadable EIO 4096']);
    expect(ranges[1]?.kind === 'unreadable' && ranges[1].detail).toContain('end of its file');
  });

  it('says that [vvar] and [vsyscall] are refused and that the kernel half is not mapped', async () => {
    const { target } = await look();
    const { regions } = await target.readPicture();
    const vvar = [...regions].find((region) => region.path === '[vvar]');
    const ranges = await target.readMemory(rangeFrom(vvar?.start ?? toAddress(0n), 4096), { touchNotPresent: false });
    expect(words(ranges)).toEqual(['unreadable EIO 4096']);
    const top = toAddress(0xffffffffff5ff000n);
    const hasVsyscall = regions.regionAt(toAddress(0xffffffffff600000n))?.kind === 'vsyscall';
    expect(words(await target.readMemory(rangeFrom(top, 0x3000), { touchNotPresent: true }))).toEqual(hasVsyscall ? ['unmapped 4096', 'unreadable EIO 4096', 'unmapped 4096'] : ['unmapped 12288']);
    expect(words(await target.readMemory(rangeFrom(toAddress(0n), 4096), { touchNotPresent: true }))).toEqual(['unmapped 4096']);
    expect(words(await target.readMemory(rangeFrom(toAddress((1n << 47n) - 8192n), 16384), { touchNotPresent: true }))).toEqual(['unmapped 16384']);
  });

  it('refuses more than it can hold', async () => {
    const { target } = await look();
    await expect(target.readMemory(rangeFrom(toAddress(0n), 1n << 30n), { touchNotPresent: false })).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('readInto, writeMemory, readPagemap', () => {
  it('fills up to the first byte that cannot be read', async () => {
    const { target, at } = await look();
    const buffer = new Uint8Array(8 * 4096);
    expect(target.readInto(at('block'), buffer)).toBe(4 * 4096);
    expect(buffer[4 * 4096 - 1]).toBe('d'.charCodeAt(0));
    expect(target.readInto(at('block', 4), buffer)).toBe(0);
    expect(target.readInto(toAddress(0xffffffffff600000n), buffer)).toBe(0);
  });

  it('writes, through read-only pages too, and says where the kernel refuses', async () => {
    const { target, at } = await look();
    const text = new TextEncoder().encode('changed');
    const start = toAddress(at('block', 4) - 3n);
    await target.writeMemory(toAddress(at('block', 1) - 3n), text);
    expect(new TextDecoder().decode(readBack(target, toAddress(at('block', 1) - 3n), 7))).toBe('changed');
    await target.writeMemory(at('constant'), text);
    expect(new TextDecoder().decode(readBack(target, at('constant'), 14))).toBe('changedt bytes');
    await expect(target.writeMemory(start, text)).rejects.toMatchObject({ code: 'unreadable', message: expect.stringContaining('3 bytes') });
    await expect(target.writeMemory(toAddress(0n), text)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('gives the kernel’s own pagemap words', async () => {
    const { running, target, at } = await look();
    const words64 = target.readPagemap(pageOf(at('block')), 16);
    for (let page = 0; page < 16; page++) expect((words64?.[page] ?? 0n) >> 63n === 1n).toBe(isPresent(running.pid, at('block', page)));
  });
});

function readBack(target: LiveTarget, start: Address, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  expect(target.readInto(start, bytes)).toBe(size);
  return bytes;
}

describe('the end of a process', () => {
  /** A program under our own hand, to give it orders. */
  async function ordered(): Promise<{ child: ReturnType<typeof spawn>; pid: number; target: LiveTarget; order: (letter: string) => void }> {
    const child = spawn(program, [join(scratchFolder(), `mapped-${++files}`)], { stdio: ['pipe', 'pipe', 'inherit'] });
    stops.push(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const target = await openLiveTarget(pid);
    stops.push(() => target.dispose());
    return { child, pid, target, order: (letter) => void child.stdin?.write(`${letter}\n`) };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 2000 && !condition(); i++) await sleep(5); // eslint-disable-line no-await-in-loop -- polling
    expect(condition()).toBe(true);
  }

  it('notices an exit', async () => {
    const { child, target, order } = await ordered();
    expect(target.liveness()).toBe('alive');
    order('q');
    await once(child, 'exit');
    expect(target.liveness()).toBe('exited');
    await expect(target.readPicture()).rejects.toMatchObject({ code: 'process-exited' });
    await expect(target.readMemory(rangeFrom(toAddress(4096n), 16), { touchNotPresent: true })).rejects.toMatchObject({ code: 'process-exited' });
    await expect(openLiveTarget(child.pid ?? 0)).rejects.toMatchObject({ code: 'no-such-process' });
  });

  it('notices an exec, never shows the new program as the old one, and opens again', async () => {
    const { pid, target, order } = await ordered();
    const before = await target.readPicture();
    order('e');
    await until(() => target.liveness() === 'execed');
    await expect(target.readPicture()).rejects.toMatchObject({ code: 'process-exited' });
    const again = await openLiveTarget(pid);
    stops.push(() => again.dispose());
    expect(again.identity.startTime).toBe(target.identity.startTime);
    expect(again.identity.exe).toMatch(/sleep|coreutils|busybox/);
    expect((await again.readPicture()).fingerprint).not.toBe(before.fingerprint);
  });

  it('keeps reading when the first thread ends and others live, opened before or after', async () => {
    const { pid, target, order } = await ordered();
    order('t');
    await until(() => / Z /.test(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'latin1')));
    expect(target.liveness()).toBe('alive');
    const again = await openLiveTarget(pid);
    stops.push(() => again.dispose());
    const picture = await again.readPicture();
    expect(picture.mappingCount).toBeGreaterThan(10);
    expect((await again.threads()).length).toBe(2);
    expect([...picture.regions].some((region) => region.kind === 'text' && region.module?.role === 'program')).toBe(true);
  });

  it('refuses zombies, kernel threads and pids that are not there', async () => {
    // A shell would reap its child whenever it can.
    const parent = await runProgram(compileC(`
#include <stdio.h>
#include <unistd.h>
int main(void) { int child = fork(); if (child == 0) _exit(0); printf("child %d\\nready\\n", child); fflush(stdout); pause(); }`, { name: 'zombie' }));
    stops.push(() => parent.stop());
    const pid = Number(parent.facts.get('child'));
    await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')));
    await expect(openLiveTarget(pid)).rejects.toMatchObject({ code: 'process-is-zombie' });
    await expect(openLiveTarget(0x7fff_fff0)).rejects.toMatchObject({ code: 'no-such-process' });
    const summary = listProcesses().find((candidate) => candidate.pid === pid);
    expect(summary).toMatchObject({ state: 'Z', cannotOpen: { code: 'process-is-zombie' } });
    const kernelThread = listProcesses().find((candidate) => candidate.cannotOpen?.code === 'process-is-kernel-thread');
    if (kernelThread) await expect(openLiveTarget(kernelThread.pid)).rejects.toMatchObject({ code: 'process-is-kernel-thread' });
  });
});

describe('polling', () => {
  it('keeps a picture while nothing changes, and makes another when something did', async () => {
    const { running, target } = await look();
    const first = await target.readPicture();
    const second = await target.readPicture();
    expect(second.regions).toBe(first.regions);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.residentBytes).toBeGreaterThan(0n);
    expect(target.identity).toMatchObject({ pid: running.pid, exe: program, uid: process.getuid?.() });
    expect((await target.threads()).map((thread) => thread.tid)).toEqual([running.pid]);
  });

  it('lists processes with their owner and names', () => {
    const self = listProcesses().find((candidate) => candidate.pid === process.pid);
    expect(self).toMatchObject({ ppid: process.ppid, uid: process.getuid?.(), cannotOpen: undefined, cannotAttach: { code: 'attach-refused' } });
    expect(self?.residentBytes).toBeGreaterThan(0n);
  });
});
