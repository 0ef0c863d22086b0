import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { parsePattern } from '../../shared/analysis/search/parse-pattern.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { SearchHit, SearchResult } from '../../shared/rpc/contracts/search.ts';
import { createSearchControl, type SearchQuestion } from './search-control.ts';
import { createSessionStore } from './session-store.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';

const hit = (row: number): SearchHit => ({ address: toAddress(0x1000n + BigInt(row)), region: undefined, symbol: undefined, bytes: new Uint8Array([1]) });
const question: SearchQuestion = { pattern: parsePattern('1', 'u8'), scope: { kind: 'readable' }, words: 'u8 1', align: undefined, touchNotPresent: false };
const result = (total: number): SearchResult => ({ total, ended: 'complete', searchedBytes: 10n, skipped: [], elapsedMs: 1 });
const state = (sessionId: string): SessionState => ({
  sessionId, phase: 'observing', target: undefined, launched: false, gdbVersion: undefined, stop: undefined, stopCount: 0, generation: 1, ending: undefined, problem: undefined, capabilities: [],
});

function setup(total = 1000) {
  const answer = deferred<SearchResult>();
  const asked: { first: number; count: number }[] = [];
  const names: string[] = [];
  const host = new FakeHost({
    search: {
      run: ({ searchId }, { signal }) => {
        names.push(searchId);
        return new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new VmatlasError({ code: 'cancelled', message: 'The search was cancelled.' })));
          void answer.promise.then(resolve);
        });
      },
      refine: () => ({ total: 3, unreadable: 1, elapsedMs: 1 }),
      hits: ({ first, count }) => {
        asked.push({ first, count });
        return { total, hits: Array.from({ length: Math.max(0, Math.min(count, total - first)) }, (_, i) => hit(first + i)) };
      },
    },
  });
  const session = createSessionStore();
  session.setState({ session: state('s1') });
  const control = createSearchControl({ clients: host.clients, session });
  return { answer, asked, names, host, session, control };
}

describe('the window’s search', () => {
  it('shows places as they are found, and rows of the set when it is done', async () => {
    const { answer, names, host, control } = setup();
    const running = control.run(question);
    await host.settle();
    host.emit('search', 'found', { sessionId: 's1', searchId: names[0] ?? '', first: 0, hits: [hit(0), hit(1)], total: 2 });
    host.emit('search', 'found', { sessionId: 's1', searchId: 'another', first: 0, hits: [hit(7)], total: 9 });
    await host.settle();
    expect(control.getState()).toMatchObject({ phase: 'searching', total: 2 });
    expect(control.hitAt(1)?.address).toBe(0x1001n);
    expect(control.hitAt(500)).toBeUndefined();
    answer.resolve(result(1000));
    await running;
    expect(control.getState()).toMatchObject({ phase: 'done', total: 1000, cancelled: false });
  });

  it('asks for each block of rows once, and never twice while it is on its way', async () => {
    const { answer, asked, host, control } = setup();
    answer.resolve(result(1000));
    await control.run(question);
    expect([control.hitAt(700), control.hitAt(701)]).toEqual([undefined, undefined]);
    await host.settle();
    expect(control.hitAt(701)?.address).toBe(0x1000n + 701n);
    expect(asked).toEqual([{ first: 512, count: 256 }]);
  });

  it('a cancel keeps what was found', async () => {
    const { names, host, control } = setup();
    const running = control.run(question);
    await host.settle();
    host.emit('search', 'found', { sessionId: 's1', searchId: names[0] ?? '', first: 0, hits: [hit(0)], total: 1 });
    await host.settle();
    control.cancel();
    await running;
    expect(control.getState()).toMatchObject({ phase: 'done', cancelled: true, total: 1, problem: undefined });
  });

  it('narrowing replaces the rows', async () => {
    const { answer, host, control } = setup(3);
    answer.resolve(result(1000));
    await control.run(question);
    await control.refine({ type: 'changed' });
    await host.settle();
    expect(control.getState()).toMatchObject({ phase: 'done', total: 3, lost: 1, refined: 1 });
    expect(control.getState().marks).toHaveLength(3);
  });

  it('another session forgets everything', async () => {
    const { answer, session, control } = setup();
    answer.resolve(result(1000));
    await control.run(question);
    session.setState({ session: state('s2') });
    expect(control.getState()).toMatchObject({ phase: 'idle', total: 0, question: undefined });
    expect(control.hitAt(0)).toBeUndefined();
  });
});
