import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { PAGE_FLAG_LOCKED, PAGE_STATE_CODE, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { RegionTable } from '../../../shared/model/region-table.ts';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { createServices, type ServiceSet } from '../create-services.ts';
import { callContext } from '../testing/fake-services.ts';

const SOURCE = `
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int filled[4] = {1, 2, 3, 4};
__attribute__((noinline)) void waits(volatile char *jit) {
  char line[16];
  volatile int local = 5;
  printf("local %p\\nready\\n", (void *)&local);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'j') mprotect((void *)jit, 4096, PROT_READ | PROT_EXEC);
    if (line[0] == 'q') return;
  }
  for (;;) pause();
}
int main(void) {
  char *p = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 64; i += 4) p[i * 4096] = 1;
  char *gap = mmap(0, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *jit = gap + 4096;
  mprotect(jit, 4096, PROT_READ | PROT_WRITE);
  jit[0] = (char)0xc3;
  char *locked = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
  printf("locked %p\\n", (void *)locked);
  printf("block %p\\njit %p\\nmain %p\\nfilled %p\\n", (void *)p, (void *)jit, (void *)main, (void *)filled);
  waits(jit);
  return 0;
}`;

let program: RunningProgram;
let services: ServiceSet;
let sessionId: string;

beforeAll(async () => {
  program = await runProgram(compileC(SOURCE, { name: 'paged', flags: ['-O1', '-g'] }));
  services = createServices({ hostKind: 'web', demoProgram: undefined, productVersion: 'test', remember: false, report: () => undefined });
  ({ sessionId } = await services.handlers.sessions.calls.observe({ pid: program.pid }, callContext()));
});
afterEach(async () => {
  const state = (await services.handlers.sessions.calls.list({}, callContext())).find((one) => one.sessionId === sessionId);
  if (state?.phase === 'stopped') await services.handlers.sessions.calls.detach({ sessionId }, callContext());
});
afterAll(async () => {
  await services.dispose();
  await program.stop();
});

const calls = (): ServiceSet['handlers']['pages']['calls'] => services.handlers.pages.calls;
const at = (key: string, offset = 0n): Address => toAddress(program.address(key) + offset);
const PAGE = 4096n;

describe('many pages', () => {
  it('states, cells, statistics and find tell the same of a block', async () => {
    const start = at('block');
    const end = toAddress(start + 64n * PAGE);
    const { runs, next } = await calls().states({ sessionId, start, end, maxRuns: 1000, detail: 'pagemap' }, callContext());
    expect(next).toBeUndefined();
    expect([...runs.state].slice(0, 4)).toEqual([PAGE_STATE_CODE.anonymous, PAGE_STATE_CODE.absent, PAGE_STATE_CODE.anonymous, PAGE_STATE_CODE.absent]);
    expect([...runs.pageCount].slice(0, 4)).toEqual([1, 3, 1, 3]);
    const few = await calls().states({ sessionId, start, end, maxRuns: 5, detail: 'pagemap' }, callContext());
    expect([few.runs.length, few.next]).toEqual([5, toAddress(start + 9n * PAGE)]);
    const cells = await calls().cells({ sessionId, start, count: 4, pagesPerCell: 16, detail: 'pagemap' }, callContext());
    expect([[...cells.mapped], [...cells.present], [...cells.state]]).toEqual([[16, 16, 16, 16], [4, 4, 4, 4], Array.from({ length: 4 }, () => PAGE_STATE_CODE.anonymous)]);
    const { counts } = await calls().statistics({ sessionId, start, end, detail: 'pagemap' }, callContext());
    expect([counts.pages, counts.present, counts.byState[PAGE_STATE_CODE.absent]]).toEqual([64, 16, 48]);
    const find = (from: Address, direction: 'next' | 'previous'): unknown => calls().find({ sessionId, from, direction, filter: { states: ['anonymous'] }, start, end }, callContext());
    expect(await find(toAddress(start + PAGE), 'next')).toEqual({ page: toAddress(start + 4n * PAGE), state: 'anonymous' });
    expect(await find(toAddress(start + 4n * PAGE), 'previous')).toEqual({ page: start, state: 'anonymous' });
    expect(await find(toAddress(start + 60n * PAGE), 'next')).toBeNull();
    expect(await calls().find({ sessionId, from: toAddress(0n), direction: 'next', filter: { executable: true } }, callContext())).not.toBeNull();
  });

  it('the overview adds up to all mapped pages, row by row of the map', async () => {
    const overview = await calls().overview({ sessionId }, callContext());
    const snapshot = await services.handlers.map.calls.snapshot({ sessionId }, callContext());
    expect([overview.generation, overview.rows]).toEqual([snapshot.generation, snapshot.regions.length]);
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    expect(sum(overview.mappedPages)).toBe(overview.total.pages);
    expect(sum(overview.presentPages)).toBe(overview.total.present);
    expect(BigInt(overview.total.pages - 1) * PAGE).toBe(snapshot.totals.virtualBytes);
    const row = new RegionTable(snapshot.regions).indexAt(at('block'));
    expect(overview.byState[row * PAGE_STATES.length + PAGE_STATE_CODE.anonymous]).toBeGreaterThanOrEqual(16);
    const { costs } = await calls().cost({ sessionId }, callContext());
    expect(costs.map(({ source }) => source)).toContain('pagemap');
  });

  it('refuses what is not right', async () => {
    const refused = async (work: () => unknown): Promise<unknown> => {
      try {
        return await work();
      } catch (error) {
        return error instanceof VmatlasError ? error.code : error;
      }
    };
    const end = toAddress(at('block') + PAGE);
    expect(await refused(() => calls().states({ sessionId, start: end, end: at('block'), maxRuns: 1, detail: 'pagemap' }, callContext()))).toBe('invalid-argument');
    expect(await refused(() => calls().previewProtect({ sessionId, start: toAddress(at('block') + 1n), end, perms: 'r' }, callContext()))).toBe('invalid-argument');
    expect(await refused(() => calls().protect({ sessionId, start: at('block'), end, perms: 'r' }, callContext()))).toMatch(/not-attached|not-stopped/);
    expect(await refused(() => calls().states({ sessionId: 'none', start: at('block'), end, maxRuns: 1, detail: 'pagemap' }, callContext()))).toBe('no-such-session');
  });
});

describe('locked memory', () => {
  it('is told with the frames', async () => {
    const { runs } = await calls().states({ sessionId, start: at('locked'), end: toAddress(at('locked') + 2n * PAGE), maxRuns: 10, detail: 'frames' }, callContext());
    expect([...runs.flags].every((flags) => (flags & PAGE_FLAG_LOCKED) !== 0)).toBe(true);
    const other = await calls().states({ sessionId, start: at('block'), end: toAddress(at('block') + PAGE), maxRuns: 10, detail: 'frames' }, callContext());
    expect([...other.runs.flags].every((flags) => (flags & PAGE_FLAG_LOCKED) === 0)).toBe(true);
  });
});

describe('one page', () => {
  it('a card of written data: mapping, word, flags, permissions, sections, symbols, history', async () => {
    const card = await calls().card({ sessionId, address: at('filled'), smaps: true }, callContext());
    expect(card).toMatchObject({ page: toAddress((at('filled') / PAGE) * PAGE), state: expect.stringMatching(/^(?:file|private-copy)$/), sharing: expect.stringContaining('private') });
    expect(readFileSync(`/proc/${program.pid}/maps`, 'utf8')).toContain(card.mapping?.line);
    expect(card.vmFlags).toMatchObject({ known: true, value: expect.arrayContaining([{ flag: 'wr', words: 'may be written' }]) });
    expect(card.permissions.map(({ letter, segment, mapping, mayBecome }) => [letter, segment, mapping, mayBecome])).toEqual([['r', true, true, true], ['w', true, true, true], ['x', false, false, true]]);
    expect(card.sections.map(({ name }) => name)).toContain('.data');
    expect(card.symbols.map(({ name }) => name)).toContain('filled');
    expect(card.pagemapBits.map(({ bit }) => bit)).toEqual([63, 62, 61, 60, 59, 58, 57, 56, 55]);
    expect(card.smaps.find(({ field }) => field === 'Rss')?.bytes).toBeGreaterThan(0n);
    expect(card.history[0]).toContain('exec mapped it');
    expect(card.access.execute).toMatchObject({ outcome: 'fault', code: 'SEGV_ACCERR' });
  });

  it('frame facts, or what right is missing', async () => {
    const { frame, facts } = await calls().card({ sessionId, address: at('block'), smaps: false }, callContext());
    if (frame.known) expect(frame.value).toMatchObject({ number: facts?.pfn, mapCount: 1n, flags: expect.arrayContaining([expect.objectContaining({ name: 'ANON' })]) });
    else expect(frame.why).toMatch(/root|CAP_SYS_ADMIN/);
    expect((await calls().card({ sessionId, address: toAddress(at('block') + PAGE), smaps: false }, callContext())).frame).toMatchObject({ known: false, why: 'no frame is behind this page' });
  });

  it('unmapped addresses have a card too', async () => {
    const card = await calls().card({ sessionId, address: toAddress(0x10n), smaps: false }, callContext());
    expect(card).toMatchObject({ mapping: undefined, state: 'unknown', facts: undefined, permissions: [], access: { read: { code: 'SEGV_MAPERR' } } });
  });

  it('who else maps the same page of the C library', async () => {
    const line = readFileSync(`/proc/${program.pid}/maps`, 'utf8').split('\n').find((text) => / r--p 00000000 .*\/libc\.so\.6$/.test(text)) ?? '';
    const other = await runProgram(compileC('#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("ready"); fflush(stdout); for (;;) pause(); }'));
    try {
      const { sharers } = await calls().sharers({ sessionId, address: toAddress(BigInt(`0x${line.split('-')[0]}`)) }, callContext());
      expect(sharers.map(({ pid }) => pid)).toContain(other.pid);
      expect(sharers.map(({ pid }) => pid)).not.toContain(program.pid);
      expect((await calls().sharers({ sessionId, address: at('block') }, callContext())).sharers).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

describe('protections over time', () => {
  it('memory made executable after it was written is told once, and listed', async () => {
    expect((await calls().writableExecutable({ sessionId }, callContext())).found).toEqual([]);
    const told: string[] = [];
    const stop = services.handlers.pages.events.writableExecutableFound(({ found }) => told.push(...found.map(({ how }) => how)));
    await program.say('j');
    const perms = (): string => new RegExp(`^${at('jit').toString(16)}-\\S+ (\\S+)`, 'm').exec(readFileSync(`/proc/${program.pid}/maps`, 'utf8'))?.[1] ?? '';
    while (perms() !== 'r-xp') await new Promise((resolve) => setTimeout(resolve, 5));
    await services.handlers.sessions.calls.refresh({ sessionId }, callContext());
    const { found } = await calls().writableExecutable({ sessionId }, callContext());
    stop();
    expect(found).toMatchObject([{ how: 'made-executable', start: at('jit'), perms: 'r-xp' }]);
    expect(told).toEqual(['made-executable']);
  });
});

describe('with gdb', () => {
  it('mprotect as previewed, frames of the stack page, and the kernel’s refusal passed on', async () => {
    await services.handlers.sessions.calls.attach({ sessionId }, callContext());
    const card = await calls().card({ sessionId, address: at('local'), smaps: false }, callContext());
    expect(card.frames.map(({ frame }) => frame.function)).toContain('waits');
    const request = { sessionId, start: toAddress(at('block') + 8n * PAGE), end: toAddress(at('block') + 16n * PAGE), perms: 'r' };
    const preview = await calls().previewProtect(request, callContext());
    expect(preview).toMatchObject({ refusal: undefined, words: [expect.stringContaining('cut in')] });
    const result = await calls().protect(request, callContext());
    expect(result.asPreviewed).toBe(true);
    expect(result.now.map(({ perms }) => perms)).toContain('r--p');
    expect(readFileSync(`/proc/${program.pid}/maps`, 'utf8')).toMatch(new RegExp(`^${request.start.toString(16)}-${request.end.toString(16)} r--p`, 'm'));
    // Back again: the pieces are one mapping as before.
    const back = await calls().protect({ ...request, perms: 'rw' }, callContext());
    expect([back.asPreviewed, back.now.length]).toEqual([true, 1]);
    const unmapped = { sessionId, start: toAddress(0x10000n), end: toAddress(0x11000n), perms: 'r' };
    expect((await calls().previewProtect(unmapped, callContext())).refusal).toMatch(/^ENOMEM/);
    await expect(calls().protect(unmapped, callContext())).rejects.toMatchObject({ code: 'unreadable', evidence: 'mprotect: ENOMEM' });
  });
});
