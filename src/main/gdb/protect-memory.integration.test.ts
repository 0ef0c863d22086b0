import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { compileC } from '../testing/compile.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { startRig, type Rig } from './testing/gdb-rig.ts';

const SOURCE = `
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
static void *other(void *unused) { for (;;) pause(); return unused; }
int main(void) {
  char *p = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 8; i++) p[i * 4096] = (char)i;
  int fd = open("/proc/self/exe", O_RDONLY);
  char *shared = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  pthread_t thread;
  pthread_create(&thread, 0, other, 0);
  printf("block %p\\nshared %p\\nerrno %p\\nready\\n", (void *)p, (void *)shared, (void *)&errno);
  fflush(stdout);
  errno = 77;
  for (;;) pause();
}`;

let rig: Rig | undefined;
let program: RunningProgram | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  await program?.stop();
  rig = undefined;
  program = undefined;
});

function perms(pid: number, address: bigint): string {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n');
  const line = lines.find((text) => {
    const [start = '', end = ''] = text.split(' ')[0]?.split('-') ?? [];
    return BigInt(`0x${start}`) <= address && address < BigInt(`0x${end}`);
  });
  return line?.split(' ')[1] ?? '';
}

function errnoOf(target: RunningProgram): number {
  const bytes = Buffer.alloc(4);
  const fd = openSync(`/proc/${target.pid}/mem`, 'r');
  readSync(fd, bytes, 0, 4, Number(target.address('errno')));
  closeSync(fd);
  return bytes.readInt32LE();
}

async function attached(): Promise<{ rig: Rig; program: RunningProgram; thread: number }> {
  program = await runProgram(compileC(SOURCE, { name: 'protect' }));
  rig = await startRig();
  await rig.gdb.attach(program.pid);
  const { threads } = await rig.gdb.threads();
  const thread = threads.find(({ tid }) => tid === program?.pid)?.id;
  if (thread === undefined) throw new Error('the main thread is listed');
  return { rig, program, thread };
}

describe('mprotect in the program', () => {
  it('changes the pages asked for, and leaves registers, stop and errno as they were', async () => {
    const { rig: { gdb }, program: target, thread } = await attached();
    const events: string[] = [];
    gdb.onEvent((event) => events.push(event.type));
    const before = await gdb.registers(thread, 0);
    const block = target.address('block');
    await gdb.protectMemory({ start: toAddress(block + 2n * 4096n), lengthBytes: 3n * 4096n, protection: 1, threadId: thread });
    expect([0n, 2n, 4n, 5n].map((page) => perms(target.pid, block + page * 4096n))).toEqual(['rw-p', 'r--p', 'r--p', 'rw-p']);
    const after = await gdb.registers(thread, 0);
    expect(after.map(({ name, value }) => [name, value])).toEqual(before.map(({ name, value }) => [name, value]));
    expect(gdb.runState).toBe('stopped');
    // Nobody is told of a run: the program stands where it stood.
    expect(events.filter((type) => type !== 'memory-changed')).toEqual([]);
    expect(errnoOf(target)).toBe(77);
    await gdb.protectMemory({ start: toAddress(block), lengthBytes: 8n * 4096n, protection: 7, threadId: thread });
    expect(perms(target.pid, block + 3n * 4096n)).toBe('rwxp');
  });

  it('passes the kernel’s refusal on', async () => {
    const { rig: { gdb }, program: target, thread } = await attached();
    const refusal = async (start: bigint, protection: number): Promise<unknown> =>
      gdb.protectMemory({ start: toAddress(start), lengthBytes: 4096n, protection, threadId: thread }).catch((error: unknown) => error);
    const unmapped = await refusal(0x10000n, 1);
    expect(unmapped).toBeInstanceOf(VmatlasError);
    expect(unmapped).toMatchObject({ code: 'unreadable', evidence: 'mprotect: ENOMEM' });
    // The file was opened for reading only.
    expect(await refusal(target.address('shared'), 3)).toMatchObject({ code: 'unreadable', evidence: 'mprotect: EACCES' });
    expect(errnoOf(target)).toBe(77);
    await gdb.detach();
    expect(perms(target.pid, target.address('shared'))).toBe('r--s');
  });
});
