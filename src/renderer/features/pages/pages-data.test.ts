import { describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MapSnapshot } from '../../../shared/rpc/contracts/map.ts';
import type { PageRuns } from '../../../shared/rpc/contracts/pages.ts';
import { regionTable, runColumns, type TestRun } from '../../kernels/page-grid/testing/random-pages.ts';
import type { AppState } from '../../state/app-state.ts';
import { CommandRegistry } from '../../state/command-registry.ts';
import { createCursorStore } from '../../state/cursor-store.ts';
import { createSessionStore } from '../../state/session-store.ts';
import { FakeHost } from '../../state/testing/fake-host.ts';
import { PagesData } from './pages-data.ts';

const table = regionTable([{ start: 0x1000, end: 0x4000 }, { start: 0x8000, end: 0xa000 }]);
const answer = (runs: readonly TestRun[], next?: Address): PageRuns => ({ generation: 1, runs: runColumns(runs), next, cost: { elapsedMs: 1, bytesRead: 8, source: 'pagemap' } });

function setUp(states: (params: { readonly start: Address; readonly end: Address }) => PageRuns | Promise<PageRuns>) {
  const host = new FakeHost({ pages: { states } });
  const session = createSessionStore();
  const unused = new Proxy({}, { get: (_, name) => { throw new Error(`not for this view: ${String(name)}`); } });
  const app: AppState = {
    // Views of pages never touch memory or settings through these: a use throws.
    clients: host.clients, session, cursor: createCursorStore(), memory: unused as AppState['memory'], settings: unused as AppState['settings'], search: unused as AppState['search'], fault: unused as AppState['fault'], labs: unused as AppState['labs'], commands: new CommandRegistry(), controller: unused as AppState['controller'],
  };
  const map = (generation: number): MapSnapshot => ({ generation, regions: table.columns, marks: [], totals: { mappings: 2, virtualBytes: 0x5000n, residentBytes: undefined }, changes: [], stale: false });
  const open = (generation: number): void => session.setState({
    session: { sessionId: 's', phase: 'stopped', target: undefined, launched: true, gdbVersion: undefined, stop: undefined, stopCount: 1, generation, ending: undefined, problem: undefined, capabilities: [] }, map: map(generation), regions: table,
  });
  return { host, app, open };
}

describe('PagesData', () => {
  it('reads all answers of the process and puts them on its regions, anew in each generation', async () => {
    const asked: bigint[] = [];
    const { host, app, open } = setUp(({ start }) => {
      asked.push(start);
      return start === 0n ? answer([{ page: 1, count: 3, state: 3 }], toAddress(0x8000n)) : answer([{ page: 8, count: 2, state: 2 }]);
    });
    const data = new PagesData(app);
    const stop = data.start('pagemap');
    await host.settle();
    expect([asked, data.picture]).toEqual([[], undefined]);
    open(1);
    await host.settle();
    expect(asked).toEqual([0n, 0x8000n]);
    expect([...data.picture?.pieces.pageCount ?? []]).toEqual([3, 2]);
    expect(data.picture?.cost).toEqual({ source: 'pagemap', elapsedMs: 2, bytesRead: 16 });
    expect(data.picture?.cutAt).toBeUndefined();
    open(1);
    await host.settle();
    expect(asked.length).toBe(2);
    open(2);
    await host.settle();
    expect(asked.length).toBe(4);
    stop();
    open(3);
    await host.settle();
    expect(asked.length).toBe(4);
  });

  it('stops at a bound, says where, and then looks at the part that is wanted', async () => {
    const asked: [bigint, bigint][] = [];
    const { host, app, open } = setUp(({ start, end }) => {
      asked.push([start, end]);
      return end === 0x1_0000_0000_0000_0000n ? answer([{ page: 1, count: 1, state: 3 }], toAddress(start + 0x1000n)) : answer([{ page: 8, count: 2, state: 2 }]);
    });
    const data = new PagesData(app);
    const stop = data.start('pagemap');
    open(1);
    await host.settle();
    const whole = asked.length;
    expect(data.picture?.cutAt).toBe(BigInt(whole) * 0x1000n);
    data.setLimits({ firstPage: 8, endPage: 10 });
    await host.settle();
    expect(asked.at(-1)).toEqual([0x8000n, 0xa000n]);
    expect([...data.picture?.pieces.firstPage ?? []]).toEqual([8]);
    stop();
  });

  it('keeps the last picture when a look fails, and tells of the failure', async () => {
    let fails = false;
    const { host, app, open } = setUp(() => {
      if (fails) throw new VmatlasError({ code: 'process-exited', message: 'the process is gone' });
      return answer([{ page: 1, count: 3, state: 3 }]);
    });
    const data = new PagesData(app);
    const stop = data.start('pagemap');
    open(1);
    await host.settle();
    fails = true;
    data.refresh();
    await host.settle();
    expect(data.failure?.message).toBe('the process is gone');
    expect(data.picture?.pieces.length).toBe(1);
    expect(data.loading).toBe(false);
    fails = false;
    data.refresh();
    await host.settle();
    expect(data.failure).toBeUndefined();
    stop();
  });
});
