import { describe, expect, it } from 'vitest';
import { addBytes, type Address } from '../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, toPageNumber, type PageNumber } from '../../shared/address/page.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { MemoryAnswer } from '../../shared/rpc/contracts/memory.ts';
import { createMemoryCache, type LiveMemoryCache } from './memory-cache-live.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';

interface Asked {
  readonly page: number;
  readonly pages: number;
  readonly touch: boolean;
  readonly signal: AbortSignal;
  answer(generation: number, fill?: number): void;
  /** Nothing of it was ever touched. */
  hole(generation: number): void;
  fail(error: Error): void;
}

function setUp(): { cache: LiveMemoryCache; asked: Asked[]; host: FakeHost; failures: unknown[] } {
  const asked: Asked[] = [];
  const failures: unknown[] = [];
  const host = new FakeHost({
    memory: {
      read({ start, lengthBytes, touchNotPresent }, { signal }) {
        const reply = deferred<MemoryAnswer>();
        signal.addEventListener('abort', () => reply.reject(new VmatlasError({ code: 'cancelled', message: 'cancelled' })), { once: true });
        asked.push({
          page: Number(start >> 12n), pages: lengthBytes / PAGE_SIZE_BYTES, touch: touchNotPresent, signal,
          answer: (generation, fill = generation) => reply.resolve({ generation, patched: [], ranges: [{ kind: 'valid', start, bytes: new Uint8Array(lengthBytes).fill(fill) }] }),
          hole: (generation) => reply.resolve({ generation, patched: [], ranges: [{ kind: 'not-present', start, lengthBytes: BigInt(lengthBytes), why: 'untouched' }] }),
          fail: (error) => reply.reject(error),
        });
        return reply.promise;
      },
    },
  });
  const cache = createMemoryCache(host.clients.memory, (error) => failures.push(error));
  cache.setSession('s');
  cache.setGeneration(1);
  return { cache, asked, host, failures };
}

const page = (number: number): PageNumber => toPageNumber(number);
const at = (number: number, offset = 0): Address => addBytes(pageStart(page(number)), offset);

