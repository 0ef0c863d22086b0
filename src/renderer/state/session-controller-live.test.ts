import { afterEach, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../shared/address/address.ts';
import type { FrameExtent, RegisterValue, ThreadInfo } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { RegionTableBuilder } from '../../shared/model/region-table-builder.ts';
import type { Region } from '../../shared/model/region.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Section } from '../../shared/model/symbol.ts';
import type { MapSnapshot } from '../../shared/rpc/contracts/map.ts';
import { createCursorStore } from './cursor-store.ts';
import { createIdleDetector } from './idle-detector.ts';
import { createMemoryCache } from './memory-cache-live.ts';
import { Notices } from './notices.ts';
import { firstPlace } from './first-place.ts';
import { createSessionController } from './session-controller-live.ts';
import { createSessionStore } from './session-store.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';
import { RegionTable } from '../../shared/model/region-table.ts';

const at = (value: bigint): Address => toAddress(value);

function region(start: bigint, kind: Region['kind'], own: Partial<Region> = {}): Region {
  return {
    start: at(start), end: at(start + 0x1000n), kind, perms: 'rw-p', offset: 0n, dev: '00:00', inode: 0n, path: '', module: undefined, part: '', label: kind, tid: undefined, ...own,
  };
}

function snapshot(generation: number, regions: readonly Region[] = [region(0x1000n, 'anon')], marks: MapSnapshot['marks'] = []): MapSnapshot {
  const builder = new RegionTableBuilder();
  for (const one of regions) builder.add(one);
  return { generation, regions: builder.build().columns, marks, totals: { mappings: regions.length, virtualBytes: 4096n, residentBytes: undefined }, changes: [], stale: false };
}

function session(own: Partial<SessionState> = {}): SessionState {
  return {
    sessionId: 's1', phase: 'observing', target: { pid: 7, startTime: 1n, name: 'p', exe: '/p', command: 'p', uid: 0, user: 'root' }, launched: false, gdbVersion: undefined, stop: undefined,
    stopCount: 0, generation: 1, ending: undefined, problem: undefined, capabilities: [], ...own,
  };
}

const stopped = (own: Partial<SessionState> = {}): SessionState =>
  session({
    phase: 'stopped', gdbVersion: '13.1', stopCount: 1, capabilities: ['registers'],
    stop: { reason: 'breakpoint', threadId: 2, breakpoint: '1', signal: undefined, frame: undefined, words: 'Stopped at breakpoint 1' }, ...own,
  });

const thread = (id: number): ThreadInfo => ({ id, tid: 100 + id, name: `t${id}`, state: 'stopped', frame: undefined });
const frame = (level: number): FrameExtent => ({ level, pc: at(0x1000n), function: `f${level}`, modulePath: undefined, source: undefined, sp: at(0x2000n), cfa: undefined });
const register = (name: string): RegisterValue => ({ name, group: 'general', value: 1n, text: '0x1', changed: false });

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});

type HostCalls = ConstructorParameters<typeof FakeHost>[0];

function setUp(calls: HostCalls = {}) {
  const host = new FakeHost({
    ...calls,
    sessions: { list: () => [], ...calls.sessions },
    map: { snapshot: () => snapshot(1), ...calls.map },
    debug: {
      threads: () => ({ generation: 1, threads: [thread(1), thread(2)], selected: 1 }),
      frames: ({ threadId }) => ({ generation: 1, frames: [frame(0), frame(threadId)], more: false }),
      registers: ({ threadId, frameLevel }) => ({ generation: 1, registers: [register(`t${threadId}f${frameLevel}`)] }),
      breakpoints: () => [],
      runControl: () => ({ choices: { followFork: 'parent', detachOnFork: true, followExec: 'same', schedulerLocking: 'off' }, recording: undefined, canReverse: false, heldPids: [] }),
      ...calls.debug,
    },
  });
  const store = createSessionStore();
  const cursor = createCursorStore();
  const idle = createIdleDetector(() => Promise.resolve());
  const memory = createMemoryCache(host.clients.memory);
  const controller = createSessionController({ clients: host.clients, session: store, cursor, memory, idle, notices: new Notices(store) });
  disposals.push(() => controller.dispose());
  return { host, store, cursor, memory, controller };
}

