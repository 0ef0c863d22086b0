import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { until } from '../testing/process-truth.ts';
import { faults, slotAt, stackProgram, stackRig, toldPlaces, type StackRig } from './testing/stack-rig.ts';

let rig: StackRig | undefined;

afterEach(async () => {
  await rig?.end();
  rig = undefined;
});

async function open(path: string, args: readonly string[] = [], attach = true): Promise<StackRig> {
  rig = await stackRig(path, args, attach);
  return rig;
}

const COUNTER = String.raw`
#include <stdio.h>
#include <unistd.h>
__attribute__((noinline)) static void visit(long turn) {
  long counted = turn * 10;
  long steady = 5;
  counted += steady;
  __asm__ volatile("" : : "r"(&counted), "r"(&steady) : "memory");
  usleep(1000);
}
int main(void) {
  printf("visit %p\nready\n", (void *)visit);
  fflush(stdout);
  for (long turn = 1;; turn++) visit(turn);
}
`;

describe('what changed since the last stop', () => {
  it('is marked slot by slot, with the old value', async () => {
    const given = await open(compileC(COUNTER, { name: 'counter', flags: ['-g', '-O0'] }));
    const { sessionId, host } = given;
    const { context, calls } = host;
    await calls.debug.insertBreakpoint({ sessionId, location: 'usleep' }, context);
    const stopAgain = async (): Promise<void> => {
      const { stopCount } = host.state(sessionId);
      await calls.sessions.resume({ sessionId, kind: 'continue' }, context);
      await host.untilState(sessionId, 'the next stop', (state) => state.phase === 'stopped' && state.stopCount > stopCount);
    };
    const look = async () => {
      const frames = await given.frames();
      const visit = frames.find((frame) => frame.function === 'visit');
      const slot = (name: string) => visit?.slots.find((one) => one.name === name);
      return { visit, counted: slot('counted'), steady: slot('steady') };
    };
    await stopAgain();
    await stopAgain();
    const first = await look();
    expect(first.counted?.change?.changed ?? false).toBe(false);
    await stopAgain();
    const second = await look();
    expect(second.counted?.change).toEqual({ changed: true, before: first.counted?.value });
    expect(Number(second.counted?.value)).toBe(Number(first.counted?.value) + 10);
    expect(second.steady?.change).toEqual({ changed: false, before: undefined });
    expect(second.visit?.before).toEqual(first.visit?.bytes);
    expect(second.visit?.bytes).not.toEqual(first.visit?.bytes);
  });
});