describe('memory cache', () => {
  it('never waits, asks for what is missing in one read, and tells when it has come', async () => {
    const { cache, asked, host } = setUp();
    let told = 0;
    cache.onChange(() => told++);
    for (const number of [12, 10, 11]) expect(cache.pageAt(page(number))).toBeUndefined();
    await host.settle();
    expect(asked.map((read) => [read.page, read.pages])).toEqual([[10, 3]]);
    asked[0]?.answer(1, 0xab);
    await host.settle();
    expect(told).toBeGreaterThan(0);
    expect(cache.pageAt(page(11))?.generation).toBe(1);
    expect(cache.byteAt(at(12, 4095))).toBe(0xab);
    expect(cache.byteAt(at(13))).toBeUndefined();
    await host.settle();
    expect(asked).toHaveLength(1);
  });

  it('asks for more at once behind a hole, and for a hole that it knows in one question', async () => {
    const { cache, asked, host } = setUp();
    const show = async (): Promise<void> => {
      for (let i = 100; i < 1300; i++) cache.pageAt(page(i));
      await host.settle();
    };
    for (let i = 100; i < 164; i++) cache.pageAt(page(i));
    await host.settle();
    asked[0]?.hole(1);
    await host.settle();
    await show();
    const sizes = (): number[] => asked.map((read) => read.pages);
    expect(sizes()).toEqual([64, 512, 64, 64, 64]);
    for (let answered = 0; answered < asked.length; answered++) {
      asked[answered]?.hole(1);
      await host.settle();
    }
    const before = asked.length;
    cache.setGeneration(2);
    await show();
    expect(asked.slice(before).map((read) => [read.page, read.pages])).toEqual([[100, 1200]]);
  });

  it('asks at most 64 pages at once, and not twice for what is on its way', async () => {
    const { cache, asked, host } = setUp();
    cache.want(page(100), 100);
    await host.settle();
    for (let i = 100; i < 200; i++) cache.pageAt(page(i));
    await host.settle();
    expect(asked.map((read) => [read.page, read.pages])).toEqual([[100, 64], [164, 36]]);
    expect(asked.every((read) => !read.touch)).toBe(true);
  });

  it('cancels what is no longer wanted', async () => {
    const { cache, asked, host } = setUp();
    cache.want(page(100), 10);
    await host.settle();
    cache.want(page(500), 10);
    cache.want(page(500), 10);
    await host.settle();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(asked[1]).toMatchObject({ page: 500, pages: 10 });
    expect(asked[1]?.signal.aborted).toBe(false);
  });

  it('keeps what another view asked for since the last wish', async () => {
    const { cache, asked, host } = setUp();
    cache.want(page(500), 1);
    cache.pageAt(page(7));
    cache.want(page(600), 1);
    await host.settle();
    expect(asked.map((read) => read.page).toSorted((a, b) => a - b)).toContain(7);
    expect(asked.find((read) => read.page === 7)?.signal.aborted).toBe(false);
  });

  it('shows a page of an older generation as such and asks for it anew', async () => {
    const { cache, asked, host } = setUp();
    cache.pageAt(page(5));
    await host.settle();
    asked[0]?.answer(1);
    await host.settle();
    cache.setGeneration(2);
    expect(cache.pageAt(page(5))?.generation).toBe(1);
    await host.settle();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(2);
    await host.settle();
    expect(cache.pageAt(page(5))?.generation).toBe(2);
    expect(cache.byteAt(at(5))).toBe(2);
  });

  it('drops an answer older than what it has', async () => {
    const { cache, asked, host } = setUp();
    cache.pageAt(page(5));
    await host.settle();
    cache.setGeneration(2);
    const touched = cache.touch(page(5));
    await host.settle();
    asked[1]?.answer(2);
    await touched;
    asked[0]?.answer(1);
    await host.settle();
    expect(cache.byteAt(at(5))).toBe(2);
  });

  it('does not ask for ever when the host answers from an older generation than it told of', async () => {
    const { cache, asked, host } = setUp();
    cache.setGeneration(9);
    cache.onChange(() => cache.pageAt(page(5)));
    cache.pageAt(page(5));
    await host.settle();
    asked[0]?.answer(3);
    await host.settle();
    await host.settle();
    expect(asked).toHaveLength(1);
    expect(cache.pageAt(page(5))?.generation).toBe(3);
  });

  it('remembers the bytes of the stop that ended, for change marks', async () => {
    const { cache, asked, host } = setUp();
    cache.pageAt(page(5));
    await host.settle();
    asked[0]?.answer(1);
    await host.settle();
    expect(cache.previousPageAt(page(5))).toBeUndefined();
    cache.rebase();
    cache.setGeneration(2);
    cache.pageAt(page(5));
    await host.settle();
    asked[1]?.answer(2);
    await host.settle();
    expect(cache.previousPageAt(page(5))?.generation).toBe(1);
    expect(cache.pageAt(page(5))?.generation).toBe(2);
    // Not read in generation 2: nothing honest can be said about what changed since.
    cache.rebase();
    cache.setGeneration(3);
    cache.rebase();
    expect(cache.previousPageAt(page(5))).toBeUndefined();
  });

  it('reads again what is looked at while the target runs, without calling what is there stale', async () => {
    const { cache, asked, host } = setUp();
    cache.onChange(() => cache.pageAt(page(5)));
    cache.want(page(5), 2);
    await host.settle();
    asked[0]?.answer(1, 0x11);
    await host.settle();
    expect(asked).toHaveLength(1);
    cache.reread();
    expect(cache.pageAt(page(5))?.generation).toBe(1);
    await host.settle();
    // Page 6 is looked at no more.
    expect(asked.slice(1)).toMatchObject([{ page: 5, pages: 1 }]);
    asked[1]?.answer(1, 0x22);
    await host.settle();
    expect(cache.byteAt(at(5))).toBe(0x22);
    expect(cache.byteAt(at(6))).toBe(0x11);
    expect(asked).toHaveLength(2);
  });

  it('reads anew what gdb wrote, and only that', async () => {
    const { cache, asked, host } = setUp();
    cache.want(page(5), 3);
    await host.settle();
    asked[0]?.answer(1);
    await host.settle();
    cache.invalidate(at(6, 4095), 2n);
    for (const number of [5, 6, 7]) cache.pageAt(page(number));
    await host.settle();
    expect(asked.slice(1).map((read) => [read.page, read.pages])).toEqual([[6, 2]]);
  });

  it('reads a not-present page only on touch', async () => {
    const { cache, asked, host } = setUp();
    const done = cache.touch(page(9));
    await host.settle();
    expect(asked).toMatchObject([{ page: 9, pages: 1, touch: true }]);
    asked[0]?.answer(1);
    await done;
    expect(cache.byteAt(at(9))).toBe(1);
  });

  it('reports a failed read once and tries again in the next generation', async () => {
    const { cache, asked, host, failures } = setUp();
    cache.onChange(() => cache.pageAt(page(5)));
    cache.pageAt(page(5));
    await host.settle();
    asked[0]?.fail(new VmatlasError({ code: 'target-lost', message: 'gone' }));
    await host.settle();
    expect(failures).toMatchObject([{ code: 'target-lost' }]);
    expect(asked).toHaveLength(1);
    cache.setGeneration(2);
    await host.settle();
    expect(asked).toHaveLength(2);
  });

  it('forgets everything with the session, also answers on their way', async () => {
    const { cache, asked, host } = setUp();
    cache.pageAt(page(5));
    await host.settle();
    cache.setSession('other');
    asked[0]?.answer(1);
    await host.settle();
    expect(cache.byteAt(at(5))).toBeUndefined();
  });

  it('drops the least recently used pages above its limit', async () => {
    const { cache, asked, host } = setUp();
    const fill = async (first: number): Promise<void> => {
      cache.want(page(first), 64);
      await host.settle();
      asked.at(-1)?.answer(1);
      await host.settle();
    };
    for (let i = 0; i < 64; i++) await fill(i * 64);
    cache.pageAt(page(0));
    await fill(64 * 64);
    expect(cache.byteAt(at(0))).toBe(1);
    expect(cache.byteAt(at(1))).toBeUndefined();
    expect(cache.byteAt(at(64 * 64))).toBe(1);
  });
});