describe('opening', () => {
  it('adopts the session that is open when the page loads, the living before the dead', async () => {
    const { host, store } = setUp({ sessions: { list: () => [session({ sessionId: 'dead', phase: 'exited' }), session(), session({ sessionId: 'also-dead', phase: 'lost' })] } });
    await host.settle();
    expect(store.getState().session?.sessionId).toBe('s1');
    expect(store.getState().map?.generation).toBe(1);
    expect(store.getState().regions?.length).toBe(1);
  });

  it('adopts a session that a host opens later, and none that the user has left', async () => {
    const { host, store, controller } = setUp({ sessions: { close: () => null } });
    await host.settle();
    host.emit('sessions', 'state', session());
    await host.settle();
    expect(store.getState().session?.sessionId).toBe('s1');
    await controller.close();
    expect(store.getState().session).toBeUndefined();
    expect(store.getState().map).toBeUndefined();
    host.emit('sessions', 'state', session({ phase: 'detached' }));
    await host.settle();
    expect(store.getState().session).toBeUndefined();
  });

  it('is busy while it opens, and tells of a failure with its evidence', async () => {
    const answer = deferred<SessionState>();
    const { host, store, controller } = setUp({ sessions: { observe: () => answer.promise } });
    const done = controller.observe(7);
    expect(store.getState().busy.has('observe')).toBe(true);
    answer.reject(new VmatlasError({ code: 'permission-denied', message: 'No.', evidence: 'EACCES', remedy: 'Ask.' }));
    await done;
    await host.settle();
    expect(store.getState().busy.size).toBe(0);
    expect(store.getState().notices).toMatchObject([{ tone: 'error', facts: { code: 'permission-denied', evidence: 'EACCES', remedy: 'Ask.' } }]);
    controller.dismissNotice(store.getState().notices[0]?.id ?? -1);
    expect(store.getState().notices).toEqual([]);
  });

  it('puts the cursor on the program’s data, else on the stack pointer', async () => {
    const { host, cursor } = setUp({
      sessions: { list: () => [session()] },
      map: { snapshot: () => snapshot(1, [region(0x1000n, 'anon')], [{ kind: 'sp', address: at(0x1230n), label: 'rsp', words: '', tid: 7 }]) },
    });
    await host.settle();
    expect(cursor.getState().address).toBe(0x1230n);
    const program = { path: '/p', role: 'program' } as const;
    const map = snapshot(1, [
      region(0x1000n, 'gap', { perms: '' }), region(0x2000n, 'data', { module: { path: '/l', role: 'library' } }),
      region(0x3000n, 'text', { module: program }), region(0x4000n, 'data', { module: program }),
    ]);
    expect(firstPlace(map, new RegionTable(map.regions))).toBe(0x4000n);
    const atStop = { ...map, marks: [{ kind: 'sp', address: at(0x1230n), label: 'rsp', words: '', tid: 7 }] } as const;
    expect(firstPlace(atStop, new RegionTable(atStop.regions))).toBe(0x4000n);
    const bare = snapshot(1, [region(0x1000n, 'gap', { perms: '' }), region(0x2000n, 'anon')]);
    expect(firstPlace(bare, new RegionTable(bare.regions))).toBe(0x2000n);
  });

  it('takes the cursor along when the program is started again, and leaves it alone otherwise', async () => {
    const program = { path: '/p', role: 'program' } as const;
    const data = (start: bigint): Region => region(start, 'data', { module: program, path: '/p', inode: 9n, offset: 0x3000n });
    let map = snapshot(1, [data(0x4000n)]);
    const { host, cursor } = setUp({ sessions: { list: () => [stopped()] }, map: { snapshot: () => map } });
    await host.settle();
    cursor.goTo(at(0x4010n), 'test');
    const go = async (state: SessionState, next: MapSnapshot): Promise<Address | undefined> => {
      map = next;
      host.emit('sessions', 'state', state);
      await host.settle();
      return cursor.getState().address;
    };
    expect(await go(stopped({ generation: 2, stopCount: 2 }), snapshot(2, [data(0x8000n)]))).toBe(0x4010n);
    const again = { pid: 8, startTime: 2n, name: 'p', exe: '/p', command: 'p', uid: 0, user: 'root' };
    expect(await go(stopped({ generation: 3, stopCount: 3, target: again }), snapshot(3, [data(0xc000n)]))).toBe(0x4010n);
    cursor.goTo(at(0xc010n), 'test');
    expect(await go(stopped({ generation: 4, stopCount: 4, target: { ...again, pid: 9 } }), snapshot(4, [data(0x2000n)]))).toBe(0x2010n);
  });

  it('begins at .data, behind the tables of the loader in the same mapping; without section names, where the mapping begins', async () => {
    const program = { path: '/p', role: 'program' } as const;
    const named = (name: string, start: bigint): Section => ({ name, address: at(start), memorySizeBytes: 8n }) as Section;
    const begun = async (sections: () => Section[]): Promise<Address | undefined> => {
      const { host, cursor } = setUp({ sessions: { list: () => [session()] }, map: { snapshot: () => snapshot(1, [region(0x4000n, 'data', { module: program })]), sections } });
      await host.settle();
      return cursor.getState().address;
    };
    expect(await begun(() => [named('.got.plt', 0x4000n), named('.data', 0x40c0n)])).toBe(0x40c0n);
    expect(await begun(() => [])).toBe(0x4000n);
    expect(await begun(() => {
      throw new VmatlasError({ code: 'io-error', message: 'No.' });
    })).toBe(0x4000n);
  });
});