describe('fields and elements', () => {
  it('are opened with their own places', async () => {
    const given = await open(compileC(stackProgram('slots.c'), { name: 'slots', flags: ['-g', '-O0'] }));
    const frames = await given.frames();
    const blocks = frames.find((frame) => frame.function === 'blocks');
    const value = blocks?.slots.find(({ name, role }) => name === 'value' && role === 'local');
    const threadId = await given.threadId();
    const children = async (expression: string, from = 0, count = 100) =>
      given.calls.children({ sessionId: given.sessionId, threadId, frameLevel: blocks?.level ?? 0, expression, from, count }, given.host.context);
    const fields = await children(value?.opensWith ?? '');
    expect(fields.children.map(({ name, start, end }) => [name, Number((start ?? 0n) - (value?.start ?? 0n)), Number((end ?? 0n) - (start ?? 0n))])).toEqual([['words', 0, 72], ['text', 72, 21], ['at', 96, 8]]);
    expect(fields.children.map(({ value: text }) => text)).toEqual(['{1, 2, 3, 4, 5, 6, 7, 8, 9}', expect.stringContaining('"large by value'), '{x = 11, y = 12}']);
    const words = await children(fields.children[0]?.opensWith ?? '', 2, 3);
    expect(words.total).toBe(9);
    expect(words.children.map(({ name, value: text }) => [name, text])).toEqual([['2', '3'], ['3', '4'], ['4', '5']]);
    expect(words.children[0]?.start).toBe((value?.start ?? 0n) + 16n);
    await expect(children('value.at.x = 9')).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('without gdb', () => {
  it('a blocked thread has a place, its stack a size, and raw words their candidates', async () => {
    const given = await open(compileC(stackProgram('slots.c'), { name: 'slots', flags: ['-g', '-O2'] }), [], false);
    const { program, calls, sessionId, host } = given;
    await until('the program waits in its read', async () => (await calls.threads({ sessionId }, host.context)).stacks[0]?.sp !== undefined);
    const { stacks } = await calls.threads({ sessionId }, host.context);
    expect(stacks).toMatchObject([{ tid: program.pid, threadId: undefined, function: 'read', foreign: false, mapped: { label: '[stack]' } }]);
    const raw = await calls.raw({ sessionId, tid: program.pid, words: 512 }, host.context);
    const candidates = raw.words.filter(({ kind }) => kind === 'return-candidate');
    for (const place of toldPlaces(program, 'ret').values()) if (place < raw.start + 4096n) expect(candidates.map(({ address }) => address)).toContain(place);
    expect(candidates.find(({ address }) => address === toldPlaces(program, 'ret').get('wait_here'))?.words).toMatch(/^inlines\+0x/);
    await expect(calls.frames({ sessionId, threadId: 1, low: 0, high: 1 }, host.context)).rejects.toMatchObject({ code: 'not-attached' });
    await expect(calls.raw({ sessionId, tid: 1, words: 8 }, host.context)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('the top of the main stack is what the program was started with', async () => {
    const given = await open(compileC(stackProgram('damage.c'), { name: 'damage', flags: ['-g', '-O0', '-fstack-protector-all'] }), ['canary', 'second argument'], false);
    const { parts, start, end } = await given.calls.initial({ sessionId: given.sessionId }, given.host.context);
    expect(parts[0]?.start).toBe(start);
    expect(parts.at(-1)?.end).toBe(end);
    expect(parts.filter(({ kind }) => kind === 'argv').map(({ value }) => value)).toEqual([JSON.stringify(given.host.state(given.sessionId).target?.exe), '"canary"', '"second argument"', '0']);
    const auxv = readFileSync(`/proc/${given.program.pid}/auxv`);
    const entries = Array.from({ length: auxv.length / 16 }, (_, at) => `0x${auxv.readBigUInt64LE(at * 16 + 8).toString(16)}`);
    expect(parts.filter(({ kind }) => kind === 'auxv').map(({ value }) => value)).toEqual(entries);
    const environ = readFileSync(`/proc/${given.program.pid}/environ`, 'utf8').split('\0').slice(0, -1);
    expect(parts.filter(({ kind, value }) => kind === 'envp' && value !== '0').map(({ value }) => value)).toEqual(environ.map((text) => JSON.stringify(text)));
  });
});

const DEEP = String.raw`
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/resource.h>
__attribute__((noinline)) static int wait_here(void) { char c; printf("ready\n"); fflush(stdout); while (read(0, &c, 1) > 0) {} _exit(0); return c; }
__attribute__((noinline)) static int descend(int level) {
  volatile char filler[16];
  filler[0] = (char)level;
  if (level == 60000) printf("cfa60000 %p\n", __builtin_dwarf_cfa());
  if (level == 0) return wait_here() + filler[0];
  return descend(level - 1) + filler[0];
}
static int pong(int level);
__attribute__((noinline)) static int ping(int level) { volatile int y[5] = {level}; return level <= 0 ? descend(120000) : pong(level - 1) + y[0]; }
__attribute__((noinline)) static int pong(int level) { volatile long x = level; return level <= 0 ? descend(120000) : ping(level - 1) + (int)x; }
int main(int argc, char **argv) {
  struct rlimit limit = {256 << 20, 256 << 20};
  if (argc == 1) { setrlimit(RLIMIT_STACK, &limit); execl("/proc/self/exe", argv[0], "deep", (char *)0); }
  return ping(2001);
}
`;

describe.each(['-O0', '-O2'])('a recursion of 120,000 frames, %s', (level) => {
  it('is folded, and any frame of it can be asked for', async () => {
    const given = await open(compileC(DEEP, { name: 'deep', flags: ['-g', level, '-fno-optimize-sibling-calls'] }));
    const { sessionId, calls, host, program } = given;
    const threadId = await given.threadId();
    const outline = await calls.outline({ sessionId, threadId }, host.context);
    expect(outline.complete).toBe(true);
    expect(outline.rows.length).toBeLessThan(40);
    const runs = outline.rows.filter((row) => row.kind === 'run');
    expect(runs.map(({ functions }) => functions.toSorted())).toEqual([['descend'], ['ping', 'pong']]);
    const levels = outline.rows.flatMap((row) => (row.kind === 'run' ? [row.count] : [1])).reduce((sum, count) => sum + count, 0);
    expect(levels).toBe(outline.depth);
    const descends = outline.rows.flatMap((row) => (row.kind === 'run' ? (row.functions.includes('descend') ? [row.count] : []) : row.function === 'descend' ? [1] : []));
    expect(descends.reduce((sum, count) => sum + count, 0)).toBe(120_001);
    const pings = outline.rows.flatMap((row) => (row.kind === 'run' ? (row.functions.includes('ping') ? [row.count] : []) : /^p[io]ng$/.test(row.function ?? '') ? [1] : []));
    expect(pings.reduce((sum, count) => sum + count, 0)).toBe(2002);

    const innermost = outline.rows.find((row) => row.kind === 'frame' && row.function === 'wait_here');
    const wanted = (innermost?.kind === 'frame' ? innermost.level : 0) + 1 + 60_000;
    const { frames } = await calls.frames({ sessionId, threadId, low: wanted - 2, high: wanted + 2 }, host.context);
    expect(faults(frames)).toEqual([]);
    expect(frames[2]).toMatchObject({ level: wanted, function: 'descend', cfa: program.address('cfa60000'), unwoundBy: 'unwind-table' });
    expect(slotAt(frames, program.address('cfa60000') - 8n)?.slot).toMatchObject({ role: 'return-address', words: expect.stringMatching(/^descend\+0x/) });
    // The variable has its place and value there too, although gdb was not asked for this frame.
    const filler = frames[2]?.slots.find(({ name }) => name === 'filler');
    const levels60000 = 60_000 & 0xff;
    expect(filler).toMatchObject({ role: 'local', type: 'volatile char [16]' });
    expect(frames[2]?.bytes?.[Number((filler?.start ?? 0n) - (frames[2]?.low ?? 0n))]).toBe(levels60000);
    expect(filler?.value?.startsWith(`"${String.fromCharCode(levels60000)}`)).toBe(levels60000 >= 0x20 && levels60000 < 0x7f);
    const last = await calls.frames({ sessionId, threadId, low: outline.depth - 3, high: outline.depth + 5 }, host.context);
    expect(last.more).toBe(false);
    expect(last.frames.map((frame) => frame.function).at(-1)).toBe('_start');
  });
});
