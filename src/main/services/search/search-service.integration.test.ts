import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { parsePattern } from '../../../shared/analysis/search/parse-pattern.ts';
import type { SearchPattern } from '../../../shared/model/search.ts';
import type { SearchContract } from '../../../shared/rpc/contracts/search.ts';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { callContext } from '../testing/fake-services.ts';
import { LiveHost } from '../testing/live-host.ts';

const SOURCE = String.raw`
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
uint32_t table[3000];
char greeting[] = "needle in the data";
void *link_to_greeting = greeting + 3;
int main(void) {
  for (int i = 0; i < 3000; i++) table[i] = 1000000u + i;
  char *block = malloc(5000);
  strcpy(block, "needle in the heap");
  printf("table %p\ngreeting %p\nlink %p\nblock %p\nready\n", (void *)table, (void *)greeting, (void *)&link_to_greeting, (void *)block);
  fflush(stdout);
  return getchar();
}`;

const host = new LiveHost();
let program: RunningProgram;
let sessionId = '';
const events: SearchContract['events']['found'][] = [];
const searchId = 'one';

beforeAll(async () => {
  program = await runProgram(compileC(SOURCE));
  ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
  host.services.handlers.search.events.found((found) => events.push(found));
});
afterAll(async () => {
  await host.dispose();
  await program.stop();
});

const calls = () => host.services.handlers.search.calls;
const run = (pattern: SearchPattern, context = host.context) => calls().run({ sessionId, searchId, pattern, scope: { kind: 'kinds', kinds: ['data', 'bss', 'heap'] } }, context);

describe('the search service', () => {
  it('answers with totals and tells where each place lies and what it is called', async () => {
    const result = await run(parsePattern('needle in the', 'text'));
    expect(result).toMatchObject({ total: 2, ended: 'complete' });
    const { hits, total } = await calls().hits({ sessionId, searchId, first: 0, count: 10 }, host.context);
    expect(total).toBe(2);
    expect(hits).toMatchObject([
      { address: program.address('greeting'), region: { kind: 'data' }, symbol: { name: 'greeting', offset: 0n } },
      { address: program.address('block'), region: { kind: 'heap', label: '[heap]' }, symbol: undefined },
    ]);
    expect(Buffer.from(hits[0]?.bytes ?? []).toString()).toBe('needle in the');
  });

  it('streams places in order, in batches, and counts them', async () => {
    events.length = 0;
    const told = callContext();
    const result = await run(parsePattern('1000000..1002999', 'u32'), told);
    expect(result.total).toBe(3000);
    const streamed = events.flatMap(({ hits }) => hits.map(({ address }) => address));
    expect(streamed).toEqual(Array.from({ length: 3000 }, (_, i) => program.address('table') + BigInt(4 * i)));
    expect(Math.max(...events.map(({ hits }) => hits.length))).toBeLessThanOrEqual(256);
    expect(events.at(-1)?.total).toBe(3000);
    expect(events.every(({ first }, i) => first === events.slice(0, i).reduce((sum, { hits }) => sum + hits.length, 0))).toBe(true);
    expect(told.told.at(-1)?.done).toBe(told.told.at(-1)?.total);
  });

  it('narrows a set, and pages through it', async () => {
    await run(parsePattern('1000000..1002999', 'u32'));
    expect(await calls().refine({ sessionId, searchId, condition: { type: 'fits', pattern: parsePattern('1000500..1000509', 'u32') } }, host.context)).toMatchObject({ total: 10, unreadable: 0 });
    const { hits } = await calls().hits({ sessionId, searchId, first: 8, count: 10 }, host.context);
    expect(hits.map(({ symbol }) => symbol?.offset)).toEqual([4n * 508n, 4n * 509n]);
    expect(await calls().refine({ sessionId, searchId, condition: { type: 'changed' } }, host.context)).toMatchObject({ total: 0 });
  });

  it('says what points into a range', async () => {
    const start = toAddress(program.address('greeting'));
    await calls().whatPointsHere({ sessionId, searchId, start, end: toAddress(start + 19n) }, host.context);
    const { hits } = await calls().hits({ sessionId, searchId, first: 0, count: 10 }, host.context);
    expect(hits.map(({ address }) => address)).toContain(program.address('link'));
  });

  it('rejects with cancelled, and keeps what was found', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(run(parsePattern('1', 'u32'), callContext(stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
    await run(parsePattern('needle in the', 'text'));
    await expect(calls().refine({ sessionId, searchId, condition: { type: 'changed' } }, callContext(stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
    expect((await calls().hits({ sessionId, searchId, first: 0, count: 10 }, host.context)).total).toBe(2);
  });

  it('keeps two sets and no more', async () => {
    for (const id of ['a', 'b', 'c']) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await calls().run({ sessionId, searchId: id, pattern: parsePattern('needle', 'text'), scope: { kind: 'kinds', kinds: ['data'] } }, host.context);
    }
    await expect(calls().hits({ sessionId, searchId: 'a', first: 0, count: 1 }, host.context)).rejects.toMatchObject({ code: 'wrong-state' });
    expect((await calls().hits({ sessionId, searchId: 'b', first: 0, count: 1 }, host.context)).total).toBe(1);
  });

  it.each<[string, object]>([
    ['an empty pattern', { pattern: { type: 'bytes', bytes: new Uint8Array(), mask: new Uint8Array() } }], ['a mask of another length', { pattern: { type: 'bytes', bytes: new Uint8Array(2), mask: new Uint8Array(1) } }],
    ['a number that does not fit', { pattern: { type: 'integer', widthBits: 8, signed: true, bigEndian: false, low: 0n, high: 128n } }], ['no expression', { pattern: { type: 'regex', source: '(', ignoreCase: false } }],
    ['a kind that is not mapped', { scope: { kind: 'kinds', kinds: ['gap'] } }], ['an odd alignment', { align: 3 }],
  ])('refuses %s', async (_what, wrong) => {
    const good = { sessionId, searchId, pattern: parsePattern('1', 'u8'), scope: { kind: 'readable' } };
    await expect(async () => calls().run({ ...good, ...wrong } as never, host.context)).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