describe('following a session', () => {
  it('loads threads, frames and registers of the thread that stopped', async () => {
    const { host, store } = setUp({ sessions: { list: () => [stopped()] } });
    await host.settle();
    const view = store.getState();
    expect(view.selectedThread).toBe(2);
    expect(view.frames.map((one) => one.level)).toEqual([0, 2]);
    expect(view.registers.map((one) => one.name)).toEqual(['t2f0']);
  });

  it('keeps the last registers while running, drops them when gdb is gone', async () => {
    const { host, store } = setUp({ sessions: { list: () => [stopped()] } });
    await host.settle();
    host.emit('sessions', 'state', stopped({ phase: 'running', stop: undefined }));
    await host.settle();
    expect(store.getState().registers).toHaveLength(1);
    host.emit('sessions', 'state', session({ generation: 2 }));
    await host.settle();
    expect(store.getState().registers).toEqual([]);
    expect(store.getState().threads).toEqual([]);
  });

  it('drops an answer that comes after the next stop’s', async () => {
    const late = deferred<{ generation: number; registers: RegisterValue[] }>();
    let asked = 0;
    const { host, store } = setUp({
      sessions: { list: () => [stopped()] },
      debug: { registers: () => (asked++ === 0 ? late.promise : { generation: 2, registers: [register('new')] }) },
    });
    await host.settle();
    host.emit('sessions', 'state', stopped({ generation: 2, stopCount: 2 }));
    await host.settle();
    late.resolve({ generation: 1, registers: [register('old')] });
    await host.settle();
    expect(store.getState().registers.map((one) => one.name)).toEqual(['new']);
  });

  it('ignores a state older than the one it has', async () => {
    const { host, store } = setUp({ sessions: { list: () => [session({ generation: 5 })] } });
    await host.settle();
    host.emit('sessions', 'state', session({ generation: 4 }));
    await host.settle();
    expect(store.getState().session?.generation).toBe(5);
  });

  it('reads one snapshot at a time and then the newest, however often the map changes', async () => {
    const answers: ReturnType<typeof deferred<MapSnapshot>>[] = [];
    const { host, store } = setUp({
      sessions: { list: () => [session()] },
      map: {
        snapshot: () => {
          const answer = deferred<MapSnapshot>();
          answers.push(answer);
          return answer.promise;
        },
      },
    });
    await host.settle();
    for (let generation = 2; generation < 8; generation++) host.emit('map', 'changed', { sessionId: 's1', generation });
    await host.settle();
    expect(answers).toHaveLength(1);
    answers[0]?.resolve(snapshot(6));
    await host.settle();
    expect(answers).toHaveLength(2);
    answers[1]?.resolve(snapshot(7));
    await host.settle();
    expect(store.getState().map?.generation).toBe(7);
    expect(answers).toHaveLength(2);
  });

  it('shows what the console selected', async () => {
    const { host, store } = setUp({ sessions: { list: () => [stopped()] } });
    await host.settle();
    host.emit('debug', 'selected', { sessionId: 's1', threadId: 1, frameLevel: 1 });
    await host.settle();
    expect(store.getState()).toMatchObject({ selectedThread: 1, selectedFrame: 1 });
    expect(store.getState().registers.map((one) => one.name)).toEqual(['t1f1']);
  });

  it('reads registers and settings again when something in the console may have changed them', async () => {
    let value = 1n;
    const { host, store } = setUp({
      sessions: { list: () => [stopped()] },
      debug: { registers: () => ({ generation: 1, registers: [{ ...register('rax'), value }] }) },
    });
    await host.settle();
    value = 2n;
    host.emit('debug', 'settled', { sessionId: 's1' });
    await host.settle();
    expect(store.getState().registers[0]?.value).toBe(2n);
    expect(store.getState()).toMatchObject({ settledCount: 1, runControl: { canReverse: false } });
  });

  it('keeps the last picture when the target ends, and takes a new session then', async () => {
    const { host, store } = setUp({ sessions: { list: () => [stopped()] } });
    await host.settle();
    host.emit('sessions', 'state', stopped({ phase: 'exited', ending: 'exited with status 0', stop: undefined }));
    await host.settle();
    expect(store.getState().map).toBeDefined();
    expect(store.getState().registers).toHaveLength(1);
    host.emit('sessions', 'state', session({ sessionId: 's2' }));
    await host.settle();
    expect(store.getState().session?.sessionId).toBe('s2');
    expect(store.getState().registers).toEqual([]);
  });

  it('does not complain of questions that the target’s going on made pointless', async () => {
    const { host, store } = setUp({
      sessions: { list: () => [stopped()] },
      debug: { threads: () => Promise.reject(new VmatlasError({ code: 'target-running', message: 'running' })) },
    });
    await host.settle();
    expect(store.getState().notices).toEqual([]);
  });
});

describe('verbs', () => {
  it('resumes the selected thread and asks places in its frame', async () => {
    const seen: unknown[] = [];
    const { host, controller, cursor } = setUp({
      sessions: {
        list: () => [stopped()],
        resume: (params) => {
          seen.push(params);
          return stopped({ phase: 'running', stop: undefined });
        },
      },
      locate: {
        resolve: (params) => {
          seen.push(params);
          return { address: at(0x1008n), how: 'symbol', text: 'x', words: '' };
        },
      },
    });
    await host.settle();
    await controller.selectFrame(2);
    expect(await controller.goToText('x', 'test')).toBe(true);
    expect(cursor.getState()).toMatchObject({ address: 0x1008n, movedBy: 'test' });
    await controller.resume('step-over');
    expect(seen).toEqual([{ sessionId: 's1', text: 'x', threadId: 2, frameLevel: 2 }, { sessionId: 's1', kind: 'step-over', threadId: 2 }]);
  });

  it('says so when a place has no name, and stays where it is', async () => {
    const { host, controller, cursor, store } = setUp({
      sessions: { list: () => [session()] },
      locate: { resolve: () => Promise.reject(new VmatlasError({ code: 'unknown-location', message: 'Nothing is called x.' })) },
    });
    await host.settle();
    const before = cursor.getState().address;
    expect(await controller.goToText('x', 'test')).toBe(false);
    expect(cursor.getState().address).toBe(before);
    expect(store.getState().notices).toMatchObject([{ facts: { code: 'unknown-location' } }]);
    const first = store.getState().notices[0]?.id;
    expect(await controller.goToText('x', 'test')).toBe(false);
    expect(store.getState().notices).toHaveLength(1);
    expect(store.getState().notices[0]?.id).not.toBe(first);
  });

  it('remembers a stop’s bytes for the change marks of the next', async () => {
    const { host, memory, controller } = setUp({
      sessions: { list: () => [stopped()], resume: () => stopped({ phase: 'running', stop: undefined }) },
      memory: { read: ({ start, lengthBytes }) => ({ generation: 1, patched: [], ranges: [{ kind: 'valid', start, bytes: new Uint8Array(lengthBytes).fill(1) }] }) },
    });
    await host.settle();
    memory.want(1 as Parameters<typeof memory.want>[0], 1);
    await host.settle();
    const [page] = [1 as Parameters<typeof memory.pageAt>[0]];
    expect(memory.previousPageAt(page)).toBeUndefined();
    await controller.resume('continue');
    host.emit('sessions', 'state', stopped({ generation: 2, stopCount: 2 }));
    await host.settle();
    expect(memory.previousPageAt(page)?.generation).toBe(1);
  });
});
